/* SPDX-License-Identifier: MIT */
#include "media/picture-pool.h"

#include "media/frame-internal.h"

#include <libavutil/imgutils.h>

#define ALIGNMENT 64

AVFrame *leat_picture_pool_get(LeatPicturePool *pool, int width, int height,
                               enum AVPixelFormat format, GError **error)
{
    if (!leat_picture_check(width, height, format, error) ||
        (!pool->pixels && !(pool->pixels = leat_pixel_pool_new(error))))
        return NULL;
    int bytes = av_image_get_buffer_size(format, width, height, ALIGNMENT);
    AVFrame *picture = bytes > 0 ? av_frame_alloc() : NULL;
    if (picture)
        picture->buf[0] = leat_pixel_pool_get(pool->pixels, (size_t)bytes);
    if (!picture || !picture->buf[0]) {
        av_frame_free(&picture);
        return leat_error_no_memory(error, (size_t)MAX(bytes, 0), "a picture");
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
    leat_pixel_pool_free(pool->pixels);
    pool->pixels = NULL;
}
