/* SPDX-License-Identifier: MIT */
#include "pipeline/recorder.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"

#include <stdlib.h>

/* Frames that may be inside an encoder at a time, at the least: one for each of its threads and
 * what it looks ahead. */
enum { MAX_INSIDE = 128 };

/* For whatever ending a recording waits for: to commit the rest, and then to tell its losses. */
#define FINISH_LIMIT_NS (LEAT_STOP_LIMIT_NS + LEAT_NS_PER_S)

/* Times that fall back by so much go on from where they were. By less, frames are waited for to
 * catch up. */
#define JUMP_BACK_NS LEAT_NS_PER_S

struct LeatRecorder {
    /* Set once. */
    const LeatStageContext *context;
    LeatEncoderOptions encoder_options;
    LeatRational record_rate;
    bool untouched; /* no graph is in force */
    char *path;
    LeatStoreWriter *writer;
    LeatCancelListener abort_listener;
    LeatCancelListener stop_listener; /* mode `none` */

    /* The recording thread's own. */
    LeatEncoder *encoder;
    LeatFrame *inside[MAX_INSIDE]; /* given to the encoder, packet not seen yet; oldest first */
    int inside_count;
    LeatRational time_base; /* of the first frame, and so of the recording; times are in it */
    bool has_first;
    int64_t first_pts;
    int64_t seen_pts, step; /* the latest time, and how far it was from the one before */
    int64_t shift;          /* added to what comes */
    int64_t last_pts;       /* of the last frame given to the encoder */
    int64_t last_slot;      /* of the record rate, that a kept frame has filled */
    int64_t stored;         /* as told to the ledger */
    size_t losses_given;    /* to the writer */
};

static void abort_writer(void *data)
{
    leat_store_writer_abort(data);
}

static void limit_writer(void *data)
{
    leat_store_writer_limit_waiting(data, LEAT_STOP_LIMIT_NS);
}

/* In mode `none` the main loop may itself be waiting for the store, and no timer of it can then cut
 * off a stop that takes too long. */
static void listen_to_cancels(LeatRecorder *recorder)
{
    const LeatStageContext *context = recorder->context;
    recorder->abort_listener = (LeatCancelListener){.wake = abort_writer, .data = recorder->writer};
    recorder->stop_listener = (LeatCancelListener){.wake = limit_writer, .data = recorder->writer};
    leat_cancel_add_listener(context->abort, &recorder->abort_listener);
    if (context->concurrency == LEAT_CONCURRENCY_NONE)
        leat_cancel_add_listener(context->stop, &recorder->stop_listener);
}

LeatRecorder *leat_recorder_open(const LeatStageContext *context,
                                 const LeatRecordingRequest *request, const char *source,
                                 const char *filter, GError **error)
{
    LeatRecorder *recorder = calloc(1, sizeof(*recorder));
    if (!recorder)
        return leat_error_no_memory(error, sizeof(*recorder), "the recorder");
    recorder->context = context;
    recorder->encoder_options = request->encoder;
    recorder->record_rate = request->record_rate;
    recorder->untouched = !filter || !*filter;
    recorder->last_slot = -1;
    recorder->last_pts = INT64_MIN;
    recorder->step = 1;
    recorder->writer = leat_store_writer_open(
        &(LeatStoreWriterOptions){
            .path = request->path,
            .name = request->name,
            .source = source,
            .filter = filter,
            .record_rate = request->record_rate,
            .threaded = context->concurrency == LEAT_CONCURRENCY_THREADS,
            .trace = context->trace,
        },
        error);
    if (!recorder->writer) {
        free(recorder);
        return NULL;
    }
    recorder->path = g_strdup(request->path);
    listen_to_cancels(recorder);
    return recorder;
}

/* The time as the recording counts it: in the time base of its first frame, and never falling back.
 * Another filter in mid-stream may have another base, or start its times anew. */
static void fit_times(LeatRecorder *recorder, LeatFrameTimes *times)
{
    if (!leat_rational_is_set(recorder->time_base))
        recorder->time_base = times->time_base;
    LeatRational base = recorder->time_base;
    if (times->time_base.num != base.num || times->time_base.den != base.den)
        times->pts = leat_ns_to_ticks(leat_ticks_to_ns(times->pts, times->time_base), base);
    times->time_base = base;
    times->pts += recorder->shift;
    if (recorder->has_first &&
        leat_ticks_to_ns(recorder->seen_pts - times->pts, base) >= JUMP_BACK_NS) {
        int64_t behind = recorder->seen_pts + recorder->step - times->pts;
        recorder->shift += behind;
        times->pts += behind;
    }
    if (!recorder->has_first) {
        recorder->has_first = true;
        recorder->first_pts = recorder->seen_pts = times->pts;
    } else if (times->pts > recorder->seen_pts) {
        recorder->step = times->pts - recorder->seen_pts;
        recorder->seen_pts = times->pts;
    }
}

