/* SPDX-License-Identifier: MIT */
/* Packets into a container file (.mkv, .mp4), copied, not encoded again. The file is created, never
 * replaced. Owned and used by one thread at a time. */
#ifndef LEAT_MEDIA_MUXER_H
#define LEAT_MEDIA_MUXER_H

#include "base/packet.h"

#include <glib.h>
#include <stdbool.h>

typedef struct LeatMuxer LeatMuxer;

/* The container follows from the name's ending. LEAT_ERROR_EXISTS when the file is there,
 * LEAT_ERROR_UNSUPPORTED when the container cannot hold the codec (says which can). */
LeatMuxer *leat_muxer_open(const char *path, const LeatStreamInfo *stream, GError **error);

bool leat_muxer_write(LeatMuxer *muxer, const LeatPacket *packet, GError **error);

/* Ends the file and frees the muxer. False when it is not whole; it is then removed. */
bool leat_muxer_finish(LeatMuxer *muxer, GError **error);

/* Frees without ending, and removes the file. NULL is fine. */
void leat_muxer_abandon(LeatMuxer *muxer);

#endif
