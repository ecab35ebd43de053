/* SPDX-License-Identifier: MIT */
#include "pipeline/record-encoder.h"

#include "base/clock.h"
#include "base/error.h"

#include <stdlib.h>
#include <string.h>

/* Frames that may be inside an encoder at a time, at the least: one for each of its threads and
 * what it looks ahead. */
enum { MAX_INSIDE = 128 };

/* Times that fall back by so much go on from where they were. By less, frames are waited for to
 * catch up. */
#define JUMP_BACK_NS LEAT_NS_PER_S

typedef struct {
    LeatFrame *frame;
    LeatRecordCount before;
} Inside;

struct LeatRecordEncoder {
    /* Set once. */
    const LeatStageContext *context;
    LeatRational record_rate;
    LeatEncoder *encoder;
    int width, height;        /* of the first frame */
    const char *pixel_format; /* the same */
    LeatRational time_base;   /* the same, and so of the stream; times are in it */

    LeatRecordSink sink;
    LeatRecordCount count;
    Inside inside[MAX_INSIDE]; /* given to the encoder, packet not seen yet; oldest first */
    int inside_count;
    bool has_first;
    int64_t first_pts;
    int64_t seen_pts, step; /* the latest time, and how far it was from the one before */
    int64_t shift;          /* added to what comes */
    int64_t last_pts;       /* of the last frame given to the encoder */
    int64_t last_slot;      /* of the record rate, that a kept frame has filled */
};

static bool same_rate(LeatRational a, LeatRational b)
{
    return a.num == b.num && a.den == b.den;
}

bool leat_record_encoding_equal(const LeatRecordEncoding *a, const LeatRecordEncoding *b)
{
    return a->encoder.codec == b->encoder.codec && a->encoder.quality == b->encoder.quality &&
           same_rate(a->encoder.rate, b->encoder.rate) &&
           same_rate(a->record_rate, b->record_rate) && g_strcmp0(a->filter, b->filter) == 0;
}

/* The nominal rate, where nobody asked for one: the source's own, unless a graph may change it. */
static LeatEncoderOptions guess_rate(const LeatStageContext *context,
                                     const LeatRecordEncoding *encoding)
{
    LeatEncoderOptions options = encoding->encoder;
    LeatPipelineStatus status;
    leat_status_board_get(context->board, &status);
    bool untouched = !encoding->filter || !*encoding->filter;
    if (untouched && !leat_rational_is_set(options.rate))
        options.rate = status.format.rate;
    return options;
}

LeatRecordEncoder *leat_record_encoder_open(const LeatStageContext *context,
                                            const LeatRecordEncoding *encoding,
                                            const LeatFrame *first, const LeatRecordSink *sink,
                                            GError **error)
{
    LeatEncoderOptions options = guess_rate(context, encoding);
    LeatRecordEncoder *encoder = calloc(1, sizeof(*encoder));
    if (!encoder)
        return leat_error_no_memory(error, sizeof(*encoder), "the recording's encoder");
    encoder->encoder = leat_encoder_open(&options, first, error);
    if (!encoder->encoder) {
        free(encoder);
        return NULL;
    }
    encoder->context = context;
    encoder->record_rate = encoding->record_rate;
    encoder->width = leat_frame_width(first);
    encoder->height = leat_frame_height(first);
    encoder->pixel_format = leat_frame_pixel_format(first);
    encoder->time_base = leat_frame_times(first).time_base;
    encoder->sink = *sink;
    encoder->last_slot = -1;
    encoder->last_pts = INT64_MIN;
    encoder->step = 1;
    return encoder;
}

void leat_record_encoder_free(LeatRecordEncoder *encoder)
{
    if (!encoder)
        return;
    for (int i = 0; i < encoder->inside_count; i++)
        leat_frame_unref(encoder->inside[i].frame);
    leat_encoder_free(encoder->encoder);
    free(encoder);
}

void leat_record_encoder_set_sink(LeatRecordEncoder *encoder, const LeatRecordSink *sink)
{
    encoder->sink = *sink;
}

const LeatStreamInfo *leat_record_encoder_stream(const LeatRecordEncoder *encoder)
{
    return leat_encoder_stream(encoder->encoder);
}

bool leat_record_encoder_fits(const LeatRecordEncoder *encoder, const LeatFrame *frame)
{
    return leat_frame_width(frame) == encoder->width &&
           leat_frame_height(frame) == encoder->height &&
           strcmp(leat_frame_pixel_format(frame), encoder->pixel_format) == 0;
}

LeatRecordCount leat_record_encoder_count(const LeatRecordEncoder *encoder)
{
    return encoder->count;
}

/* The time as the stream counts it: in the time base of its first frame, and never falling back.
 * Another filter in mid-stream may have another base, or start its times anew. */
static void fit_times(LeatRecordEncoder *encoder, LeatFrameTimes *times)
{
    LeatRational base = encoder->time_base;
    if (times->time_base.num != base.num || times->time_base.den != base.den)
        times->pts = leat_ns_to_ticks(leat_ticks_to_ns(times->pts, times->time_base), base);
    times->time_base = base;
    times->pts += encoder->shift;
    if (encoder->has_first &&
        leat_ticks_to_ns(encoder->seen_pts - times->pts, base) >= JUMP_BACK_NS) {
        int64_t behind = encoder->seen_pts + encoder->step - times->pts;
        encoder->shift += behind;
        times->pts += behind;
    }
    if (!encoder->has_first) {
        encoder->has_first = true;
        encoder->first_pts = encoder->seen_pts = times->pts;
    } else if (times->pts > encoder->seen_pts) {
        encoder->step = times->pts - encoder->seen_pts;
        encoder->seen_pts = times->pts;
    }
}

