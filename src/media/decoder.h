/* SPDX-License-Identifier: MIT */
/* Packets to frames, through libavcodec. Owned and used by one thread at a time. */
#ifndef LEAT_MEDIA_DECODER_H
#define LEAT_MEDIA_DECODER_H

#include "media/frame.h"
#include "base/packet.h"

#include <glib.h>
#include <stdbool.h>

typedef struct LeatDecoder LeatDecoder;

/* `threads` 0: as many as help without adding delay. */
LeatDecoder *leat_decoder_open(const LeatStreamInfo *stream, unsigned threads, GError **error);
void leat_decoder_free(LeatDecoder *decoder);

/* Gives a packet (NULL: no more will come; the decoder must then be emptied and reset before it
 * takes another). The bytes stay the caller's. False with LEAT_ERROR_CORRUPT and libavcodec's
 * reason: this packet gave no frame, the next may. Receive until it needs more input before the
 * next. */
bool leat_decoder_send(LeatDecoder *decoder, const LeatPacket *packet, GError **error);

/* True with the next frame, a new reference that carries the times of its packet, or NULL when it
 * needs more input (or is empty). A frame that was decoded with damage is an error. */
bool leat_decoder_receive(LeatDecoder *decoder, LeatFrame **frame, GError **error);

/* Forgets everything, for a seek. */
void leat_decoder_reset(LeatDecoder *decoder);

#endif
