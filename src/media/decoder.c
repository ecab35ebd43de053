/* SPDX-License-Identifier: MIT */
#include "media/decoder.h"

#include "base/error.h"
#include "media/frame-internal.h"
#include "media/pixel-pool.h"

#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
#include <stdlib.h>
#include <string.h>

/* More frames than libavcodec holds back (16 to put in order, and as many threads). */
#define MAX_INSIDE 256

/* A damaged header must not make us allocate without bounds; a stream may still grow in mid-way. */
#define LEAST_MAX_PIXELS (INT64_C(8192) * 8192)

struct LeatDecoder {
    LeatStreamInfo stream;
    AVCodecContext *context; /* NULL for rawvideo, which needs none */
    LeatPixelPool *pixels;   /* of its pictures */
    AVPacket *packet;

    /* Packets inside, by the count that travels through libavcodec with each. */
    LeatFrameTimes times[MAX_INSIDE];
    char *complaints[MAX_INSIDE]; /* what libavcodec said against them, or NULL */
    int64_t sent;

    LeatFrame *waiting; /* of rawvideo */
};

static AVCodecContext *open_context(const LeatStreamInfo *stream, LeatPixelPool *pixels,
                                    unsigned threads, GError **error)
{
    AVCodecParameters *parameters = leat_stream_to_parameters(stream, error);
    if (!parameters)
        return NULL;
    const AVCodec *codec = avcodec_find_decoder(parameters->codec_id);
    AVCodecContext *context = codec ? avcodec_alloc_context3(codec) : NULL;
    if (!codec) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_UNSUPPORTED,
                    "cannot decode %s: FFmpeg on this machine was built without its decoder",
                    stream->codec);
        goto fail;
    }
    if (!context) {
        leat_error_no_memory(error, sizeof *context, "a decoder");
        goto fail;
    }
    int result = avcodec_parameters_to_context(context, parameters);
    context->pkt_timebase = leat_av_rational(stream->time_base);
    leat_pixel_pool_serve(pixels, context);
    /* Most h264 has one slice a picture, so that threads would only wait. */
    bool alone = parameters->codec_id == AV_CODEC_ID_H264 && threads == 0;
    context->thread_count = alone ? 1 : leat_av_threads(threads);
    /* Threads on whole frames would hold frames back. */
    context->thread_type = FF_THREAD_SLICE;
    context->max_pixels =
        MAX(((int64_t)stream->width + 64) * (stream->height + 64), LEAST_MAX_PIXELS);
    /* h264 tells damage by flags of the frame; the strict mode would refuse harmless oddities of
     * cameras too. */
    if (parameters->codec_id != AV_CODEC_ID_H264)
        context->err_recognition = AV_EF_CRCCHECK | AV_EF_EXPLODE;

    GString *heard = g_string_new(NULL);
    leat_av_listen(heard);
    if (result >= 0)
        result = avcodec_open2(context, codec, NULL);
    if (result < 0) {
        leat_av_error_set_heard(error, result, heard, "cannot decode %s of %dx%d", stream->codec,
                                stream->width, stream->height);
        goto fail;
    }
    leat_av_listen_end(heard);
    avcodec_parameters_free(&parameters);
    return context;

fail:
    avcodec_parameters_free(&parameters);
    avcodec_free_context(&context);
    return NULL;
}

LeatDecoder *leat_decoder_open(const LeatStreamInfo *stream, unsigned threads, GError **error)
{
    LeatDecoder *decoder = calloc(1, sizeof *decoder);
    if (!decoder)
        return leat_error_no_memory(error, sizeof *decoder, "a decoder");
    leat_stream_info_copy(&decoder->stream, stream);
    decoder->packet = av_packet_alloc();
    if (!decoder->packet) {
        leat_decoder_free(decoder);
        return leat_error_no_memory(error, sizeof *decoder->packet, "a packet");
    }
    decoder->pixels = leat_pixel_pool_new(error);
    if (!decoder->pixels) {
        leat_decoder_free(decoder);
        return NULL;
    }
    bool raw = strcmp(stream->codec, "rawvideo") == 0;
    if (raw ? !leat_picture_check(stream->width, stream->height,
                                  av_get_pix_fmt(stream->pixel_format), error)
            : !(decoder->context = open_context(stream, decoder->pixels, threads, error))) {
        leat_decoder_free(decoder);
        return NULL;
    }
    return decoder;
}

