/* SPDX-License-Identifier: MIT */
#include "pipeline/record-stage.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "concurrency/lock.h"
#include "pipeline/recorder.h"

#include <stdlib.h>

/* A recorder is looked after at least so often, frames or not: commits are reported, commands are
 * seen. */
#define ROUND_NS (50 * LEAT_NS_PER_MS)

/* How long the end of a recording waits for the last predictions. */
#define PREDICTIONS_WAIT_NS (LEAT_NS_PER_S / 2)

typedef struct {
    char *path, *name, *filter;
    LeatRecordingRequest request;
} StartCommand;

struct LeatRecordStage {
    /* Set once. */
    const LeatStageContext *context;
    LeatLink *in;
    char *source;

    LeatLock lock;
    /* Under the lock. */
    StartCommand *start;
    bool stop;
    bool ended; /* nobody will obey any more */
    LeatPreRoll pre_roll;
    char *pre_roll_filter;

    /* The stage's own. */
    LeatRecorder *recorder;
    uint64_t offers_before; /* of the link, when the recording began */
    bool draining;          /* told to stop; what was offered before is still coming */
    bool reported_on;
};

static StartCommand *start_command_new(const LeatRecordingRequest *request, const char *filter)
{
    StartCommand *start = g_new0(StartCommand, 1);
    start->path = g_strdup(request->path);
    start->name = g_strdup(request->name);
    start->filter = g_strdup(filter);
    start->request = *request;
    start->request.path = start->path;
    start->request.name = start->name;
    return start;
}

static void start_command_free(StartCommand *start)
{
    if (!start)
        return;
    g_free(start->path);
    g_free(start->name);
    g_free(start->filter);
    g_free(start);
}

LeatRecordStage *leat_record_stage_new(const LeatStageContext *context, LeatLink *in,
                                       const char *source, GError **error)
{
    LeatRecordStage *stage = calloc(1, sizeof(*stage));
    if (!stage)
        return leat_error_no_memory(error, sizeof(*stage), "the record stage");
    if (!leat_lock_init(&stage->lock, error)) {
        free(stage);
        return NULL;
    }
    stage->context = context;
    stage->in = in;
    stage->source = g_strdup(source);
    return stage;
}

/* Ends the recording; takes `failure` over. Posting its end is the last thing done, since the next
 * one may start at once. */
static void finish(LeatRecordStage *stage, GError *failure)
{
    const LeatStageContext *context = stage->context;
    GError *own = NULL;
    leat_session_ledger_end_recording(context->ledger);
    bool ended = leat_recorder_finish(stage->recorder, failure, &own);
    stage->recorder = NULL;
    stage->draining = stage->reported_on = false;

    if (failure || !ended) {
        const GError *told = failure ? failure : own;
        leat_log(LEAT_LOG_WARNING, "recording stopped: %s", told->message);
        leat_status_board_recorder_failed(context->board, told);
    } else {
        leat_status_board_recorder(context->board, LEAT_RECORDER_OFF);
    }
    g_clear_error(&own);
    g_clear_error(&failure);
}

void leat_record_stage_free(LeatRecordStage *stage)
{
    if (!stage)
        return;
    if (stage->recorder)
        leat_recorder_finish(stage->recorder, NULL, NULL);
    start_command_free(stage->start);
    leat_lock_finish(&stage->lock);
    g_free(stage->pre_roll_filter);
    g_free(stage->source);
    free(stage);
}

/* How often the link was offered a frame, ever. */
static uint64_t offers(LeatRecordStage *stage)
{
    LeatLinkFigures figures = leat_link_figures(stage->in);
    return figures.in + figures.refused;
}

static bool claim(LeatRecordStage *stage, GError **error)
{
    if (leat_status_board_claim_recorder(stage->context->board))
        return true;
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_BUSY,
                "cannot start a recording: another one has not ended; stop it first");
    return false;
}

static bool open_recorder(LeatRecordStage *stage, const LeatRecordingRequest *request,
                          const char *filter, GError **error)
{
    stage->recorder = leat_recorder_open(stage->context, request, stage->source, filter, error);
    if (!stage->recorder)
        return false;
    stage->offers_before = offers(stage);
    leat_session_ledger_begin_recording(stage->context->ledger);
    return true;
}

bool leat_record_stage_start_now(LeatRecordStage *stage, const LeatRecordingRequest *request,
                                 const char *filter, GError **error)
{
    if (!claim(stage, error))
        return false;
    if (open_recorder(stage, request, filter, error))
        return true;
    leat_status_board_recorder(stage->context->board, LEAT_RECORDER_OFF);
    return false;
}

static void source_has_ended(GError **error)
{
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_CANCELLED,
                "cannot start a recording: the source has ended");
}

bool leat_record_stage_start(LeatRecordStage *stage, const LeatRecordingRequest *request,
                             const char *filter, GError **error)
{
    if (!claim(stage, error))
        return false;
    StartCommand *start = start_command_new(request, filter);
    leat_lock_acquire(&stage->lock);
    bool ended = stage->ended;
    if (!ended) {
        stage->stop = false;
        stage->start = start;
    }
    leat_lock_release(&stage->lock);
    if (!ended)
        return true;
    start_command_free(start);
    leat_status_board_recorder(stage->context->board, LEAT_RECORDER_OFF);
    source_has_ended(error);
    return false;
}

void leat_record_stage_stop(LeatRecordStage *stage)
{
    leat_lock_acquire(&stage->lock);
    stage->stop = true;
    leat_lock_release(&stage->lock);
}

