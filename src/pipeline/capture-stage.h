/* SPDX-License-Identifier: MIT */
/* The capture stage: opens the source, reads it, counts what it gives and loses, and offers each
 * frame to the process link. Used by one thread at a time. */
#ifndef LEAT_PIPELINE_CAPTURE_STAGE_H
#define LEAT_PIPELINE_CAPTURE_STAGE_H

#include "pipeline/filter-choice.h"
#include "pipeline/link.h"
#include "pipeline/pause-switch.h"
#include "pipeline/stage.h"

typedef struct LeatCaptureStage LeatCaptureStage;

/* `options` gives source, size, rate, pace and limits. `pause` holds it still. `choice` is told
 * what the source gives. */
LeatCaptureStage *leat_capture_stage_new(const LeatStageContext *context,
                                         const LeatPipelineOptions *options, LeatPauseSwitch *pause,
                                         LeatFilterChoice *choice, LeatLink *out, GError **error);
void leat_capture_stage_free(LeatCaptureStage *stage);

/* Opens the source the first time, then waits for one item of it, however long it takes. While it
 * is paused, waits to be resumed for so long, and says IDLE. */
LeatStep leat_capture_stage_step(LeatCaptureStage *stage, int64_t timeout_ns);

#endif
