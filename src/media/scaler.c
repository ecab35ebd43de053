/* SPDX-License-Identifier: MIT */
#include "media/scaler.h"

#include "base/error.h"
#include "media/frame-internal.h"
#include "media/pixel-pool.h"
#include "media/picture-range.h"

#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
#include <stdlib.h>
#include <string.h>

/* All that a conversion depends on; a context is made anew when any of it changes. */
typedef struct {
    int width, height;
    enum AVPixelFormat format;
    enum AVColorRange range;
    enum AVColorSpace space;
} Side;

struct LeatScaler {
    LeatScalerQuality quality;
    struct SwsContext *context; /* for from and to, or NULL */
    Side from, to;
    LeatPixelPool *pixels;
};

LeatScaler *leat_scaler_new(LeatScalerQuality quality, GError **error)
{
    LeatScaler *scaler = calloc(1, sizeof *scaler);
    if (!scaler)
        return leat_error_no_memory(error, sizeof *scaler, "a scaler");
    scaler->quality = quality;
    scaler->pixels = leat_pixel_pool_new(error);
    if (!scaler->pixels) {
        free(scaler);
        return NULL;
    }
    return scaler;
}

void leat_scaler_free(LeatScaler *scaler)
{
    if (!scaler)
        return;
    sws_freeContext(scaler->context);
    leat_pixel_pool_free(scaler->pixels);
    free(scaler);
}

static bool is_rgb(enum AVPixelFormat format)
{
    const AVPixFmtDescriptor *description = av_pix_fmt_desc_get(format);
    return description && description->flags & AV_PIX_FMT_FLAG_RGB;
}

/* Two sides are equal by their fields; a memcmp would see padding. */
static bool same(const Side *a, const Side *b)
{
    return a->width == b->width && a->height == b->height && a->format == b->format &&
           a->range == b->range && a->space == b->space;
}

static Side side_of(const AVFrame *picture)
{
    Side side = {picture->width, picture->height, (enum AVPixelFormat)picture->format,
                 picture->color_range, picture->colorspace};
    if (is_rgb(side.format) || leat_format_is_full_range(side.format))
        side.range = AVCOL_RANGE_JPEG;
    return side;
}

static Side target_of(const Side *from, int width, int height, enum AVPixelFormat format)
{
    Side to = {width, height, format, from->range, from->space};
    if (is_rgb(format)) {
        to.range = AVCOL_RANGE_JPEG;
        to.space = AVCOL_SPC_RGB;
    } else {
        if (leat_format_is_full_range(format))
            to.range = AVCOL_RANGE_JPEG;
        else if (is_rgb(from->format) || leat_format_is_full_range(from->format))
            to.range = AVCOL_RANGE_MPEG;
        if (is_rgb(from->format))
            to.space = AVCOL_SPC_SMPTE170M;
    }
    return to;
}

static bool differ_in_range_only(const Side *from, const Side *to)
{
    return from->width == to->width && from->height == to->height && from->space == to->space &&
           leat_format_plain(from->format) == leat_format_plain(to->format) &&
           leat_picture_range_knows(from->format) &&
           (from->range == AVCOL_RANGE_JPEG) != (to->range == AVCOL_RANGE_JPEG);
}

static const int *coefficients(enum AVColorSpace space)
{
    return sws_getCoefficients(space == AVCOL_SPC_RGB ? SWS_CS_DEFAULT : (int)space);
}

static bool prepare(LeatScaler *scaler, const Side *from, const Side *to, GError **error)
{
    if (scaler->context && same(&scaler->from, from) && same(&scaler->to, to))
        return true;
    if (!leat_picture_check(to->width, to->height, to->format, error))
        return false;
    if (!sws_isSupportedInput(from->format) || !sws_isSupportedOutput(to->format)) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_UNSUPPORTED,
                    "cannot convert pixel format %s to %s: libswscale does not know how",
                    av_get_pix_fmt_name(from->format), av_get_pix_fmt_name(to->format));
        return false;
    }
    int flags = scaler->quality == LEAT_SCALER_GOOD ? SWS_BICUBIC | SWS_ACCURATE_RND : SWS_BILINEAR;
    sws_freeContext(scaler->context);
    scaler->context = sws_getContext(from->width, from->height, from->format, to->width, to->height,
                                     to->format, flags, NULL, NULL, NULL);
    if (!scaler->context) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_UNSUPPORTED,
                    "cannot convert %dx%d %s to %dx%d %s: libswscale refuses it", from->width,
                    from->height, av_get_pix_fmt_name(from->format), to->width, to->height,
                    av_get_pix_fmt_name(to->format));
        return false;
    }
    /* It fails for pairs of formats that have no such details; they need none. */
    (void)sws_setColorspaceDetails(scaler->context, coefficients(from->space),
                                   from->range == AVCOL_RANGE_JPEG, coefficients(to->space),
                                   to->range == AVCOL_RANGE_JPEG, 0, 1 << 16, 1 << 16);
    scaler->from = *from;
    scaler->to = *to;
    return true;
}

LeatFrame *leat_scaler_convert(LeatScaler *scaler, LeatFrame *frame, int width, int height,
                               const char *pixel_format, GError **error)
{
    const AVFrame *picture = leat_frame_picture(frame);
    enum AVPixelFormat format = av_get_pix_fmt(pixel_format);
    if (format == AV_PIX_FMT_NONE) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_UNSUPPORTED,
                    "cannot convert to pixel format '%s': libavutil does not know it",
                    pixel_format);
        return NULL;
    }
    Side from = side_of(picture), to = target_of(&from, width, height, format);
    if (same(&from, &to))
        return leat_frame_ref(frame);
    bool range_only = differ_in_range_only(&from, &to);
    if (!range_only && !prepare(scaler, &from, &to, error))
        return NULL;

    AVFrame *made = leat_pixel_pool_get_picture(scaler->pixels, width, height, format, error);
    if (!made)
        return NULL;
    if (av_frame_copy_props(made, picture) < 0) {
        av_frame_free(&made);
        return leat_error_no_memory(error, sizeof *made, "a picture's description");
    }
    made->color_range = to.range;
    made->colorspace = to.space;
    if (picture->sample_aspect_ratio.num > 0)
        made->sample_aspect_ratio = av_mul_q(
            picture->sample_aspect_ratio,
            av_mul_q((AVRational){picture->width, picture->height}, (AVRational){height, width}));
    int rows = height;
    if (range_only)
        leat_picture_range_convert(made, picture, to.range == AVCOL_RANGE_JPEG);
    else
        rows = sws_scale(scaler->context, (const uint8_t *const *)picture->data, picture->linesize,
                         0, picture->height, made->data, made->linesize);
    if (rows < 0) {
        av_frame_free(&made);
        leat_av_error_set(error, rows, "cannot convert a picture to %dx%d %s", width, height,
                          pixel_format);
        return NULL;
    }
    LeatFrameTimes times = leat_frame_times(frame);
    return leat_frame_wrap(made, &times, error);
}

void leat_scaler_fit(int width, int height, int box_width, int box_height, int *fit_width,
                     int *fit_height)
{
    int64_t across = (int64_t)width * box_height, down = (int64_t)height * box_width;
    bool wide = across > down;
    int64_t w = wide ? box_width : (across + height / 2) / MAX(height, 1);
    int64_t h = wide ? (down + width / 2) / MAX(width, 1) : box_height;
    *fit_width = (int)MAX(w, 1);
    *fit_height = (int)MAX(h, 1);
}