/* By its time, never by a counter: the frame is kept when it is the first in its 1/rate slot since
 * the first frame. A time stamp that its container rounded down (by under a tick, and in any
 * container that rounds by at most 1 ms) still counts for its slot. */
static bool is_wanted(LeatRecorder *recorder, const LeatFrameTimes *times)
{
    if (!leat_rational_is_set(recorder->record_rate))
        return true;
    int64_t rounding_ns = MIN(leat_ticks_to_ns(1, times->time_base), LEAT_NS_PER_MS);
    int64_t since_ns =
        leat_ticks_to_ns(times->pts - recorder->first_pts, times->time_base) + rounding_ns;
    int64_t slot = leat_ns_to_ticks(
        since_ns, (LeatRational){recorder->record_rate.den, recorder->record_rate.num});
    if (leat_ticks_to_ns(
            slot, (LeatRational){recorder->record_rate.den, recorder->record_rate.num}) > since_ns)
        slot--;
    if (slot <= recorder->last_slot)
        return false;
    recorder->last_slot = slot;
    return true;
}

static void lose(LeatRecorder *recorder, int64_t first, int64_t last, int64_t count,
                 const char *reason)
{
    if (count > 0)
        leat_session_ledger_lose(recorder->context->ledger, LEAT_STAGE_RECORD, first, last, count,
                                 reason);
}

/* Lets go of the oldest frame inside the encoder: its packet is on its way, or it is lost. */
static void let_go(LeatRecorder *recorder, const char *reason)
{
    LeatFrame *frame = recorder->inside[0];
    int64_t seq = leat_frame_times(frame).seq;
    recorder->inside_count--;
    for (int i = 0; i < recorder->inside_count; i++)
        recorder->inside[i] = recorder->inside[i + 1];
    if (reason)
        lose(recorder, seq, seq, 1, reason);
    else
        leat_frame_note_finished(frame, leat_clock_now_ns());
    leat_frame_unref(frame);
}

/* Stores what the encoder has finished. False when storing has ended. */
static bool pass_packets(LeatRecorder *recorder, GError **error)
{
    for (;;) {
        LeatPacket packet;
        bool got = false;
        GError *failure = NULL;
        if (!leat_encoder_receive(recorder->encoder, &packet, &got, &failure)) {
            if (recorder->inside_count > 0)
                let_go(recorder, failure->message);
            g_error_free(failure);
            return true;
        }
        if (!got)
            return true;
        while (recorder->inside_count > 0 &&
               leat_frame_times(recorder->inside[0]).seq < packet.times.seq)
            let_go(recorder, "the encoder gave no packet for it");
        if (!leat_store_writer_add(recorder->writer, &packet, error))
            return false;
        if (recorder->inside_count > 0)
            let_go(recorder, NULL);
    }
}

/* The nominal rate, where nobody asked for one: the source's own, unless a graph may change it. */
static void guess_rate(LeatRecorder *recorder)
{
    LeatPipelineStatus status;
    leat_status_board_get(recorder->context->board, &status);
    if (recorder->untouched && !leat_rational_is_set(recorder->encoder_options.rate))
        recorder->encoder_options.rate = status.format.rate;
}

static bool begin(LeatRecorder *recorder, LeatFrame *first, GError **error)
{
    guess_rate(recorder);
    recorder->encoder = leat_encoder_open(&recorder->encoder_options, first, error);
    if (!recorder->encoder ||
        !leat_store_writer_begin(recorder->writer, leat_encoder_stream(recorder->encoder), error))
        return false;
    leat_status_board_recording(recorder->context->board, leat_store_writer_id(recorder->writer),
                                leat_store_writer_name(recorder->writer), recorder->path);
    return true;
}

static bool has_times(const LeatFrame *frame, const LeatFrameTimes *times)
{
    LeatFrameTimes own = leat_frame_times(frame);
    return own.pts == times->pts && own.time_base.num == times->time_base.num &&
           own.time_base.den == times->time_base.den;
}

static bool send(LeatRecorder *recorder, LeatFrame *frame, const LeatFrameTimes *times,
                 GError **error)
{
    if (has_times(frame, times))
        return leat_encoder_send(recorder->encoder, frame, error);
    LeatFrame *fitting = leat_frame_with_times(frame, times, error);
    bool sent = fitting && leat_encoder_send(recorder->encoder, fitting, error);
    leat_frame_unref(fitting);
    return sent;
}

