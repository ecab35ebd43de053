/* SPDX-License-Identifier: MIT */
#include "pipeline/record-stage.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "pipeline/pre-roll.h"
#include "pipeline/record-commands.h"
#include "pipeline/recorder.h"

#include <stdlib.h>

/* A recorder is looked after at least so often, frames or not: commits are reported, commands are
 * seen. */
#define ROUND_NS (50 * LEAT_NS_PER_MS)

/* How long the end of a recording waits for the last predictions. */
#define PREDICTIONS_WAIT_NS (LEAT_NS_PER_S / 2)

struct LeatRecordStage {
    /* Set once. */
    const LeatStageContext *context;
    LeatLink *in;
    char *source;
    LeatRecordCommands *commands;

    /* The stage's own. */
    LeatRecorder *recorder;
    bool draining; /* told to stop; what was offered before is still coming */
    bool reported_on;
    LeatPreRoll pre_roll;
    char *pre_roll_filter;
    LeatPreRollKeeper *keeper; /* while nothing is recorded and one is wanted */
    int64_t from;              /* frames before this number are neither's */
    uint64_t taken;            /* frames from the link, ever */
};

LeatRecordStage *leat_record_stage_new(const LeatStageContext *context, LeatLink *in,
                                       const char *source, GError **error)
{
    LeatRecordStage *stage = calloc(1, sizeof(*stage));
    if (!stage)
        return leat_error_no_memory(error, sizeof(*stage), "the record stage");
    stage->commands = leat_record_commands_new(error);
    if (!stage->commands) {
        free(stage);
        return NULL;
    }
    stage->context = context;
    stage->in = in;
    stage->source = g_strdup(source);
    return stage;
}

static void let_go_of_pre_roll(LeatRecordStage *stage)
{
    leat_pre_roll_keeper_free(stage->keeper);
    stage->keeper = NULL;
}

static void end_pre_roll(LeatRecordStage *stage)
{
    leat_session_ledger_set_pre_roll(stage->context->ledger, false);
    let_go_of_pre_roll(stage);
}

static void begin_pre_roll(LeatRecordStage *stage)
{
    GError *failure = NULL;
    if (stage->pre_roll.ns <= 0 || stage->pre_roll.bytes == 0)
        return;
    stage->keeper = leat_pre_roll_keeper_new(stage->context, &stage->pre_roll,
                                             stage->pre_roll_filter, &failure);
    if (stage->keeper) {
        stage->from = leat_session_ledger_set_pre_roll(stage->context->ledger, true);
    } else {
        leat_log(LEAT_LOG_WARNING, "no pre-roll is kept: %s", failure->message);
        g_error_free(failure);
    }
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
    begin_pre_roll(stage);

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
    leat_pre_roll_keeper_free(stage->keeper);
    leat_record_commands_free(stage->commands);
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
    return stage->recorder != NULL;
}

/* From the next frame on. */
static void begin_recording(LeatRecordStage *stage)
{
    stage->from = leat_session_ledger_begin_recording(stage->context->ledger);
    let_go_of_pre_roll(stage);
}

bool leat_record_stage_start_now(LeatRecordStage *stage, const LeatRecordingRequest *request,
                                 const char *filter, GError **error)
{
    if (!claim(stage, error))
        return false;
    if (open_recorder(stage, request, filter, error)) {
        begin_recording(stage);
        return true;
    }
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
    if (leat_record_commands_start(stage->commands, request, filter))
        return true;
    leat_status_board_recorder(stage->context->board, LEAT_RECORDER_OFF);
    source_has_ended(error);
    return false;
}

void leat_record_stage_stop(LeatRecordStage *stage)
{
    leat_record_commands_stop(stage->commands);
}

void leat_record_stage_set_pre_roll(LeatRecordStage *stage, const LeatPreRoll *pre_roll,
                                    const char *filter)
{
    leat_record_commands_pre_roll(stage->commands, pre_roll, filter);
}

static bool is_in_force(const LeatRecordStage *stage, const LeatPreRollCommand *command)
{
    const LeatPreRoll *now = &stage->pre_roll, *then = &command->pre_roll;
    return now->ns == then->ns && now->bytes == then->bytes &&
           leat_record_encoding_equal(
               &(LeatRecordEncoding){now->encoder, now->record_rate, stage->pre_roll_filter},
               &(LeatRecordEncoding){then->encoder, then->record_rate, command->filter});
}

