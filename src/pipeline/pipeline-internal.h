/* SPDX-License-Identifier: MIT */
/* What the pipeline's main file shares with the two ways of running its stages. */
#ifndef LEAT_PIPELINE_PIPELINE_INTERNAL_H
#define LEAT_PIPELINE_PIPELINE_INTERNAL_H

#include "concurrency/thread.h"
#include "concurrency/waker.h"
#include "pipeline/capture-stage.h"
#include "pipeline/filter-choice.h"
#include "pipeline/predict-stage.h"
#include "pipeline/present-stage.h"
#include "pipeline/process-stage.h"
#include "pipeline/record-stage.h"

#include <glib.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { LEAT_PIPELINE_STAGES = 5 };

struct LeatPipeline {
    /* Set once. */
    LeatStageContext context;
    int64_t max_duration_ns;
    GMainContext *main_context;
    void (*changed)(void *data);
    void (*present)(LeatFrame *frame, void *data);
    void *data;
    LeatCancelListener stop_listener;

    LeatWaker *waker;
    LeatPauseSwitch *pause;
    LeatFilterChoice *choice;
    LeatLink *process_link, *record_link, *predict_link, *present_link;
    LeatCaptureStage *capture;
    LeatProcessStage *process;
    LeatRecordStage *record;
    LeatPredictStage *predict;
    LeatPresentStage *present_stage;

    /* Counted down by the stages as they end. */
    atomic_int running;

    /* The main loop's own. */
    LeatThread *threads[LEAT_PIPELINE_STAGES]; /* mode `threads` */
    GSource *turns;                            /* mode `none` */
    bool capture_ended, behind;                /* the same */
    LeatPreRoll pre_roll;                      /* as asked for last */
    GSource *stop_limit;
    GSource *duration_limit;
    guint postings_seen;
    bool started, stopping, finished;
};

/* Mode `threads`: a thread for each stage. On failure none is left. */
bool leat_pipeline_start_threads(LeatPipeline *pipeline, GError **error);

/* Waits for what threads there are. */
void leat_pipeline_join_threads(LeatPipeline *pipeline);

/* Mode `none`: all stages on the main loop, whenever it has nothing else to do. */
void leat_pipeline_start_turns(LeatPipeline *pipeline);

/* They may be resting while nothing comes: there is something to do. */
void leat_pipeline_wake_turns(LeatPipeline *pipeline);
void leat_pipeline_end_turns(LeatPipeline *pipeline);

#endif
