/* SPDX-License-Identifier: MIT */
#include "media/libav.h"

#include "base/address.h"
#include "base/log.h"

#include <libavutil/cpu.h>
#include <libavutil/imgutils.h>
#include <libavutil/log.h>
#include <libavutil/pixdesc.h>
#include <stdarg.h>
#include <string.h>

const char *leat_av_error_text(int code, char *buffer, size_t size)
{
    av_strerror(code, buffer, size);
    return buffer;
}

int leat_av_error_code(int code)
{
    switch (code) {
    case AVERROR_INVALIDDATA:
    case AVERROR_PATCHWELCOME:
        return LEAT_ERROR_CORRUPT;
    case AVERROR_DECODER_NOT_FOUND:
    case AVERROR_DEMUXER_NOT_FOUND:
    case AVERROR_ENCODER_NOT_FOUND:
    case AVERROR_MUXER_NOT_FOUND:
    case AVERROR_FILTER_NOT_FOUND:
    case AVERROR_PROTOCOL_NOT_FOUND:
    case AVERROR(ENOSYS):
        return LEAT_ERROR_UNSUPPORTED;
    case AVERROR_STREAM_NOT_FOUND:
    case AVERROR_HTTP_NOT_FOUND:
        return LEAT_ERROR_NOT_FOUND;
    case AVERROR_HTTP_UNAUTHORIZED:
    case AVERROR_HTTP_FORBIDDEN:
        return LEAT_ERROR_PERMISSION;
    case AVERROR_HTTP_SERVER_ERROR:
    case AVERROR_EOF:
        return LEAT_ERROR_LOST;
    case AVERROR_EXIT:
        return LEAT_ERROR_CANCELLED;
    case AVERROR(EINVAL):
    case AVERROR_OPTION_NOT_FOUND:
        return LEAT_ERROR_INVALID;
    case AVERROR_BUG:
    case AVERROR_BUG2:
    case AVERROR_EXTERNAL:
    case AVERROR_UNKNOWN:
        return LEAT_ERROR_FAILED;
    default:
        return (int)leat_error_code_from_errno(AVUNERROR(code));
    }
}

static void set_error(GError **error, int result, const char *message, const char *cause)
{
    char text[AV_ERROR_MAX_STRING_SIZE];
    g_set_error(error, LEAT_ERROR, leat_av_error_code(result), "%s: %s", message,
                cause ? cause : leat_av_error_text(result, text, sizeof text));
}

bool leat_av_error_set(GError **error, int result, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    set_error(error, result, message, NULL);
    return false;
}

bool leat_av_error_set_heard(GError **error, int result, GString *heard, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *message = g_strdup_vprintf(format, arguments);
    va_end(arguments);

    g_strchomp(heard->str);
    const char *last = strrchr(heard->str, '\n');
    const char *cause = last ? last + 1 : heard->str;
    set_error(error, result, message, *cause ? cause : NULL);
    leat_av_listen_end(heard);
    return false;
}

/* --- the log */

static _Thread_local GString *listener;
static _Thread_local char speaker[64];

void leat_av_listen(GString *heard)
{
    listener = heard;
    if (heard)
        *speaker = '\0';
}

const char *leat_av_listen_speaker(void)
{
    return speaker;
}

void leat_av_listen_end(GString *heard)
{
    listener = NULL;
    g_string_free(heard, TRUE);
}

/* A message may quote an address anywhere. */
static char *redact(const char *message)
{
    if (!strstr(message, "://"))
        return g_strdup(message);
    GString *safe = g_string_new(NULL);
    const char *delimiters = " \t\n'\"<>()[]";
    while (*message) {
        size_t gap = strspn(message, delimiters);
        g_string_append_len(safe, message, (gssize)gap);
        message += gap;
        size_t length = strcspn(message, delimiters);
        g_autofree char *word = g_strndup(message, length);
        g_autofree char *shown = leat_address_redact(word);
        g_string_append(safe, shown);
        message += length;
    }
    return g_string_free(safe, FALSE);
}

static void on_message(void *context, int level, const char *format, va_list arguments)
{
    level &= 0xff;
    /* That a decoder patched up a damaged picture, it says as if it were nothing. */
    if (g_str_has_prefix(format, "concealing "))
        level = AV_LOG_ERROR;
    if (level > AV_LOG_WARNING)
        return;
    char text[1024];
    g_vsnprintf(text, sizeof text, format, arguments);
    g_strchomp(text);
    if (!*text)
        return;
    g_autofree char *message = redact(text);
    const AVClass *class = context ? *(AVClass **)context : NULL;
    const char *name = class ? class->item_name(context) : "";
    if (listener && level <= AV_LOG_ERROR) {
        if (listener->len == 0)
            g_strlcpy(speaker, name, sizeof speaker);
        g_string_append_printf(listener, "%s\n", message);
    }
    leat_log(LEAT_LOG_DEBUG, "ffmpeg: %s%s%s", name, *name ? ": " : "", message);
}