/* Begins it anew, or after the recording. */
static void obey_pre_roll(LeatRecordStage *stage, LeatPreRollCommand *command)
{
    if (is_in_force(stage, command))
        return;
    g_free(stage->pre_roll_filter);
    stage->pre_roll_filter = g_steal_pointer(&command->filter);
    stage->pre_roll = command->pre_roll;
    if (stage->recorder)
        return;
    end_pre_roll(stage);
    begin_pre_roll(stage);
}

static void obey_stop(LeatRecordStage *stage)
{
    leat_session_ledger_end_recording(stage->context->ledger);
    leat_status_board_recorder(stage->context->board, LEAT_RECORDER_STOPPING);
    stage->draining = true;
}

/* After a stop, the stage before may be about to offer one more frame that it has counted. Once
 * this says no, whatever the link does not hold will never come: ask before looking into it. */
static bool more_is_coming(LeatRecordStage *stage)
{
    return offers(stage) < leat_session_ledger_offers(stage->context->ledger);
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
            stage->taken++;
            if (seq >= stage->from)
                leat_session_ledger_lose(ledger, LEAT_STAGE_RECORD, seq, seq, 1, failure->message);
            leat_frame_unref(frame);
        } else if (last || result != LEAT_QUEUE_TIMEOUT) {
            break;
        }
    }
    finish(stage, failure);
}

/* What was offered for the pre-roll may all be in the link yet. */
static void fill_pre_roll(LeatRecordStage *stage)
{
    LeatFrame *frame = NULL;
    while (stage->keeper && leat_pre_roll_keeper_is_empty(stage->keeper) &&
           leat_link_take(stage->in, &frame, 0) == LEAT_QUEUE_OK) {
        if (leat_frame_times(frame).seq >= stage->from)
            leat_pre_roll_keeper_add(stage->keeper, frame);
        leat_frame_unref(frame);
        stage->taken++;
    }
}

/* With what is kept, if it is of the same kind. False when it is not, or cannot be accounted for.
 */
static bool begin_with_pre_roll(LeatRecordStage *stage, const LeatStartCommand *start)
{
    LeatRecordEncoding encoding = {start->request.encoder, start->request.record_rate,
                                   start->filter};
    LeatPreRollAccount account;
    fill_pre_roll(stage);
    if (!stage->keeper || !leat_pre_roll_keeper_fits(stage->keeper, &encoding, &account))
        return false;
    account.ever = stage->taken;
    if (!leat_session_ledger_begin_with_pre_roll(stage->context->ledger, &account))
        return false;
    LeatRecordEncoder *encoder = NULL;
    LeatPacketRing *kept = NULL;
    GError *failure = NULL;
    stage->from = account.first;
    leat_pre_roll_keeper_take(stage->keeper, &encoder, &kept);
    let_go_of_pre_roll(stage);
    if (!leat_recorder_go_on(stage->recorder, encoder, kept, &failure))
        fail(stage, failure);
    return true;
}

static void obey_start(LeatRecordStage *stage, const LeatStartCommand *start)
{
    GError *failure = NULL;
    if (!open_recorder(stage, &start->request, start->filter, &failure)) {
        leat_status_board_recorder_failed(stage->context->board, failure);
        g_error_free(failure);
    } else if (!begin_with_pre_roll(stage, start)) {
        begin_recording(stage);
    }
}

static void obey(LeatRecordStage *stage)
{
    LeatRecordOrders orders = leat_record_commands_take(stage->commands);
    if (orders.pre_roll)
        obey_pre_roll(stage, orders.pre_roll);
    if (orders.start)
        obey_start(stage, orders.start);
    if (orders.stop && stage->recorder && !stage->draining)
        obey_stop(stage);
    leat_pre_roll_command_free(orders.pre_roll);
    leat_start_command_free(orders.start);
}

void leat_record_stage_begin(LeatRecordStage *stage)
{
    obey(stage);
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

/* What was offered for a pre-roll that is no more is nobody's. */
static void take_in(LeatRecordStage *stage, LeatFrame *frame)
{
    GError *failure = NULL;
    bool wanted = leat_frame_times(frame).seq >= stage->from;
    stage->taken++;
    if (wanted && stage->recorder && !leat_recorder_add(stage->recorder, frame, &failure))
        fail(stage, failure);
    else if (wanted && stage->keeper)
        leat_pre_roll_keeper_add(stage->keeper, frame);
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
    end_pre_roll(stage);
    LeatStartCommand *start = leat_record_commands_end(stage->commands);
    if (start) {
        GError *failure = NULL;
        source_has_ended(&failure);
        leat_status_board_recorder_failed(stage->context->board, failure);
        g_error_free(failure);
        leat_start_command_free(start);
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
