/* SPDX-License-Identifier: MIT */
#include "pipeline/pipeline-internal.h"

/* How often the stages behind capture are stepped in one turn of the loop. A filter may make any
 * number of frames from one; the loop must turn all the same, for a stop to be heard. */
enum { STEPS_A_TURN = 64 };

/* While capture is paused, turns are taken only this often, to look after a recording. */
#define REST_US 50000

/* Carries one frame as far as it goes. */
static LeatStep run_stages_behind_capture(LeatPipeline *pipeline)
{
    LeatStep step = leat_process_stage_step(pipeline->process, 0);
    /* Before the recording may end: what it says is part of it. */
    while (leat_predict_stage_step(pipeline->predict, 0) == LEAT_STEP_DONE)
        ;
    while (leat_record_stage_step(pipeline->record, 0) == LEAT_STEP_DONE)
        ;
    while (leat_present_stage_step(pipeline->present_stage, 0) == LEAT_STEP_DONE)
        ;
    leat_present_stage_show(pipeline->present_stage, pipeline->present, pipeline->data);
    return step;
}

/* A source that can wait does so until the stages behind are done: here nobody else could make room
 * for its frame. A live one is read on, and what finds no room is lost, as with threads. */
static bool may_capture(const LeatPipeline *pipeline)
{
    return !pipeline->capture_ended &&
           (!pipeline->behind || pipeline->context.pace == LEAT_PACE_LIVE);
}

/* At once, or after a rest. */
static void take_next_turn(LeatPipeline *pipeline, bool rest)
{
    g_source_set_ready_time(pipeline->turns, rest ? g_get_monotonic_time() + REST_US : 0);
}

static gboolean take_turn(gpointer data)
{
    LeatPipeline *pipeline = data;
    LeatStep captured = LEAT_STEP_DONE;
    if (may_capture(pipeline)) {
        captured = leat_capture_stage_step(pipeline->capture, 0);
        pipeline->capture_ended = captured == LEAT_STEP_END;
    }
    LeatStep step = LEAT_STEP_DONE;
    for (int i = 0; i < STEPS_A_TURN && step == LEAT_STEP_DONE; i++)
        step = run_stages_behind_capture(pipeline);
    pipeline->behind = step == LEAT_STEP_DONE;
    take_next_turn(pipeline, captured == LEAT_STEP_IDLE && !pipeline->behind);
    if (step != LEAT_STEP_END)
        return G_SOURCE_CONTINUE;
    atomic_store_explicit(&pipeline->running, 0, memory_order_release);
    leat_waker_wake(pipeline->waker);
    return G_SOURCE_REMOVE;
}

static gboolean dispatch(GSource *source, GSourceFunc callback, gpointer data)
{
    (void)source;
    return callback(data);
}

void leat_pipeline_start_turns(LeatPipeline *pipeline)
{
    static GSourceFuncs by_ready_time = {.dispatch = dispatch};

    pipeline->turns = g_source_new(&by_ready_time, sizeof(GSource));
    g_source_set_priority(pipeline->turns, G_PRIORITY_DEFAULT_IDLE);
    g_source_set_callback(pipeline->turns, take_turn, pipeline, NULL);
    g_source_set_ready_time(pipeline->turns, 0);
    g_source_attach(pipeline->turns, pipeline->main_context);
}

void leat_pipeline_wake_turns(LeatPipeline *pipeline)
{
    if (pipeline->turns)
        take_next_turn(pipeline, false);
}

void leat_pipeline_end_turns(LeatPipeline *pipeline)
{
    if (!pipeline->turns)
        return;
    g_source_destroy(pipeline->turns);
    g_source_unref(pipeline->turns);
    pipeline->turns = NULL;
}
