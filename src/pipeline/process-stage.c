/* SPDX-License-Identifier: MIT */
#include "pipeline/process-stage.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"

#include <stdlib.h>

/* How long a filter may go on giving after an abort. */
#define ABORT_LIMIT_NS (LEAT_NS_PER_S / 4)

struct LeatProcessStage {
    /* Set once. */
    const LeatStageContext *context;
    LeatFilterChoice *choice;
    LeatLink *in;
    LeatProcessOuts out;

    /* The stage's own. */
    LeatFilter *filter;
    LeatFilter *next;    /* takes its place once it is empty */
    unsigned generation; /* of the latest choice that was built */
    bool empty;          /* the filter has nothing more to give for what it was sent */
    bool draining;       /* the filter was told that no more comes */
    bool cut_off;        /* the filter is not asked for any more */
    int64_t wanted_ns;   /* since when somebody waits for it to be empty; 0: nobody */
    int64_t last_seq;    /* of the last frame in */
    bool any_out;
    int64_t last_out_seq;
    int width, height;
};

LeatProcessStage *leat_process_stage_new(const LeatStageContext *context, LeatFilterChoice *choice,
                                         LeatLink *in, const LeatProcessOuts *out, GError **error)
{
    LeatProcessStage *stage = calloc(1, sizeof(*stage));
    if (!stage)
        return leat_error_no_memory(error, sizeof(*stage), "the process stage");
    stage->context = context;
    stage->choice = choice;
    stage->in = in;
    stage->out = *out;
    stage->empty = true;
    stage->filter = leat_filter_choice_build(choice, &stage->generation, error);
    if (!stage->filter) {
        free(stage);
        return NULL;
    }
    return stage;
}

void leat_process_stage_free(LeatProcessStage *stage)
{
    if (!stage)
        return;
    leat_filter_free(stage->filter);
    leat_filter_free(stage->next);
    free(stage);
}

static void offer_for_recording(LeatProcessStage *stage, LeatFrame *frame, int64_t seq)
{
    int64_t timeout_ns = stage->context->pace == LEAT_PACE_FAST ? LEAT_FOREVER : 0;
    LeatQueueResult result =
        leat_link_offer(stage->out.record, leat_frame_ref(frame), timeout_ns, NULL);
    if (result == LEAT_QUEUE_OK)
        return;
    leat_frame_unref(frame);
    leat_session_ledger_refuse(stage->context->ledger, seq,
                               "the link to the recorder is full: storing is too slow");
}

static void offer_for_predicting(LeatProcessStage *stage, LeatFrame *frame)
{
    bool replaced = false;
    leat_session_ledger_add(stage->context->ledger, &(LeatLedger){.predict.offered = 1});
    if (leat_link_offer(stage->out.predict, leat_frame_ref(frame), 0, &replaced) != LEAT_QUEUE_OK) {
        leat_frame_unref(frame);
        replaced = true;
    }
    if (replaced)
        leat_session_ledger_add(stage->context->ledger, &(LeatLedger){.predict.replaced = 1});
}

static void offer_for_presenting(LeatProcessStage *stage, LeatFrame *frame)
{
    bool replaced = false;
    leat_session_ledger_add(stage->context->ledger, &(LeatLedger){.present.offered = 1});
    if (leat_link_offer(stage->out.present, frame, 0, &replaced) != LEAT_QUEUE_OK) {
        leat_frame_unref(frame);
        replaced = true;
    }
    if (replaced)
        leat_session_ledger_add(stage->context->ledger, &(LeatLedger){.present.replaced = 1});
}

static void lose(LeatProcessStage *stage, int64_t seq, const char *reason)
{
    leat_session_ledger_lose(stage->context->ledger, LEAT_STAGE_PROCESS, seq, seq, 1, reason);
}

/* A filter that made frames of its own has counted ahead of its input; the one after it goes on
 * from there, as numbers only rise. Takes the frame over; NULL when it was lost. */
static LeatFrame *number(LeatProcessStage *stage, LeatFrame *frame)
{
    LeatFrameTimes times = leat_frame_times(frame);
    if (stage->any_out && times.seq <= stage->last_out_seq) {
        GError *failure = NULL;
        LeatFrame *other;
        times.seq = stage->last_out_seq + 1;
        other = leat_frame_with_times(frame, &times, &failure);
        leat_frame_unref(frame);
        if (!other) {
            lose(stage, times.seq, failure->message);
            g_error_free(failure);
            return NULL;
        }
        frame = other;
    }
    stage->any_out = true;
    stage->last_out_seq = times.seq;
    return frame;
}

static void hand_on(LeatProcessStage *stage, LeatFrame *frame)
{
    const LeatStageContext *context = stage->context;
    int64_t seq = leat_frame_times(frame).seq;
    int width = leat_frame_width(frame), height = leat_frame_height(frame);
    if (width != stage->width || height != stage->height) {
        stage->width = width;
        stage->height = height;
        leat_status_board_out_size(context->board, width, height);
    }
    leat_session_ledger_watch_latency(context->ledger, frame);
    if (leat_session_ledger_count_processed(context->ledger, seq))
        offer_for_recording(stage, frame, seq);
    if (leat_predict_stage_is_wanted(stage->out.predictor))
        offer_for_predicting(stage, frame);
    offer_for_presenting(stage, frame);
}

