/* SPDX-License-Identifier: MIT */
#include "media/encoder-internal.h"

#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <string.h>

typedef struct {
    const char *name;
    const char *encoder; /* libavcodec's name */
    const char *const *formats;
} Codec;

static const char *const mjpeg_formats[] = {"yuvj420p", "yuvj422p", "yuvj444p", NULL};
static const char *const h264_formats[] = {"yuv420p", "yuvj420p", "nv12", NULL};

/* Without formats that FFmpeg has under two names or that not every build has. */
static const char *const ffv1_formats[] = {
    "yuv420p",      "yuv422p",     "yuv444p",     "yuv440p",  "yuv410p",      "yuv411p",
    "yuva420p",     "yuva422p",    "yuva444p",    "gray",     "bgr0",         "bgra",
    "yuv420p10le",  "yuv422p10le", "yuv444p10le", "gbrp10le", "gbrp12le",     "gbrp14le",
    "yuv420p12le",  "yuv422p12le", "yuv444p12le", "gray10le", "gray12le",     "yuv420p16le",
    "yuv422p16le",  "yuv444p16le", "gray16le",    "gbrp16le", "yuva420p10le", "yuva422p10le",
    "yuva444p10le", "yuvj420p",    "yuvj422p",    "yuvj444p", NULL,
};

static const Codec codecs[] = {
    [LEAT_CODEC_MJPEG] = {"mjpeg", "mjpeg", mjpeg_formats},
    [LEAT_CODEC_FFV1] = {"ffv1", "ffv1", ffv1_formats},
    [LEAT_CODEC_H264] = {"h264", "libx264", h264_formats},
    [LEAT_CODEC_RAWVIDEO] = {"rawvideo", "rawvideo", NULL},
};

bool leat_codec_parse(const char *text, LeatCodec *codec, GError **error)
{
    for (size_t i = 0; i < G_N_ELEMENTS(codecs); i++) {
        if (strcmp(text, codecs[i].name) == 0) {
            *codec = (LeatCodec)i;
            return true;
        }
    }
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                "there is no codec '%s'; choose mjpeg, ffv1, h264 or rawvideo", text);
    return false;
}

const char *leat_codec_name(LeatCodec codec)
{
    return codecs[codec].name;
}

const char *const *leat_codec_pixel_formats(LeatCodec codec)
{
    return codecs[codec].formats;
}

bool leat_picture_is_full_range(const AVFrame *picture)
{
    return picture->color_range == AVCOL_RANGE_JPEG ||
           leat_format_is_full_range((enum AVPixelFormat)picture->format);
}

/* The codec's format that loses least, first in the list where several do. */
static enum AVPixelFormat nearest_format(LeatCodec codec, enum AVPixelFormat source)
{
    enum AVPixelFormat list[64];
    size_t count = 0;
    for (const char *const *name = codecs[codec].formats; *name; name++) {
        enum AVPixelFormat format = av_get_pix_fmt(*name);
        if (format == source)
            return format;
        if (format != AV_PIX_FMT_NONE && count < G_N_ELEMENTS(list) - 1)
            list[count++] = format;
    }
    list[count] = AV_PIX_FMT_NONE;
    const AVPixFmtDescriptor *description = av_pix_fmt_desc_get(source);
    bool alpha = description && description->flags & AV_PIX_FMT_FLAG_ALPHA;
    return avcodec_find_best_pix_fmt_of_list(list, source, alpha, NULL);
}

/* qscale 2 (best) to 31; 90 gives 5. */
static int mjpeg_qscale(int quality)
{
    return 2 + ((100 - (quality ? quality : 90)) * 29 + 49) / 99;
}

/* crf 1 (0 would be another, hardly playable profile) to 51; 55 gives 23. */
static int h264_crf(int quality)
{
    return MAX(1, ((100 - (quality ? quality : 55)) * 51 + 49) / 99);
}

/* A fixed number for a size, so that a file does not depend on the machine that made it. 0 for a
 * line so long and thin that it cannot be cut. */
static int ffv1_slices(const AVFrame *first)
{
    int64_t pixels = (int64_t)first->width * first->height;
    if (first->width <= 352 && first->height <= 288)
        return 1; /* libavcodec takes this number for sizes up to CIF only */
    if (first->width < 16 || first->height < 16)
        return 0;
    return pixels <= INT64_C(1280) * 720 ? 4 : 16;
}

