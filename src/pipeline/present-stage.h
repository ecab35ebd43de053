/* SPDX-License-Identifier: MIT */
/* The present stage: scales the latest frame to the view's pixels and puts it where the main loop
 * takes it. The step belongs to one thread at a time; set_view is for any; show is the main
 * loop's. */
#ifndef LEAT_PIPELINE_PRESENT_STAGE_H
#define LEAT_PIPELINE_PRESENT_STAGE_H

#include "concurrency/waker.h"
#include "pipeline/link.h"
#include "pipeline/stage.h"

typedef struct LeatPresentStage LeatPresentStage;

typedef void (*LeatPresentFunc)(LeatFrame *frame, void *data);

/* `waker` is woken when there is something to show. */
LeatPresentStage *leat_present_stage_new(const LeatStageContext *context, LeatLink *in,
                                         LeatWaker *waker, GError **error);
void leat_present_stage_free(LeatPresentStage *stage);

void leat_present_stage_set_view(LeatPresentStage *stage, int width, int height);

LeatStep leat_present_stage_step(LeatPresentStage *stage, int64_t timeout_ns);

/* Hands the latest picture, if it was not shown yet, to `present` (may be NULL) and counts it. */
void leat_present_stage_show(LeatPresentStage *stage, LeatPresentFunc present, void *data);

#endif