/* Before main, so that no user of libav can forget it and no thread can race it. */
__attribute__((constructor)) static void route_messages(void)
{
    av_log_set_callback(on_message);
}

/* --- formats and descriptions of streams */

enum AVPixelFormat leat_format_plain(enum AVPixelFormat format)
{
    switch (format) {
    case AV_PIX_FMT_YUVJ411P:
        return AV_PIX_FMT_YUV411P;
    case AV_PIX_FMT_YUVJ420P:
        return AV_PIX_FMT_YUV420P;
    case AV_PIX_FMT_YUVJ422P:
        return AV_PIX_FMT_YUV422P;
    case AV_PIX_FMT_YUVJ440P:
        return AV_PIX_FMT_YUV440P;
    case AV_PIX_FMT_YUVJ444P:
        return AV_PIX_FMT_YUV444P;
    default:
        return format;
    }
}

bool leat_format_is_full_range(enum AVPixelFormat format)
{
    return leat_format_plain(format) != format;
}

AVCodecParameters *leat_stream_to_parameters(const LeatStreamInfo *stream, GError **error)
{
    const AVCodecDescriptor *codec = avcodec_descriptor_get_by_name(stream->codec);
    if (!codec || codec->type != AVMEDIA_TYPE_VIDEO) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_UNSUPPORTED,
                    "cannot read a stream of codec '%s': this FFmpeg does not know it",
                    stream->codec);
        return NULL;
    }
    enum AVPixelFormat format = av_get_pix_fmt(stream->pixel_format);
    if (*stream->pixel_format && format == AV_PIX_FMT_NONE) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_UNSUPPORTED,
                    "cannot read a stream of pixel format '%s': this FFmpeg does not know it",
                    stream->pixel_format);
        return NULL;
    }
    if (stream->width < 1 || stream->height < 1 || stream->width > LEAT_MAX_EDGE ||
        stream->height > LEAT_MAX_EDGE || stream->extradata_size > INT_MAX / 2) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "cannot read a stream of %dx%d: both edges must be 1 to %d px", stream->width,
                    stream->height, LEAT_MAX_EDGE);
        return NULL;
    }

    AVCodecParameters *parameters = avcodec_parameters_alloc();
    if (!parameters)
        return leat_error_no_memory(error, sizeof *parameters, "a stream's description");
    parameters->codec_type = AVMEDIA_TYPE_VIDEO;
    parameters->codec_id = codec->id;
    parameters->format = format;
    parameters->width = stream->width;
    parameters->height = stream->height;
    parameters->color_range = (enum AVColorRange)stream->color_range;
    parameters->color_space = (enum AVColorSpace)stream->color_space;
    parameters->color_primaries = (enum AVColorPrimaries)stream->color_primaries;
    parameters->color_trc = (enum AVColorTransferCharacteristic)stream->color_transfer;
    if (leat_rational_is_set(stream->sample_aspect))
        parameters->sample_aspect_ratio = leat_av_rational(stream->sample_aspect);
    if (codec->id == AV_CODEC_ID_RAWVIDEO)
        parameters->codec_tag = avcodec_pix_fmt_to_codec_tag(format);
    if (stream->extradata_size > 0) {
        parameters->extradata = av_mallocz(stream->extradata_size + AV_INPUT_BUFFER_PADDING_SIZE);
        if (!parameters->extradata) {
            avcodec_parameters_free(&parameters);
            return leat_error_no_memory(error, stream->extradata_size, "codec headers");
        }
        memcpy(parameters->extradata, stream->extradata, stream->extradata_size);
        parameters->extradata_size = (int)stream->extradata_size;
    }
    return parameters;
}

void leat_stream_from_encoder(LeatStreamInfo *stream, const AVCodecContext *encoder)
{
    const char *format = av_get_pix_fmt_name(encoder->pix_fmt);
    *stream = (LeatStreamInfo){
        .width = encoder->width,
        .height = encoder->height,
        .color_range = (int)encoder->color_range,
        .color_space = (int)encoder->colorspace,
        .color_primaries = (int)encoder->color_primaries,
        .color_transfer = (int)encoder->color_trc,
        .sample_aspect = leat_rational_from_av(encoder->sample_aspect_ratio),
        .time_base = leat_rational_from_av(encoder->time_base),
        .rate = leat_rational_from_av(encoder->framerate),
        .extradata_size = (size_t)encoder->extradata_size,
    };
    g_strlcpy(stream->codec, avcodec_get_name(encoder->codec_id), sizeof stream->codec);
    g_strlcpy(stream->pixel_format, format ? format : "", sizeof stream->pixel_format);
    if (encoder->extradata_size > 0)
        stream->extradata = g_memdup2(encoder->extradata, stream->extradata_size);
}

int leat_av_threads(unsigned asked)
{
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define ONE_THREAD
#endif
#endif
#if defined(__SANITIZE_THREAD__) || defined(ONE_THREAD)
    (void)asked;
    return 1;
#else
    return (int)CLAMP(asked ? asked : (unsigned)av_cpu_count(), 1u, 16u);
#endif
}