void leat_record_stage_set_pre_roll(LeatRecordStage *stage, const LeatPreRoll *pre_roll,
                                    const char *filter)
{
    char *copy = g_strdup(filter);
    leat_lock_acquire(&stage->lock);
    char *old = stage->pre_roll_filter;
    stage->pre_roll = *pre_roll;
    stage->pre_roll_filter = copy;
    leat_lock_release(&stage->lock);
    g_free(old);
}

static void obey_start(LeatRecordStage *stage, StartCommand *start)
{
    GError *failure = NULL;
    if (!open_recorder(stage, &start->request, start->filter, &failure)) {
        leat_status_board_recorder_failed(stage->context->board, failure);
        g_error_free(failure);
    }
    start_command_free(start);
}

static void obey_stop(LeatRecordStage *stage)
{
    leat_session_ledger_end_recording(stage->context->ledger);
    leat_status_board_recorder(stage->context->board, LEAT_RECORDER_STOPPING);
    stage->draining = true;
}

static void obey(LeatRecordStage *stage)
{
    leat_lock_acquire(&stage->lock);
    StartCommand *start = stage->start;
    bool stop = stage->stop && !start;
    stage->start = NULL;
    if (stop)
        stage->stop = false;
    leat_lock_release(&stage->lock);
    if (start)
        obey_start(stage, start);
    if (stop && stage->recorder && !stage->draining)
        obey_stop(stage);
}

/* After a stop, the stage before may be about to offer one more frame that it has counted. Once
 * this says no, whatever the link does not hold will never come: ask before looking into it. */
static bool more_is_coming(LeatRecordStage *stage)
{
    LeatLedger figures;
    leat_session_ledger_snapshot(stage->context->ledger, true, &figures, 0, NULL, NULL);
    return offers(stage) - stage->offers_before < (uint64_t)figures.record.offered;
}

/* Ends a recording that cannot go on: no more frames for it, and those offered are lost. Takes
 * `failure` over. */
static void fail(LeatRecordStage *stage, GError *failure)
{
    LeatSessionLedger *ledger = stage->context->ledger;
    leat_session_ledger_end_recording(ledger);
    for (;;) {
        LeatFrame *frame = NULL;
        bool last = !more_is_coming(stage);
        LeatQueueResult result = leat_link_take(stage->in, &frame, last ? 0 : ROUND_NS);
        if (result == LEAT_QUEUE_OK) {
            int64_t seq = leat_frame_times(frame).seq;
            leat_session_ledger_lose(ledger, LEAT_STAGE_RECORD, seq, seq, 1, failure->message);
            leat_frame_unref(frame);
        } else if (last || result != LEAT_QUEUE_TIMEOUT) {
            break;
        }
    }
    finish(stage, failure);
}

/* Looks after the recorder: what it has committed, whether it can go on. */
static void look_after(LeatRecordStage *stage)
{
    LeatPipelineStatus status;
    GError *failure = NULL;
    if (!leat_recorder_update(stage->recorder, &failure)) {
        fail(stage, failure);
        return;
    }
    if (stage->reported_on || stage->draining)
        return;
    leat_status_board_get(stage->context->board, &status);
    if (status.progress.stored > 0) {
        stage->reported_on = true;
        leat_status_board_recorder(stage->context->board, LEAT_RECORDER_ON);
    }
}

static void take_in(LeatRecordStage *stage, LeatFrame *frame)
{
    GError *failure = NULL;
    if (!leat_recorder_add(stage->recorder, frame, &failure))
        fail(stage, failure);
    leat_frame_unref(frame);
}

/* What was said of the last frames may still be on its way; a slow model is not waited for. */
static void wait_for_predictions(const LeatRecordStage *stage)
{
    const LeatStageContext *context = stage->context;
    if (context->concurrency == LEAT_CONCURRENCY_THREADS && !leat_cancel_is_set(context->abort))
        leat_prediction_board_wait_end(context->predictions, PREDICTIONS_WAIT_NS);
}

/* No more frames will come, and commands are refused from now on. */
static LeatStep end(LeatRecordStage *stage)
{
    if (stage->recorder)
        wait_for_predictions(stage);
    if (stage->recorder)
        finish(stage, NULL);
    leat_lock_acquire(&stage->lock);
    StartCommand *start = stage->start;
    stage->start = NULL;
    stage->ended = true;
    leat_lock_release(&stage->lock);
    if (start) {
        GError *failure = NULL;
        source_has_ended(&failure);
        leat_status_board_recorder_failed(stage->context->board, failure);
        g_error_free(failure);
        start_command_free(start);
    }
    return LEAT_STEP_END;
}

LeatStep leat_record_stage_step(LeatRecordStage *stage, int64_t timeout_ns)
{
    LeatFrame *frame = NULL;
    obey(stage);
    bool last = stage->draining && !more_is_coming(stage);
    LeatQueueResult result =
        leat_link_take(stage->in, &frame, last ? 0 : MIN(timeout_ns, ROUND_NS));
    leat_trace_counter(stage->context->trace, "record link",
                       (int64_t)leat_link_figures(stage->in).items);
    if (result == LEAT_QUEUE_OK)
        take_in(stage, frame);
    if (stage->recorder)
        look_after(stage);
    if (result == LEAT_QUEUE_OK)
        return LEAT_STEP_DONE;

    if (result != LEAT_QUEUE_TIMEOUT)
        return end(stage);
    if (stage->recorder && last)
        finish(stage, NULL);
    return LEAT_STEP_IDLE;
}