/* By its time, never by a counter: the frame is kept when it is the first in its 1/rate slot since
 * the first frame. A time stamp that its container rounded down (by under a tick, and in any
 * container that rounds by at most 1 ms) still counts for its slot. */
static bool is_wanted(LeatRecordEncoder *encoder, const LeatFrameTimes *times)
{
    if (!leat_rational_is_set(encoder->record_rate))
        return true;
    int64_t rounding_ns = MIN(leat_ticks_to_ns(1, times->time_base), LEAT_NS_PER_MS);
    int64_t since_ns =
        leat_ticks_to_ns(times->pts - encoder->first_pts, times->time_base) + rounding_ns;
    int64_t slot = leat_ns_to_ticks(
        since_ns, (LeatRational){encoder->record_rate.den, encoder->record_rate.num});
    if (leat_ticks_to_ns(slot, (LeatRational){encoder->record_rate.den, encoder->record_rate.num}) >
        since_ns)
        slot--;
    if (slot <= encoder->last_slot)
        return false;
    encoder->last_slot = slot;
    return true;
}

static void lose(LeatRecordEncoder *encoder, int64_t seq, const char *reason)
{
    encoder->sink.lose(seq, reason, encoder->sink.data);
}

/* Lets go of the oldest frame inside the encoder: its packet is on its way, or it is lost. */
static void let_go(LeatRecordEncoder *encoder, const char *reason)
{
    LeatFrame *frame = encoder->inside[0].frame;
    int64_t seq = leat_frame_times(frame).seq;
    encoder->inside_count--;
    for (int i = 0; i < encoder->inside_count; i++)
        encoder->inside[i] = encoder->inside[i + 1];
    if (reason)
        lose(encoder, seq, reason);
    leat_frame_unref(frame);
}

/* Hands on what the encoder has finished. False when the sink has ended it. */
static bool pass_packets(LeatRecordEncoder *encoder, GError **error)
{
    for (;;) {
        LeatPacket packet;
        bool got = false;
        GError *failure = NULL;
        if (!leat_encoder_receive(encoder->encoder, &packet, &got, &failure)) {
            if (encoder->inside_count > 0)
                let_go(encoder, failure->message);
            g_error_free(failure);
            return true;
        }
        if (!got)
            return true;
        while (encoder->inside_count > 0 &&
               leat_frame_times(encoder->inside[0].frame).seq < packet.times.seq)
            let_go(encoder, "the encoder gave no packet for it");
        const Inside *oldest = encoder->inside_count > 0 ? &encoder->inside[0] : NULL;
        if (!encoder->sink.pass(&packet, oldest ? oldest->frame : NULL,
                                oldest ? &oldest->before : &encoder->count, encoder->sink.data,
                                error))
            return false;
        if (oldest)
            let_go(encoder, NULL);
    }
}

static bool has_times(const LeatFrame *frame, const LeatFrameTimes *times)
{
    LeatFrameTimes own = leat_frame_times(frame);
    return own.pts == times->pts && own.time_base.num == times->time_base.num &&
           own.time_base.den == times->time_base.den;
}

static bool send(LeatRecordEncoder *encoder, LeatFrame *frame, const LeatFrameTimes *times,
                 GError **error)
{
    if (has_times(frame, times))
        return leat_encoder_send(encoder->encoder, frame, error);
    LeatFrame *fitting = leat_frame_with_times(frame, times, error);
    bool sent = fitting && leat_encoder_send(encoder->encoder, fitting, error);
    leat_frame_unref(fitting);
    return sent;
}

/* Gives the encoder the frame, with these times. False when this one is lost. */
static bool encode(LeatRecordEncoder *encoder, LeatFrame *frame, const LeatFrameTimes *times,
                   const LeatRecordCount *before, GError **error)
{
    if (encoder->inside_count == MAX_INSIDE) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_FAILED, "the encoder holds too many frames");
        return false;
    }
    if (times->pts <= encoder->last_pts) {
        g_set_error(
            error, LEAT_ERROR, LEAT_ERROR_INVALID,
            "the filter gave it a time, in ticks of %d/%d s, that is not past the frame before",
            times->time_base.num, times->time_base.den);
        return false;
    }
    if (!send(encoder, frame, times, error))
        return false;
    encoder->last_pts = times->pts;
    encoder->inside[encoder->inside_count++] = (Inside){leat_frame_ref(frame), *before};
    return true;
}

bool leat_record_encoder_add(LeatRecordEncoder *encoder, LeatFrame *frame, GError **error)
{
    LeatFrameTimes times = leat_frame_times(frame);
    LeatRecordCount before = encoder->count;
    encoder->count.taken++;
    fit_times(encoder, &times);
    if (!is_wanted(encoder, &times)) {
        encoder->count.skipped++;
        encoder->sink.skip(encoder->sink.data);
        return true;
    }

    int64_t start_ns = leat_clock_now_ns();
    GError *failure = NULL;
    if (!encode(encoder, frame, &times, &before, &failure)) {
        lose(encoder, times.seq, failure->message);
        g_error_free(failure);
    }
    bool going_on = pass_packets(encoder, error);
    leat_trace_slice(encoder->context->trace, "encode", times.seq, start_ns, leat_clock_now_ns());
    return going_on;
}

bool leat_record_encoder_drain(LeatRecordEncoder *encoder, GError **error)
{
    return leat_encoder_send(encoder->encoder, NULL, error) && pass_packets(encoder, error);
}

void leat_record_encoder_lose(LeatRecordEncoder *encoder, const char *reason)
{
    while (encoder->inside_count > 0)
        let_go(encoder, reason);
}
