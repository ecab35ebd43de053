/* SPDX-License-Identifier: MIT */
/* How the media layer makes frames: a LeatFrame wraps an AVFrame in a count of our own, since
 * sanitizers cannot see inside libavutil's. For this folder only. */
#ifndef LEAT_MEDIA_FRAME_INTERNAL_H
#define LEAT_MEDIA_FRAME_INTERNAL_H

#include "media/frame.h"
#include "media/libav.h"

#include <glib.h>
#include <libavutil/frame.h>

/* Wraps `picture` and owns it from then on, also when it fails (NULL, memory ran out). Its buffers
 * must be reference counted. */
LeatFrame *leat_frame_wrap(AVFrame *picture, const LeatFrameTimes *times, GError **error);

/* The wrapped picture, to be read only; it lives as long as the frame. */
const AVFrame *leat_frame_picture(const LeatFrame *frame);

/* The picture for libav to keep as long as it likes: a new AVFrame that shares the pixels
 * read-only, holds references to `frame` (not to its buffers, whose counts sanitizers cannot see),
 * and has its pts. Free it with av_frame_free. */
AVFrame *leat_frame_lend(LeatFrame *frame, GError **error);

/* Adds to leat_frame_copied_bytes. Whoever copies pixels without changing them says so here. */
void leat_frame_count_copied(size_t bytes);

/* Whether there can be a picture of this size (px) and format in memory: LEAT_ERROR_INVALID,
 * UNSUPPORTED. */
bool leat_picture_check(int width, int height, enum AVPixelFormat format, GError **error);

/* A new AVFrame with pixel memory of its own. NULL as above, or with LEAT_ERROR_NO_MEMORY. */
AVFrame *leat_picture_new(int width, int height, enum AVPixelFormat format, GError **error);

#endif
