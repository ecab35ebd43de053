/* SPDX-License-Identifier: MIT */
/* Memory for pixels that is used again and again, one size at a time, handed out as libavutil's
 * buffers. Unlike libavutil's own pool its lock is ours, so that sanitizers see how a buffer comes
 * back from the thread that let go of it last to the one that uses or frees it next. For this
 * folder only.
 *
 * Letting a picture go waits for nobody, whatever the thread: the main loop lets go of those that
 * it has shown. Any thread. The buffers may outlive the pool. */
#ifndef LEAT_MEDIA_PIXEL_POOL_H
#define LEAT_MEDIA_PIXEL_POOL_H

#include <glib.h>
#include <libavcodec/avcodec.h>
#include <libavutil/buffer.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct LeatPixelPool LeatPixelPool;

LeatPixelPool *leat_pixel_pool_new(GError **error);

/* NULL is fine. */
void leat_pixel_pool_free(LeatPixelPool *pool);

/* A buffer of that many bytes, undefined, aligned for any CPU; NULL when memory runs out. */
AVBufferRef *leat_pixel_pool_get(LeatPixelPool *pool, size_t bytes);

/* A picture with undefined pixels, all in one buffer of the pool, rows aligned for any CPU. Sizes
 * beyond 1 to LEAT_MAX_EDGE px: LEAT_ERROR_INVALID. */
AVFrame *leat_pixel_pool_get_picture(LeatPixelPool *pool, int width, int height,
                                     enum AVPixelFormat format, GError **error);

/* Whether memory has run out since this was last asked. Some decoders say something else then. */
bool leat_pixel_pool_ran_out(LeatPixelPool *pool);

/* Frees a picture that was shared between threads. A decoder may hold its memory for longer; the
 * count of libavutil's that they then share orders our uses before its last one, where sanitizers
 * cannot see it. This tells them. */
void leat_pixels_let_go(AVFrame **picture);

/* Makes a decoder, before it is opened, take its pictures' memory from the pool, which must
 * outlive it. */
void leat_pixel_pool_serve(LeatPixelPool *pool, AVCodecContext *decoder);

#endif
