/* SPDX-License-Identifier: MIT */
#include "pipeline/recorder.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"

#include <stdlib.h>

/* For whatever ending a recording waits for: to commit the rest, and then to tell its losses. */
#define FINISH_LIMIT_NS (LEAT_STOP_LIMIT_NS + LEAT_NS_PER_S)

struct LeatRecorder {
    /* Set once. */
    const LeatStageContext *context;
    LeatRecordEncoding encoding;
    char *filter;
    char *path;
    LeatStoreWriter *writer;
    LeatCancelListener abort_listener;
    LeatCancelListener stop_listener; /* mode `none` */

    /* The recording thread's own. */
    LeatRecordEncoder *encoder; /* from the first frame on */
    LeatPacketRing *backlog;    /* the pre-roll, until all of it is with the writer; else NULL */
    size_t most_backlog;        /* bytes */
    int64_t stored;             /* as told to the ledger */
    size_t losses_given;        /* to the writer */
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
    recorder->filter = g_strdup(filter);
    recorder->encoding =
        (LeatRecordEncoding){request->encoder, request->record_rate, recorder->filter};
    listen_to_cancels(recorder);
    return recorder;
}

static void lose(LeatRecorder *recorder, int64_t first, int64_t last, int64_t count,
                 const char *reason)
{
    if (count > 0)
        leat_session_ledger_lose(recorder->context->ledger, LEAT_STAGE_RECORD, first, last, count,
                                 reason);
}

/* Hands the pre-roll to the writer as far as there is room, or all of it. False when storing has
 * ended. */
static bool move_backlog(LeatRecorder *recorder, bool all, GError **error)
{
    const LeatKeptPacket *kept;
    while (recorder->backlog && (kept = leat_packet_ring_first(recorder->backlog)) &&
           (all || leat_store_writer_has_room(recorder->writer))) {
        if (!leat_store_writer_add(recorder->writer, &kept->packet, error))
            return false;
        leat_packet_ring_pop(recorder->backlog);
    }
    if (recorder->backlog && !leat_packet_ring_first(recorder->backlog)) {
        leat_packet_ring_free(recorder->backlog);
        recorder->backlog = NULL;
    }
    return true;
}

/* Behind what is still in the backlog. That is written while the live frames go on: were it waited
 * for at once, a slow disk would cost some of these. */
static bool store(LeatRecorder *recorder, const LeatPacket *packet, const LeatRecordCount *before,
                  GError **error)
{
    bool waits = recorder->backlog &&
                 leat_packet_ring_bytes(recorder->backlog) < recorder->most_backlog &&
                 leat_packet_ring_push(recorder->backlog, packet, before, NULL);
    return waits || (move_backlog(recorder, true, error) &&
                     leat_store_writer_add(recorder->writer, packet, error));
}

static bool pass(const LeatPacket *packet, LeatFrame *frame, const LeatRecordCount *before,
                 void *data, GError **error)
{
    if (!store(data, packet, before, error))
        return false;
    if (frame)
        leat_frame_note_finished(frame, leat_clock_now_ns());
    return true;
}

static void skip(void *data)
{
    const LeatRecorder *recorder = data;
    leat_session_ledger_add(recorder->context->ledger, &(LeatLedger){.record.skipped = 1});
}

static void lose_one(int64_t seq, const char *reason, void *data)
{
    lose(data, seq, seq, 1, reason);
}

static LeatRecordSink sink_of(LeatRecorder *recorder)
{
    return (LeatRecordSink){.pass = pass, .skip = skip, .lose = lose_one, .data = recorder};
}

static bool begin(LeatRecorder *recorder, GError **error)
{
    if (!leat_store_writer_begin(recorder->writer, leat_record_encoder_stream(recorder->encoder),
                                 error))
        return false;
    int64_t pre_roll_ns = recorder->backlog ? leat_packet_ring_ns(recorder->backlog) : 0;
    leat_status_board_recording(recorder->context->board, leat_store_writer_id(recorder->writer),
                                leat_store_writer_name(recorder->writer), recorder->path,
                                pre_roll_ns);
    return true;
}

bool leat_recorder_go_on(LeatRecorder *recorder, LeatRecordEncoder *encoder, LeatPacketRing *kept,
                         GError **error)
{
    LeatRecordSink sink = sink_of(recorder);
    leat_record_encoder_set_sink(encoder, &sink);
    recorder->encoder = encoder;
    recorder->backlog = kept;
    recorder->most_backlog = leat_packet_ring_bytes(kept) + LEAT_STORE_QUEUE_BYTES;
    return begin(recorder, error) && move_backlog(recorder, false, error);
}

static bool begin_with(LeatRecorder *recorder, const LeatFrame *first, GError **error)
{
    LeatRecordSink sink = sink_of(recorder);
    recorder->encoder =
        leat_record_encoder_open(recorder->context, &recorder->encoding, first, &sink, error);
    return recorder->encoder && begin(recorder, error);
}

bool leat_recorder_add(LeatRecorder *recorder, LeatFrame *frame, GError **error)
{
    GError *failure = NULL;
    if (!recorder->encoder && !begin_with(recorder, frame, &failure)) {
        lose_one(leat_frame_times(frame).seq, failure->message, recorder);
        g_propagate_error(error, failure);
        return false;
    }
    return leat_record_encoder_add(recorder->encoder, frame, error);
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
    return leat_store_writer_check(recorder->writer, error) && move_backlog(recorder, false, error);
}

/* Gets the last frames out of the encoder and onto the disk. */
static bool drain(LeatRecorder *recorder, GError **error)
{
    if (!move_backlog(recorder, true, error) ||
        (recorder->encoder && !leat_record_encoder_drain(recorder->encoder, error)))
        return false;
    return leat_store_writer_flush(recorder->writer, LEAT_STOP_LIMIT_NS, error);
}

static void lose_backlog(LeatRecorder *recorder, const char *reason)
{
    const LeatKeptPacket *kept;
    while (recorder->backlog && (kept = leat_packet_ring_first(recorder->backlog))) {
        lose_one(kept->packet.times.seq, reason, recorder);
        leat_packet_ring_pop(recorder->backlog);
    }
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

    lose_backlog(recorder, reason);
    if (recorder->encoder)
        leat_record_encoder_lose(recorder->encoder, reason);
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
    leat_record_encoder_free(recorder->encoder);
    leat_packet_ring_free(recorder->backlog);
    g_free(recorder->filter);
    g_free(recorder->path);
    free(recorder);
    return ended;
}
