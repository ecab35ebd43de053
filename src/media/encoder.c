/* SPDX-License-Identifier: MIT */
#include "media/encoder.h"

#include "base/error.h"
#include "media/encoder-internal.h"
#include "media/frame-internal.h"
#include "media/scaler.h"

#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
#include <stdlib.h>
#include <string.h>

/* More frames than any of our codecs holds back. */
#define MAX_INSIDE 256

struct LeatEncoder {
    LeatCodec codec;
    LeatStreamInfo stream;
    enum AVPixelFormat format;
    bool full_range;
    AVCodecContext *context; /* NULL for rawvideo, which needs none */
    AVPacket *packet;
    LeatScaler *scaler; /* made when a frame first needs it */

    /* Frames inside, by the count that libavcodec gets as their pts. */
    LeatFrameTimes times[MAX_INSIDE];
    int64_t sent;

    /* rawvideo: the frame that waits to be received, then the one whose bytes were handed out. */
    LeatFrame *waiting, *handed;
    uint8_t *packed;
};

static void describe_raw(LeatEncoder *encoder, const LeatEncoderOptions *options,
                         const AVFrame *first)
{
    encoder->format = leat_format_plain((enum AVPixelFormat)first->format);
    encoder->stream = (LeatStreamInfo){
        .codec = "rawvideo",
        .width = first->width,
        .height = first->height,
        .color_range =
            leat_picture_is_full_range(first) ? AVCOL_RANGE_JPEG : (int)first->color_range,
        .color_space = (int)first->colorspace,
        .color_primaries = (int)first->color_primaries,
        .color_transfer = (int)first->color_trc,
        .sample_aspect = leat_rational_from_av(first->sample_aspect_ratio),
        .rate = options->rate,
    };
    g_strlcpy(encoder->stream.pixel_format, av_get_pix_fmt_name(encoder->format),
              sizeof encoder->stream.pixel_format);
}

static bool describe_coded(LeatEncoder *encoder, const LeatEncoderOptions *options,
                           const AVFrame *first, GError **error)
{
    encoder->context = leat_encoder_context(options, first, error);
    if (!encoder->context)
        return false;
    encoder->format = encoder->context->pix_fmt;
    leat_stream_from_encoder(&encoder->stream, encoder->context);
    return true;
}

LeatEncoder *leat_encoder_open(const LeatEncoderOptions *options, const LeatFrame *first,
                               GError **error)
{
    const AVFrame *picture = leat_frame_picture(first);
    if (options->quality < 0 || options->quality > 100) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "cannot encode with quality %d: it goes from 1 to 100", options->quality);
        return NULL;
    }
    if (!leat_picture_check(picture->width, picture->height, (enum AVPixelFormat)picture->format,
                            error))
        return NULL;
    LeatEncoder *encoder = calloc(1, sizeof *encoder);
    if (!encoder)
        return leat_error_no_memory(error, sizeof *encoder, "an encoder");
    encoder->codec = options->codec;
    encoder->packet = av_packet_alloc();
    if (!encoder->packet) {
        leat_encoder_free(encoder);
        return leat_error_no_memory(error, sizeof *encoder->packet, "a packet");
    }
    if (options->codec == LEAT_CODEC_RAWVIDEO) {
        describe_raw(encoder, options, picture);
    } else if (!describe_coded(encoder, options, picture, error)) {
        leat_encoder_free(encoder);
        return NULL;
    }
    encoder->full_range = encoder->stream.color_range == AVCOL_RANGE_JPEG;
    encoder->stream.time_base = leat_frame_times(first).time_base;
    return encoder;
}

void leat_encoder_free(LeatEncoder *encoder)
{
    if (!encoder)
        return;
    avcodec_free_context(&encoder->context);
    av_packet_free(&encoder->packet);
    leat_scaler_free(encoder->scaler);
    leat_stream_info_clear(&encoder->stream);
    leat_frame_unref(encoder->waiting);
    leat_frame_unref(encoder->handed);
    av_free(encoder->packed);
    free(encoder);
}

const LeatStreamInfo *leat_encoder_stream(const LeatEncoder *encoder)
{
    return &encoder->stream;
}

/* A new reference to the frame in the encoder's size and format. */
static LeatFrame *fit(LeatEncoder *encoder, LeatFrame *frame, GError **error)
{
    const AVFrame *picture = leat_frame_picture(frame);
    enum AVPixelFormat format = (enum AVPixelFormat)picture->format;
    bool same_range = leat_picture_is_full_range(picture) == encoder->full_range;
    if (picture->width == encoder->stream.width && picture->height == encoder->stream.height &&
        leat_format_plain(format) == leat_format_plain(encoder->format) && same_range)
        return leat_frame_ref(frame);
    if (!encoder->scaler)
        encoder->scaler = leat_scaler_new(LEAT_SCALER_GOOD, error);
    if (!encoder->scaler)
        return NULL;
    return leat_scaler_convert(encoder->scaler, frame, encoder->stream.width,
                               encoder->stream.height, av_get_pix_fmt_name(encoder->format), error);
}

