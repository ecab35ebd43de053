/* SPDX-License-Identifier: MIT */
/* An opened file, stream or screen: libavformat's demuxer and libavcodec's decoder for its first
 * video stream, with everything that may block under the cancel and a deadline.
 *
 * For this folder only. Owned and used by one thread at a time. */
#ifndef LEAT_MEDIA_SOURCE_INPUT_H
#define LEAT_MEDIA_SOURCE_INPUT_H

#include "concurrency/cancel.h"
#include "media/pixel-pool.h"
#include "media/screen-watch.h"
#include "media/source.h"

#include <glib.h>
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <stdbool.h>
#include <stdint.h>

/* Streams that say nothing for this long have failed. */
#define LEAT_INPUT_PATIENCE_NS (10 * LEAT_NS_PER_S)

typedef struct {
    LeatCancel *cancel;
    int64_t deadline_ns; /* CLOCK_MONOTONIC, or LEAT_FOREVER */
    bool late;           /* the deadline ended a call */
} LeatInterrupt;

typedef struct {
    const LeatSourceSpec *spec;
    LeatInterrupt interrupt; /* libavformat holds its address: an input must not move */
    AVIOContext *pipe;       /* of a named pipe, else NULL */
    LeatScreenWatch *watch;  /* of a screen, else NULL */
    AVFormatContext *demuxer;
    LeatPixelPool *pixels; /* of its pictures */
    AVCodecContext *decoder;
    AVStream *stream;
    bool finite; /* it has an end, told by its container or its server */
} LeatInput;

/* `input` comes zeroed and is to be closed also after a failure. */
bool leat_input_open(LeatInput *input, const LeatSourceSpec *spec, const LeatSourceRequest *request,
                     LeatCancel *cancel, GError **error);
void leat_input_close(LeatInput *input);

/* 0 with the next packet of the video stream, or an AVERROR; AVERROR_EXIT when cancelled or late
 * (`interrupt.late` says so). `patience_ns` may be LEAT_FOREVER. */
int leat_input_read(LeatInput *input, AVPacket *packet, int64_t patience_ns);

/* From the container, in ns; 0 when unknown. */
int64_t leat_input_duration_ns(const LeatInput *input);

/* source-input-error.c: sets "cannot VERB KIND SHOWN: cause; way out" for a failed call of libav,
 * or LEAT_ERROR_CANCELLED. `heard` (may be NULL or empty) is what libav said. Returns false. */
bool leat_input_fail(const LeatInput *input, GError **error, const char *verb, int result,
                     const char *heard);

/* source-pipe.c: a named pipe or device as bytes for libavformat, since its own opening waits for a
 * writer without end. Free with leat_pipe_close. */
AVIOContext *leat_pipe_open(const char *path, LeatCancel *cancel, GError **error);
void leat_pipe_close(AVIOContext *io);

/* source-host.c: whether a host has a network address. Looking that up cannot be interrupted in a
 * process, so it happens in another one (getent), which can be killed. */
bool leat_host_check(const LeatSourceSpec *spec, const char *host, LeatCancel *cancel,
                     GError **error);

#endif
