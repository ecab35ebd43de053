/* SPDX-License-Identifier: MIT */
#include "pipeline/pipeline-internal.h"

/* The stage's last act: whoever sees the count at 0 may join. */
static void count_down(LeatPipeline *pipeline)
{
    atomic_fetch_sub_explicit(&pipeline->running, 1, memory_order_acq_rel);
    leat_waker_wake(pipeline->waker);
}

static void run_capture(void *data)
{
    LeatPipeline *pipeline = data;
    while (leat_capture_stage_step(pipeline->capture, LEAT_FOREVER) != LEAT_STEP_END)
        ;
    count_down(pipeline);
}

static void run_process(void *data)
{
    LeatPipeline *pipeline = data;
    while (leat_process_stage_step(pipeline->process, LEAT_FOREVER) != LEAT_STEP_END)
        ;
    count_down(pipeline);
}

static void run_record(void *data)
{
    LeatPipeline *pipeline = data;
    while (leat_record_stage_step(pipeline->record, LEAT_FOREVER) != LEAT_STEP_END)
        ;
    count_down(pipeline);
}

static void run_predict(void *data)
{
    LeatPipeline *pipeline = data;
    while (leat_predict_stage_step(pipeline->predict, LEAT_FOREVER) != LEAT_STEP_END)
        ;
    count_down(pipeline);
}

static void run_present(void *data)
{
    LeatPipeline *pipeline = data;
    while (leat_present_stage_step(pipeline->present_stage, LEAT_FOREVER) != LEAT_STEP_END)
        ;
    count_down(pipeline);
}

/* The consumers first, so that when a thread cannot be had, closing the links ends the rest. */
bool leat_pipeline_start_threads(LeatPipeline *pipeline, GError **error)
{
    static const struct {
        const char *name;
        LeatThreadFunc func;
        LeatThreadClass class;
    } stages[LEAT_PIPELINE_STAGES] = {
        {"present", run_present, LEAT_THREAD_LIVE}, {"predict", run_predict, LEAT_THREAD_NORMAL},
        {"record", run_record, LEAT_THREAD_LIVE},   {"process", run_process, LEAT_THREAD_LIVE},
        {"capture", run_capture, LEAT_THREAD_LIVE},
    };
    for (int i = 0; i < LEAT_PIPELINE_STAGES; i++) {
        pipeline->threads[i] =
            leat_thread_new(stages[i].name, stages[i].class, stages[i].func, pipeline, error);
        if (!pipeline->threads[i] || !leat_thread_start(pipeline->threads[i], error)) {
            leat_link_close(pipeline->process_link);
            leat_link_close(pipeline->record_link);
            leat_link_close(pipeline->predict_link);
            leat_link_close(pipeline->present_link);
            leat_pipeline_join_threads(pipeline);
            return false;
        }
    }
    return true;
}

void leat_pipeline_join_threads(LeatPipeline *pipeline)
{
    for (int i = 0; i < LEAT_PIPELINE_STAGES; i++) {
        leat_thread_free(pipeline->threads[i]);
        pipeline->threads[i] = NULL;
    }
}
