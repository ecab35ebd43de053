/* SPDX-License-Identifier: MIT */
#include "media/picture-pool.h"

#include "media/frame-internal.h"

#include <libavutil/imgutils.h>

#define ALIGNMENT 64

static bool start(LeatPicturePool *pool, int width, int height, enum AVPixelFormat format,
                  GError **error)
{
    if (pool->buffers && pool->width == width && pool->height == height && pool->format == format)
        return true;
    if (!leat_picture_check(width, height, format, error))
        return false;
    leat_picture_pool_finish(pool);
    int bytes = av_image_get_buffer_size(format, width, height, ALIGNMENT);
    /* Vector code may read past the last row. */
    pool->buffers = bytes > 0 ? av_buffer_pool_init((size_t)bytes + ALIGNMENT, NULL) : NULL;
    if (!pool->buffers)
        return leat_error_no_memory(error, bytes > 0 ? (size_t)bytes : 0, "pictures");
    pool->width = width;
    pool->height = height;
    pool->format = format;
    return true;
}

AVFrame *leat_picture_pool_get(LeatPicturePool *pool, int width, int height,
                               enum AVPixelFormat format, GError **error)
{
    if (!start(pool, width, height, format, error))
        return NULL;
    AVFrame *picture = av_frame_alloc();
    if (picture)
        picture->buf[0] = av_buffer_pool_get(pool->buffers);
    if (!picture || !picture->buf[0]) {
        av_frame_free(&picture);
        return leat_error_no_memory(
            error, (size_t)av_image_get_buffer_size(format, width, height, ALIGNMENT), "a picture");
    }
    picture->format = format;
    picture->width = width;
    picture->height = height;
    av_image_fill_arrays(picture->data, picture->linesize, picture->buf[0]->data, format, width,
                         height, ALIGNMENT);
    return picture;
}

void leat_picture_pool_finish(LeatPicturePool *pool)
{
    av_buffer_pool_uninit(&pool->buffers);
}
