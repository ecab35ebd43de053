/* SPDX-License-Identifier: MIT */
/* Pictures whose memory is used again and again. For this folder only. One thread at a time; the
 * pictures may outlive the pool and be freed on any thread. */
#ifndef LEAT_MEDIA_PICTURE_POOL_H
#define LEAT_MEDIA_PICTURE_POOL_H

#include "media/pixel-pool.h"

#include <glib.h>
#include <libavutil/frame.h>

/* Starts as {0}. */
typedef struct {
    LeatPixelPool *pixels;
} LeatPicturePool;

/* A picture with undefined pixels, all in one buffer, rows aligned for any CPU. Sizes beyond 1 to
 * LEAT_MAX_EDGE px: LEAT_ERROR_INVALID. */
AVFrame *leat_picture_pool_get(LeatPicturePool *pool, int width, int height,
                               enum AVPixelFormat format, GError **error);

void leat_picture_pool_finish(LeatPicturePool *pool);

#endif
