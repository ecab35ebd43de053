/* SPDX-License-Identifier: MIT */
#include "pipeline/predict-stage.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "concurrency/lock.h"

#include <stdatomic.h>
#include <stdlib.h>

struct LeatPredictStage {
    /* Set once. */
    const LeatStageContext *context;
    LeatLink *in;

    atomic_bool wanted;

    LeatLock lock;
    /* Under the lock. */
    LeatPredictor next; /* to be asked from the next frame on */
    bool has_next;

    /* The stage's own. */
    LeatPredictor predictor; /* its `predict` is NULL when there is none */
    bool told_of_failure;
};

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
    }
    leat_lock_release(&stage->lock);
    if (!change)
        return;
    stage->told_of_failure = false;
    leat_prediction_board_clear(stage->context->predictions);
    let_go(&before);
}

static bool ask(LeatPredictStage *stage, LeatFrame *frame, LeatPrediction *prediction)
{
    GError *failure = NULL;
    if (!stage->predictor.predict)
        return false;
    prediction->seq = leat_frame_times(frame).seq;
    if (stage->predictor.predict(stage->predictor.data, frame, prediction, &failure))
        return true;
    if (!stage->told_of_failure)
        leat_log(LEAT_LOG_WARNING, "cannot predict: %s", failure->message);
    stage->told_of_failure = true;
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

LeatStep leat_predict_stage_step(LeatPredictStage *stage, int64_t timeout_ns)
{
    LeatFrame *frame = NULL;
    LeatQueueResult result = leat_link_take(stage->in, &frame, timeout_ns);
    change_predictor(stage);
    if (result == LEAT_QUEUE_TIMEOUT)
        return LEAT_STEP_IDLE;
    if (result != LEAT_QUEUE_OK) {
        leat_prediction_board_end(stage->context->predictions);
        return LEAT_STEP_END;
    }
    take_in(stage, frame);
    leat_frame_unref(frame);
    return LEAT_STEP_DONE;
}
