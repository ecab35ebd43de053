/* SPDX-License-Identifier: MIT */
/* The process stage: runs each frame through the filter and offers what comes out to the record
 * link (while recording), the predict link (while somebody predicts) and the present link. Used by
 * one thread at a time. */
#ifndef LEAT_PIPELINE_PROCESS_STAGE_H
#define LEAT_PIPELINE_PROCESS_STAGE_H

#include "pipeline/filter-choice.h"
#include "pipeline/link.h"
#include "pipeline/predict-stage.h"
#include "pipeline/stage.h"

typedef struct LeatProcessStage LeatProcessStage;

/* The links behind it. */
typedef struct {
    LeatLink *record;
    LeatLink *predict;
    LeatPredictStage *predictor; /* knows whether frames are wanted; told when there are no more */
    LeatLink *present;
} LeatProcessOuts;

/* Follows `choice`, which must outlive it: another choice takes effect with the next frame. */
LeatProcessStage *leat_process_stage_new(const LeatStageContext *context, LeatFilterChoice *choice,
                                         LeatLink *in, const LeatProcessOuts *out, GError **error);
void leat_process_stage_free(LeatProcessStage *stage);

/* Hands on one finished frame, or takes one from the link to work on. */
LeatStep leat_process_stage_step(LeatProcessStage *stage, int64_t timeout_ns);

#endif