static bool send_coded(LeatEncoder *encoder, LeatFrame *frame, GError **error)
{
    LeatFrameTimes times = leat_frame_times(frame);
    AVFrame *picture = leat_frame_lend(frame, error);
    if (!picture)
        return false;
    picture->format = encoder->format;
    picture->pts = encoder->sent;
    picture->quality = encoder->context->global_quality;
    /* How the source coded it is no wish for how we should. */
    picture->pict_type = AV_PICTURE_TYPE_NONE;
    picture->key_frame = 0;
    int result = avcodec_send_frame(encoder->context, picture);
    av_frame_free(&picture);
    if (result < 0)
        return leat_av_error_set(error, result, "cannot encode frame %" G_GINT64_FORMAT " as %s",
                                 times.seq, leat_codec_name(encoder->codec));
    encoder->times[encoder->sent++ % MAX_INSIDE] = times;
    return true;
}

bool leat_encoder_send(LeatEncoder *encoder, LeatFrame *frame, GError **error)
{
    if (!frame) {
        int result = encoder->context ? avcodec_send_frame(encoder->context, NULL) : 0;
        if (result < 0 && result != AVERROR_EOF)
            return leat_av_error_set(error, result, "cannot end the %s stream",
                                     leat_codec_name(encoder->codec));
        return true;
    }
    LeatFrame *fitting = fit(encoder, frame, error);
    if (!fitting)
        return false;
    if (!encoder->context) {
        g_assert(!encoder->waiting);
        encoder->waiting = fitting;
        return true;
    }
    bool sent = send_coded(encoder, fitting, error);
    leat_frame_unref(fitting);
    return sent;
}

static void fill_times(const LeatEncoder *encoder, LeatPacket *packet, const LeatFrameTimes *times)
{
    packet->times = *times;
    packet->dts = times->pts;
    if (leat_rational_is_set(encoder->stream.rate) && leat_rational_is_set(times->time_base))
        packet->duration = av_rescale_q(1, av_inv_q(leat_av_rational(encoder->stream.rate)),
                                        leat_av_rational(times->time_base));
}

/* Whether the planes lie in memory just as a packed picture does. */
static bool is_packed(const AVFrame *picture, enum AVPixelFormat format, size_t bytes)
{
    uint8_t *data[4];
    int stride[4];
    av_image_fill_arrays(data, stride, picture->data[0], format, picture->width, picture->height,
                         1);
    for (size_t i = 0; i < G_N_ELEMENTS(data); i++)
        if (data[i] && (data[i] != picture->data[i] || stride[i] != picture->linesize[i]))
            return false;
    const AVBufferRef *buffer = picture->buf[0];
    return (size_t)(buffer->data + buffer->size - picture->data[0]) >= bytes;
}

static bool receive_raw(LeatEncoder *encoder, LeatPacket *packet, bool *got, GError **error)
{
    leat_frame_unref(encoder->handed);
    encoder->handed = encoder->waiting;
    encoder->waiting = NULL;
    if (!encoder->handed)
        return true;
    const AVFrame *picture = leat_frame_picture(encoder->handed);
    int bytes = av_image_get_buffer_size(encoder->format, picture->width, picture->height, 1);
    LeatFrameTimes times = leat_frame_times(encoder->handed);
    *packet = (LeatPacket){.key = true, .data = picture->data[0], .size = (size_t)bytes};
    fill_times(encoder, packet, &times);
    if (!is_packed(picture, encoder->format, packet->size)) {
        if (!encoder->packed)
            encoder->packed = av_malloc(packet->size);
        if (!encoder->packed) {
            leat_error_no_memory(error, packet->size, "a raw picture");
            return false;
        }
        av_image_copy_to_buffer(encoder->packed, bytes, (const uint8_t *const *)picture->data,
                                picture->linesize, encoder->format, picture->width, picture->height,
                                1);
        leat_frame_count_copied(packet->size);
        packet->data = encoder->packed;
    }
    *got = true;
    return true;
}

bool leat_encoder_receive(LeatEncoder *encoder, LeatPacket *packet, bool *got, GError **error)
{
    *got = false;
    if (!encoder->context)
        return receive_raw(encoder, packet, got, error);
    av_packet_unref(encoder->packet);
    int result = avcodec_receive_packet(encoder->context, encoder->packet);
    if (result == AVERROR(EAGAIN) || result == AVERROR_EOF)
        return true;
    if (result < 0)
        return leat_av_error_set(error, result, "cannot encode a frame as %s",
                                 leat_codec_name(encoder->codec));
    *packet = (LeatPacket){
        .key = encoder->packet->flags & AV_PKT_FLAG_KEY,
        .data = encoder->packet->data,
        .size = (size_t)encoder->packet->size,
    };
    fill_times(encoder, packet, &encoder->times[encoder->packet->pts % MAX_INSIDE]);
    *got = true;
    return true;
}