/* Gives the encoder the frame, with these times. False when this one is lost. */
static bool encode(LeatRecorder *recorder, LeatFrame *frame, const LeatFrameTimes *times,
                   GError **error)
{
    if (recorder->inside_count == MAX_INSIDE) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_FAILED, "the encoder holds too many frames");
        return false;
    }
    if (times->pts <= recorder->last_pts) {
        g_set_error(
            error, LEAT_ERROR, LEAT_ERROR_INVALID,
            "the filter gave it a time, in ticks of %d/%d s, that is not past the frame before",
            times->time_base.num, times->time_base.den);
        return false;
    }
    if (!send(recorder, frame, times, error))
        return false;
    recorder->last_pts = times->pts;
    recorder->inside[recorder->inside_count++] = leat_frame_ref(frame);
    return true;
}

bool leat_recorder_add(LeatRecorder *recorder, LeatFrame *frame, GError **error)
{
    LeatFrameTimes times = leat_frame_times(frame);
    fit_times(recorder, &times);
    if (!is_wanted(recorder, &times)) {
        leat_session_ledger_add(recorder->context->ledger, &(LeatLedger){.record.skipped = 1});
        return true;
    }
    if (!recorder->encoder && !begin(recorder, frame, error)) {
        recorder->inside[recorder->inside_count++] = leat_frame_ref(frame);
        return false;
    }

    int64_t start_ns = leat_clock_now_ns();
    GError *failure = NULL;
    if (!encode(recorder, frame, &times, &failure)) {
        lose(recorder, times.seq, times.seq, 1, failure->message);
        g_error_free(failure);
    }
    bool going_on = pass_packets(recorder, error);
    leat_trace_slice(recorder->context->trace, "encode", times.seq, start_ns, leat_clock_now_ns());
    return going_on;
}

/* What was said of frames, for the next commit. */
static void pass_predictions(LeatRecorder *recorder)
{
    LeatPrediction prediction;
    while (leat_prediction_board_take(recorder->context->predictions, &prediction))
        leat_store_writer_add_prediction(recorder->writer, &prediction);
}

/* Gives the writer the account and takes over what it has committed. */
static void exchange(LeatRecorder *recorder)
{
    pass_predictions(recorder);
    LeatSessionLedger *ledger = recorder->context->ledger;
    LeatStoreProgress progress = leat_store_writer_progress(recorder->writer);
    if (progress.stored > recorder->stored) {
        leat_session_ledger_add(ledger,
                                &(LeatLedger){.record.stored = progress.stored - recorder->stored});
        recorder->stored = progress.stored;
    }

    LeatLedger figures;
    LeatLoss *losses = NULL;
    size_t count = 0;
    size_t from = recorder->losses_given > LEAT_LOSS_ROWS_THAT_GROW
                      ? recorder->losses_given - LEAT_LOSS_ROWS_THAT_GROW
                      : 0;
    leat_session_ledger_snapshot(ledger, true, &figures, from, &losses, &count);
    leat_store_writer_set_ledger(recorder->writer, &figures, losses, from, count);
    recorder->losses_given = from + count;
    g_free(losses);
}

bool leat_recorder_update(LeatRecorder *recorder, GError **error)
{
    exchange(recorder);
    LeatStoreProgress progress = leat_store_writer_progress(recorder->writer);
    leat_status_board_progress(recorder->context->board, &progress);
    return leat_store_writer_check(recorder->writer, error);
}

/* Gets the last frames out of the encoder and onto the disk. */
static bool drain(LeatRecorder *recorder, GError **error)
{
    if (recorder->encoder &&
        (!leat_encoder_send(recorder->encoder, NULL, error) || !pass_packets(recorder, error)))
        return false;
    return leat_store_writer_flush(recorder->writer, LEAT_STOP_LIMIT_NS, error);
}

bool leat_recorder_finish(LeatRecorder *recorder, const GError *failure, GError **error)
{
    GError *own = NULL;
    leat_store_writer_limit_waiting(recorder->writer, FINISH_LIMIT_NS);
    if (!failure && !drain(recorder, &own))
        failure = own;
    /* An abort loses packets on the thread that it comes from: wait for it before counting them. */
    leat_cancel_remove_listener(recorder->context->abort, &recorder->abort_listener);
    leat_cancel_remove_listener(recorder->context->stop, &recorder->stop_listener);
    const char *reason = failure ? failure->message : "the encoder gave no packet for it";
    if (failure)
        leat_store_writer_flush(recorder->writer, 0, NULL);

    while (recorder->inside_count > 0)
        let_go(recorder, reason);
    int64_t first = 0, last = 0;
    int64_t unstored = leat_store_writer_lost(recorder->writer, &first, &last);
    lose(recorder, first, last, unstored, reason);
    exchange(recorder);
    LeatStoreProgress progress = leat_store_writer_progress(recorder->writer);
    leat_status_board_progress(recorder->context->board, &progress);

    bool ended = leat_store_writer_finish(recorder->writer, own ? NULL : error);
    if (own) {
        ended = false;
        g_propagate_error(error, own);
    }
    leat_encoder_free(recorder->encoder);
    g_free(recorder->path);
    free(recorder);
    return ended;
}