void leat_decoder_free(LeatDecoder *decoder)
{
    if (!decoder)
        return;
    avcodec_free_context(&decoder->context);
    leat_pixel_pool_free(decoder->pixels);
    av_packet_free(&decoder->packet);
    leat_stream_info_clear(&decoder->stream);
    for (size_t i = 0; i < MAX_INSIDE; i++)
        g_free(decoder->complaints[i]);
    leat_frame_unref(decoder->waiting);
    free(decoder);
}

static void set_colours(const LeatStreamInfo *stream, AVFrame *picture)
{
    picture->color_range = (enum AVColorRange)stream->color_range;
    picture->colorspace = (enum AVColorSpace)stream->color_space;
    picture->color_primaries = (enum AVColorPrimaries)stream->color_primaries;
    picture->color_trc = (enum AVColorTransferCharacteristic)stream->color_transfer;
    if (leat_rational_is_set(stream->sample_aspect))
        picture->sample_aspect_ratio = leat_av_rational(stream->sample_aspect);
}

static bool send_raw(LeatDecoder *decoder, const LeatPacket *packet, GError **error)
{
    const LeatStreamInfo *stream = &decoder->stream;
    enum AVPixelFormat format = av_get_pix_fmt(stream->pixel_format);
    int bytes = av_image_get_buffer_size(format, stream->width, stream->height, 1);
    if (packet->size != (size_t)bytes) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_CORRUPT,
                    "frame %" G_GINT64_FORMAT " is damaged: a raw picture of %dx%d %s has %d bytes,"
                    " this one %zu",
                    packet->times.seq, stream->width, stream->height, stream->pixel_format, bytes,
                    packet->size);
        return false;
    }
    AVFrame *picture =
        leat_pixel_pool_get_picture(decoder->pixels, stream->width, stream->height, format, error);
    if (!picture)
        return false;
    uint8_t *data[4];
    int stride[4];
    av_image_fill_arrays(data, stride, packet->data, format, stream->width, stream->height, 1);
    av_image_copy(picture->data, picture->linesize, (const uint8_t **)data, stride, format,
                  stream->width, stream->height);
    leat_frame_count_copied(packet->size);
    picture->key_frame = 1;
    set_colours(stream, picture);
    g_assert(!decoder->waiting);
    decoder->waiting = leat_frame_wrap(picture, &packet->times, error);
    return decoder->waiting != NULL;
}

static void set_no_memory(const LeatDecoder *decoder, GError **error)
{
    leat_error_no_memory(error, (size_t)decoder->stream.width * (size_t)decoder->stream.height,
                         "a decoded picture");
}

/* What went wrong with a frame is damage, unless memory ran out while it was decoded: some decoders
 * tell that no better. */
static void set_damaged(const LeatDecoder *decoder, GError **error, int64_t seq, const char *reason)
{
    if (leat_pixel_pool_ran_out(decoder->pixels))
        set_no_memory(decoder, error);
    else
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_CORRUPT,
                    "frame %" G_GINT64_FORMAT " is damaged: %s", seq, reason);
}

/* Sets the error for a packet that libavcodec refused, and ends the listening. */
static bool refused(const LeatDecoder *decoder, int result, GString *heard, int64_t seq,
                    GError **error)
{
    char text[AV_ERROR_MAX_STRING_SIZE];
    g_autofree char *first = g_strndup(heard->str, strcspn(heard->str, "\n"));
    leat_av_listen_end(heard);
    if (result == AVERROR(ENOMEM))
        set_no_memory(decoder, error);
    else
        set_damaged(decoder, error, seq,
                    *first ? first : leat_av_error_text(result, text, sizeof text));
    return false;
}

static bool end(LeatDecoder *decoder, GError **error)
{
    int result = decoder->context ? avcodec_send_packet(decoder->context, NULL) : 0;
    if (result < 0 && result != AVERROR_EOF)
        return leat_av_error_set(error, result, "cannot end the %s stream", decoder->stream.codec);
    return true;
}

