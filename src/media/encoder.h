/* SPDX-License-Identifier: MIT */
/* Frames to packets, through libavcodec. Frames of other pixel formats or sizes than the encoder's
 * are converted on the way in.
 *
 * Owned and used by one thread at a time; uses threads of libavcodec's own. */
#ifndef LEAT_MEDIA_ENCODER_H
#define LEAT_MEDIA_ENCODER_H

#include "media/frame.h"
#include "base/packet.h"

#include <glib.h>
#include <stdbool.h>

typedef struct LeatEncoder LeatEncoder;

typedef enum {
    LEAT_CODEC_MJPEG,    /* the default: every frame stands alone */
    LEAT_CODEC_FFV1,     /* lossless */
    LEAT_CODEC_H264,     /* small */
    LEAT_CODEC_RAWVIDEO, /* as it comes */
} LeatCodec;

bool leat_codec_parse(const char *text, LeatCodec *codec, GError **error);
const char *leat_codec_name(LeatCodec codec);

/* The pixel formats that the codec takes without conversion, best first, NULL-terminated; NULL
 * when it takes what comes. For LeatFilterOptions. */
const char *const *leat_codec_pixel_formats(LeatCodec codec);

typedef struct {
    LeatCodec codec;
    int quality; /* 1 (smallest) to 100 (best); 0 for the codec's default: mjpeg 90 (qscale 5),
                  * h264 55 (crf 23). Lossless codecs ignore it */
    LeatRational rate; /* nominal; not set when unknown */
    unsigned threads;  /* 0: as many as help on this machine */
    bool may_delay;    /* for a source that waits: mjpeg then works on as many frames at once as it
                        * has threads. Otherwise each packet comes right after its frame */
} LeatEncoderOptions;

/* Takes size, pixel format and time base from the first frame (not the frame itself). The stream's
 * pixel format is the nearest that the codec has; h264 has even sizes only, and loses the odd
 * pixel by scaling. LEAT_ERROR_UNSUPPORTED when FFmpeg was built without the codec. */
LeatEncoder *leat_encoder_open(const LeatEncoderOptions *options, const LeatFrame *first,
                               GError **error);
void leat_encoder_free(LeatEncoder *encoder);

/* Complete from opening on. Owned by the encoder. */
const LeatStreamInfo *leat_encoder_stream(const LeatEncoder *encoder);

/* Gives a frame (NULL: no more will come). The reference stays the caller's. False with an error:
 * this frame was lost, the next may pass. Receive until it needs more input before the next. */
bool leat_encoder_send(LeatEncoder *encoder, LeatFrame *frame, GError **error);

/* True with `got` true and a packet whose bytes live until the next call; true with `got` false
 * when it needs more input (or, after NULL was sent, is empty). */
bool leat_encoder_receive(LeatEncoder *encoder, LeatPacket *packet, bool *got, GError **error);

#endif
