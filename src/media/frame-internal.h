/* SPDX-License-Identifier: MIT */
/* How the media layer makes frames: a LeatFrame wraps an AVFrame in a count of our own, since
 * sanitizers cannot see inside libavutil's. For this folder only. */
#ifndef LEAT_MEDIA_FRAME_INTERNAL_H
#define LEAT_MEDIA_FRAME_INTERNAL_H

#include "media/frame.h"
#include "base/packet.h"

#include <glib.h>
#include <libavcodec/avcodec.h>
#include <libavutil/frame.h>

/* Wraps `picture` and owns it from then on, also when it fails (NULL, memory ran out). Its buffers
 * must be reference counted. */
LeatFrame *leat_frame_wrap(AVFrame *picture, const LeatFrameTimes *times, GError **error);

/* The wrapped picture, to be read only; it lives as long as the frame. */
const AVFrame *leat_frame_picture(const LeatFrame *frame);

/* Adds to leat_frame_copied_bytes. Whoever copies pixels without changing them says so here. */
void leat_frame_count_copied(size_t bytes);

/* A new AVFrame with pixel memory of its own; NULL with LEAT_ERROR_NO_MEMORY. */
AVFrame *leat_picture_new(int width, int height, enum AVPixelFormat format, GError **error);

/* FFmpeg's text for an AVERROR, written into `buffer` of at least AV_ERROR_MAX_STRING_SIZE
 * bytes and returned. */
const char *leat_av_error_text(int code, char *buffer, size_t size);

/* The Leat error code that fits an AVERROR. */
int leat_av_error_code(int code);

#endif
