/* SPDX-License-Identifier: MIT */
#include "pipeline/predict-stage.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "concurrency/lock.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* How long the last answer is waited for: less than the end of a recording waits for it. */
#define HURRY_NS (400 * LEAT_NS_PER_MS)

/* The same failure is told once in so long. */
#define TELL_AGAIN_NS (10 * LEAT_NS_PER_S)

struct LeatPredictStage {
    /* Set once. */
    const LeatStageContext *context;
    LeatLink *in;
    LeatCancelListener stop_listener;

    atomic_bool wanted;

    LeatLock lock;
    /* Under the lock. */
    LeatPredictor next; /* to be asked from the next frame on */
    bool has_next;
    int64_t hurry_ns; /* the end: answers are waited for until then; 0 before */

    /* Changed by the stage under the lock, so that it may look without. */
    LeatPredictor predictor; /* its `predict` is NULL when there is none */

    /* The stage's own. */
    char told[256]; /* the failure told last */
    int64_t told_ns;
};

static void hurry(const LeatPredictor *predictor, int64_t deadline_ns)
{
    if (predictor->hurry)
        predictor->hurry(predictor->data, deadline_ns);
}

void leat_predict_stage_hurry(LeatPredictStage *stage)
{
    leat_lock_acquire(&stage->lock);
    if (stage->hurry_ns == 0)
        stage->hurry_ns = leat_clock_now_ns() + HURRY_NS;
    hurry(&stage->predictor, stage->hurry_ns);
    leat_lock_release(&stage->lock);
}

static void on_stop(void *data)
{
    leat_predict_stage_hurry(data);
}

LeatPredictStage *leat_predict_stage_new(const LeatStageContext *context, LeatLink *in,
                                         GError **error)
{
    LeatPredictStage *stage = calloc(1, sizeof(*stage));
    if (!stage)
        return leat_error_no_memory(error, sizeof(*stage), "the predict stage");
    if (!leat_lock_init(&stage->lock, error)) {
        free(stage);
        return NULL;
    }
    stage->context = context;
    stage->in = in;
    stage->stop_listener = (LeatCancelListener){.wake = on_stop, .data = stage};
    leat_cancel_add_listener(context->stop, &stage->stop_listener);
    return stage;
}

static void let_go(LeatPredictor *predictor)
{
    if (predictor->free)
        predictor->free(predictor->data);
    *predictor = (LeatPredictor){0};
}

void leat_predict_stage_free(LeatPredictStage *stage)
{
    if (!stage)
        return;
    leat_cancel_remove_listener(stage->context->stop, &stage->stop_listener);
    let_go(&stage->predictor);
    let_go(&stage->next);
    leat_lock_finish(&stage->lock);
    free(stage);
}

void leat_predict_stage_set(LeatPredictStage *stage, const LeatPredictor *predictor)
{
    leat_lock_acquire(&stage->lock);
    LeatPredictor unused = stage->next;
    stage->next = predictor ? *predictor : (LeatPredictor){0};
    stage->has_next = true;
    hurry(&stage->predictor, leat_clock_now_ns());
    atomic_store_explicit(&stage->wanted, predictor != NULL, memory_order_relaxed);
    leat_lock_release(&stage->lock);
    let_go(&unused);
}

bool leat_predict_stage_is_wanted(const LeatPredictStage *stage)
{
    return atomic_load_explicit(&stage->wanted, memory_order_relaxed);
}

static void change_predictor(LeatPredictStage *stage)
{
    leat_lock_acquire(&stage->lock);
    bool change = stage->has_next;
    LeatPredictor before = stage->predictor;
    if (change) {
        stage->predictor = stage->next;
        stage->next = (LeatPredictor){0};
        stage->has_next = false;
        if (stage->hurry_ns > 0)
            hurry(&stage->predictor, stage->hurry_ns);
    }
    leat_lock_release(&stage->lock);
    if (!change)
        return;
    stage->told[0] = '\0';
    leat_prediction_board_clear(stage->context->predictions);
    leat_status_board_predicting(stage->context->board, NULL);
    let_go(&before);
}

/* Not at every frame: a model that fails may do so at each. */
static void tell_failure(LeatPredictStage *stage, const char *reason)
{
    int64_t now_ns = leat_clock_now_ns();
    if (strncmp(stage->told, reason, sizeof(stage->told) - 1) == 0 &&
        now_ns - stage->told_ns < TELL_AGAIN_NS)
        return;
    leat_log(LEAT_LOG_WARNING, "cannot predict: %s", reason);
    g_strlcpy(stage->told, reason, sizeof(stage->told));
    stage->told_ns = now_ns;
}

static bool ask(LeatPredictStage *stage, LeatFrame *frame, LeatPrediction *prediction)
{
    GError *failure = NULL;
    if (!stage->predictor.predict)
        return false;
    prediction->seq = leat_frame_times(frame).seq;
    if (stage->predictor.predict(stage->predictor.data, frame, prediction, &failure)) {
        leat_status_board_predicting(stage->context->board, NULL);
        return true;
    }
    if (!g_error_matches(failure, LEAT_ERROR, LEAT_ERROR_CANCELLED)) {
        tell_failure(stage, failure->message);
        leat_status_board_predicting(stage->context->board, failure->message);
    }
    g_error_free(failure);
    return false;
}

static void take_in(LeatPredictStage *stage, LeatFrame *frame)
{
    const LeatStageContext *context = stage->context;
    int64_t start_ns = leat_clock_now_ns();
    LeatPrediction prediction = {0};
    LeatLedger counted = {0};
    if (ask(stage, frame, &prediction)) {
        leat_prediction_board_post(context->predictions, &prediction);
        counted.predict.predicted = 1;
    } else {
        counted.predict.replaced = 1;
    }
    leat_session_ledger_add(context->ledger, &counted);
    leat_trace_slice(context->trace, "predict", leat_frame_times(frame).seq, start_ns,
                     leat_clock_now_ns());
}

/* Here and not with the stage: a predictor may take a moment to go, and the stage is freed on the
 * main loop. */
static void end(LeatPredictStage *stage)
{
    leat_lock_acquire(&stage->lock);
    LeatPredictor last = stage->predictor;
    stage->predictor = (LeatPredictor){0};
    leat_lock_release(&stage->lock);
    let_go(&last);
}

LeatStep leat_predict_stage_step(LeatPredictStage *stage, int64_t timeout_ns)
{
    LeatFrame *frame = NULL;
    LeatQueueResult result = leat_link_take(stage->in, &frame, timeout_ns);
    change_predictor(stage);
    if (result == LEAT_QUEUE_TIMEOUT)
        return LEAT_STEP_IDLE;
    if (result != LEAT_QUEUE_OK) {
        leat_prediction_board_end(stage->context->predictions);
        end(stage);
        return LEAT_STEP_END;
    }
    take_in(stage, frame);
    leat_frame_unref(frame);
    return LEAT_STEP_DONE;
}