bool leat_decoder_send(LeatDecoder *decoder, const LeatPacket *packet, GError **error)
{
    if (!packet)
        return end(decoder, error);
    if (!decoder->context)
        return send_raw(decoder, packet, error);
    if (packet->size == 0 || packet->size > INT_MAX / 2) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_CORRUPT,
                    "frame %" G_GINT64_FORMAT " is damaged: its packet has %zu bytes",
                    packet->times.seq, packet->size);
        return false;
    }
    /* libavcodec reads past the end, so that it needs the bytes with a margin of its own. */
    int result = av_new_packet(decoder->packet, (int)packet->size);
    if (result < 0) {
        leat_error_no_memory(error, packet->size, "a packet");
        return false;
    }
    memcpy(decoder->packet->data, packet->data, packet->size);
    decoder->packet->pts = packet->times.pts;
    decoder->packet->dts = packet->dts;
    decoder->packet->flags = packet->key ? AV_PKT_FLAG_KEY : 0;
    size_t slot = (size_t)(decoder->sent % MAX_INSIDE);
    decoder->times[slot] = packet->times;
    g_clear_pointer(&decoder->complaints[slot], g_free);
    decoder->context->reordered_opaque = decoder->sent++;

    GString *heard = g_string_new(NULL);
    leat_av_listen(heard);
    result = avcodec_send_packet(decoder->context, decoder->packet);
    av_packet_unref(decoder->packet);
    if (result < 0)
        return refused(decoder, result, heard, packet->times.seq, error);
    /* Of some damage a decoder only complains, and patches the picture up: a wrong check sum of
     * ffv1, lost parts of h264. The picture may come later. */
    if (heard->len > 0)
        decoder->complaints[slot] = g_strndup(heard->str, strcspn(heard->str, "\n"));
    leat_av_listen_end(heard);
    return true;
}

/* False when there was a complaint about what was sent as number `index`; it is told once. */
static bool check_complaint(LeatDecoder *decoder, int64_t index, GError **error)
{
    size_t slot = (size_t)(index % MAX_INSIDE);
    if (!decoder->complaints[slot])
        return true;
    set_damaged(decoder, error, decoder->times[slot].seq, decoder->complaints[slot]);
    g_clear_pointer(&decoder->complaints[slot], g_free);
    return false;
}

static bool receive_picture(LeatDecoder *decoder, AVFrame *picture, bool *got, GError **error)
{
    int64_t last = MAX(decoder->sent - 1, 0);
    GString *heard = g_string_new(NULL);
    leat_av_listen(heard);
    int result = avcodec_receive_frame(decoder->context, picture);
    *got = result >= 0;
    if (result < 0 && result != AVERROR(EAGAIN) && result != AVERROR_EOF)
        return refused(decoder, result, heard, decoder->times[last % MAX_INSIDE].seq, error);
    leat_av_listen_end(heard);
    if (!*got)
        return decoder->context->has_b_frames > 0 || check_complaint(decoder, last, error);
    if (!check_complaint(decoder, picture->reordered_opaque, error))
        return false;
    if (picture->decode_error_flags || picture->flags & AV_FRAME_FLAG_CORRUPT) {
        set_damaged(decoder, error, decoder->times[picture->reordered_opaque % MAX_INSIDE].seq,
                    "parts of it could not be decoded");
        return false;
    }
    return true;
}

bool leat_decoder_receive(LeatDecoder *decoder, LeatFrame **frame, GError **error)
{
    *frame = NULL;
    if (!decoder->context) {
        *frame = g_steal_pointer(&decoder->waiting);
        return true;
    }
    AVFrame *picture = av_frame_alloc();
    if (!picture) {
        leat_error_no_memory(error, sizeof *picture, "a picture's description");
        return false;
    }
    bool got = false;
    bool well = receive_picture(decoder, picture, &got, error);
    if (!well || !got) {
        av_frame_free(&picture);
        return well;
    }
    LeatFrameTimes times = decoder->times[picture->reordered_opaque % MAX_INSIDE];
    *frame = leat_frame_wrap(picture, &times, error);
    return *frame != NULL;
}

void leat_decoder_reset(LeatDecoder *decoder)
{
    if (decoder->context)
        avcodec_flush_buffers(decoder->context);
    for (size_t i = 0; i < MAX_INSIDE; i++)
        g_clear_pointer(&decoder->complaints[i], g_free);
    leat_frame_unref(decoder->waiting);
    decoder->waiting = NULL;
}