static void set_mjpeg(AVCodecContext *context, const LeatEncoderOptions *options)
{
    context->color_range = AVCOL_RANGE_JPEG;
    context->flags |= AV_CODEC_FLAG_QSCALE;
    context->global_quality = mjpeg_qscale(options->quality) * FF_QP2LAMBDA;
    /* One thread with tables made for the picture is as quick as two on slices with standard
     * tables, and its files are a seventh smaller. */
    if (!options->may_delay)
        context->thread_count = 1;
    context->thread_type = FF_THREAD_FRAME;
}

static void set_ffv1(AVCodecContext *context, const AVFrame *first)
{
    context->gop_size = 1;
    context->thread_type = FF_THREAD_SLICE;
    context->slices = ffv1_slices(first);
    if (context->slices > 0) {
        context->level = 3;
        av_opt_set_int(context->priv_data, "slicecrc", 1, 0);
    } else {
        context->level = 1;
    }
}

static void set_h264(AVCodecContext *context, const LeatEncoderOptions *options)
{
    double rate = leat_rational_value(options->rate);
    context->max_b_frames = 0;
    context->gop_size = rate > 0 ? (int)CLAMP(2 * rate, 1, 250) : 50;
    context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    av_opt_set(context->priv_data, "preset", "veryfast", 0);
    av_opt_set(context->priv_data, "tune", "zerolatency", 0);
    av_opt_set_double(context->priv_data, "crf", h264_crf(options->quality), 0);
}

static bool is_rgb(enum AVPixelFormat format)
{
    const AVPixFmtDescriptor *description = av_pix_fmt_desc_get(format);
    return description && description->flags & AV_PIX_FMT_FLAG_RGB;
}

static void describe(AVCodecContext *context, const LeatEncoderOptions *options,
                     const AVFrame *first)
{
    context->width = first->width;
    context->height = first->height;
    context->pix_fmt = nearest_format(options->codec, (enum AVPixelFormat)first->format);
    context->color_range = first->color_range;
    if (options->codec != LEAT_CODEC_MJPEG) {
        if (leat_format_is_full_range(context->pix_fmt))
            context->color_range = AVCOL_RANGE_JPEG;
        context->pix_fmt = leat_format_plain(context->pix_fmt);
    }
    if (options->codec == LEAT_CODEC_H264) {
        context->width = MAX(2, context->width & ~1);
        context->height = MAX(2, context->height & ~1);
    }
    context->colorspace = first->colorspace;
    if (is_rgb((enum AVPixelFormat)first->format) && !is_rgb(context->pix_fmt)) {
        /* As the scaler makes it. */
        context->colorspace = AVCOL_SPC_SMPTE170M;
        context->color_range = AVCOL_RANGE_MPEG;
    }
    context->color_primaries = first->color_primaries;
    context->color_trc = first->color_trc;
    context->chroma_sample_location = first->chroma_location;
    context->sample_aspect_ratio = first->sample_aspect_ratio;
    if (leat_rational_is_set(options->rate)) {
        context->framerate = leat_av_rational(options->rate);
        context->time_base = av_inv_q(context->framerate);
    } else {
        context->time_base = (AVRational){1, 25};
    }
    context->thread_count = leat_av_threads(options->threads);
}

AVCodecContext *leat_encoder_context(const LeatEncoderOptions *options, const AVFrame *first,
                                     GError **error)
{
    const char *name = codecs[options->codec].encoder;
    const AVCodec *codec = avcodec_find_encoder_by_name(name);
    if (!codec) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_UNSUPPORTED,
                    "cannot encode %s: FFmpeg on this machine was built without its encoder '%s'; "
                    "choose another codec",
                    codecs[options->codec].name, name);
        return NULL;
    }
    AVCodecContext *context = avcodec_alloc_context3(codec);
    if (!context)
        return leat_error_no_memory(error, sizeof *context, "an encoder");
    describe(context, options, first);
    switch (options->codec) {
    case LEAT_CODEC_MJPEG:
        set_mjpeg(context, options);
        break;
    case LEAT_CODEC_FFV1:
        set_ffv1(context, first);
        break;
    case LEAT_CODEC_H264:
        set_h264(context, options);
        break;
    case LEAT_CODEC_RAWVIDEO:
        break;
    }

    GString *heard = g_string_new(NULL);
    leat_av_listen(heard);
    int result = avcodec_open2(context, codec, NULL);
    if (result < 0) {
        leat_av_error_set_heard(
            error, result, heard, "cannot encode %dx%d %s as %s", first->width, first->height,
            av_get_pix_fmt_name((enum AVPixelFormat)first->format), codecs[options->codec].name);
        avcodec_free_context(&context);
        return NULL;
    }
    leat_av_listen_end(heard);
    return context;
}