/* Gives the filter a frame, or its end. */
static void send(LeatProcessStage *stage, LeatFrame *frame)
{
    GError *failure = NULL;
    if (!leat_filter_send(stage->filter, frame, &failure)) {
        if (frame)
            lose(stage, stage->last_seq, failure->message);
        g_error_free(failure);
    }
    stage->empty = false;
}

static void drain(LeatProcessStage *stage)
{
    stage->draining = true;
    if (!stage->cut_off)
        send(stage, NULL);
}

/* Builds what was chosen anew, and lets the filter in use give what it still has. */
static void change_filter(LeatProcessStage *stage)
{
    GError *failure = NULL;
    stage->next = leat_filter_choice_build(stage->choice, &stage->generation, &failure);
    if (!stage->next) {
        leat_log(LEAT_LOG_ERROR, "the filter stays as it was: %s", failure->message);
        g_error_free(failure);
        return;
    }
    drain(stage);
}

/* Once the filter is empty: the next one, or the end. */
static LeatStep after_draining(LeatProcessStage *stage)
{
    if (!stage->next) {
        leat_link_close(stage->out.record);
        leat_link_close(stage->out.predict);
        leat_predict_stage_hurry(stage->out.predictor);
        leat_link_close(stage->out.present);
        /* Here, since it may have threads to join, and the main loop frees the stage. */
        leat_filter_free(stage->filter);
        stage->filter = NULL;
        return LEAT_STEP_END;
    }
    leat_filter_free(stage->filter);
    stage->filter = g_steal_pointer(&stage->next);
    stage->draining = stage->cut_off = false;
    stage->empty = true;
    stage->wanted_ns = 0;
    return LEAT_STEP_DONE;
}

/* Some graphs make frames for ever (loop=-1:1, tpad=stop=-1). Each can be replaced, and stopped,
 * all the same: once somebody waits for it to be empty, it has only so much time. */
static void cut_off_when_endless(LeatProcessStage *stage)
{
    bool aborted = leat_cancel_is_set(stage->context->abort);
    bool replaced =
        stage->next || stage->generation != leat_filter_choice_generation(stage->choice);
    int64_t limit_ns = aborted ? ABORT_LIMIT_NS : LEAT_STOP_LIMIT_NS;
    int64_t now_ns = leat_clock_now_ns();
    if (!aborted && !replaced)
        return;
    if (stage->wanted_ns == 0)
        stage->wanted_ns = now_ns;
    if (now_ns - stage->wanted_ns < limit_ns)
        return;
    leat_log(LEAT_LOG_WARNING, "the filter is cut off: it gives frames without end");
    stage->empty = stage->cut_off = true;
}

static void take_in(LeatProcessStage *stage, LeatFrame *frame)
{
    const LeatStageContext *context = stage->context;
    stage->last_seq = leat_frame_times(frame).seq;
    leat_session_ledger_add(context->ledger, &(LeatLedger){.process.in = 1});
    if (leat_cancel_is_set(context->abort))
        lose(stage, stage->last_seq, "the session was aborted");
    else
        send(stage, frame);
    leat_frame_unref(frame);
}

/* Hands on one finished frame. False when the filter has none. */
static bool give_out(LeatProcessStage *stage)
{
    int64_t start_ns = leat_clock_now_ns();
    GError *failure = NULL;
    LeatFrame *frame = NULL;
    if (!leat_filter_receive(stage->filter, &frame, &failure)) {
        lose(stage, stage->last_seq, failure->message);
        g_error_free(failure);
    }
    if (!frame) {
        stage->empty = true;
        return false;
    }
    frame = number(stage, frame);
    if (frame)
        hand_on(stage, frame);
    leat_trace_slice(stage->context->trace, "hand on", stage->last_seq, start_ns,
                     leat_clock_now_ns());
    return true;
}

LeatStep leat_process_stage_step(LeatProcessStage *stage, int64_t timeout_ns)
{
    const LeatStageContext *context = stage->context;
    LeatFrame *frame = NULL;
    if (!stage->empty)
        cut_off_when_endless(stage);
    if (!stage->empty && give_out(stage))
        return LEAT_STEP_DONE;
    if (stage->draining)
        return after_draining(stage);
    if (stage->generation != leat_filter_choice_generation(stage->choice)) {
        change_filter(stage);
        return LEAT_STEP_DONE;
    }

    switch (leat_link_take(stage->in, &frame, timeout_ns)) {
    case LEAT_QUEUE_OK: {
        int64_t start_ns = leat_clock_now_ns();
        take_in(stage, frame);
        leat_trace_slice(context->trace, "process", stage->last_seq, start_ns, leat_clock_now_ns());
        leat_trace_counter(context->trace, "process link",
                           (int64_t)leat_link_figures(stage->in).items);
        return LEAT_STEP_DONE;
    }
    case LEAT_QUEUE_TIMEOUT:
        return LEAT_STEP_IDLE;
    case LEAT_QUEUE_CLOSED:
    case LEAT_QUEUE_ABORTED:
        drain(stage);
        return LEAT_STEP_DONE;
    }
    return LEAT_STEP_END;
}
