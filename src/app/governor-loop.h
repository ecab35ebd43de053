/* SPDX-License-Identifier: MIT */
/* The governor at work: ten times a second it reads the live side's meters and tells the executor
 * how many workers may take new units. Made, fed and freed on the main loop's thread. */
#ifndef LEAT_APP_GOVERNOR_LOOP_H
#define LEAT_APP_GOVERNOR_LOOP_H

#include "app/governor.h"
#include "compute/executor.h"
#include "pipeline/heartbeat.h"
#include "pipeline/pipeline.h"

#define LEAT_GOVERNOR_MS 100

typedef struct LeatGovernorLoop LeatGovernorLoop;

/* `options` as from leat_governor_defaults, for the executor's number of workers. The rest must
 * outlive it. Takes the heartbeat's recent maximum for itself. `pipeline` and `trace` may be NULL;
 * so may `executor`, where the maker hands on the limit himself (leat_governor_loop_state). */
LeatGovernorLoop *leat_governor_loop_new(const LeatGovernorOptions *options, LeatExecutor *executor,
                                         LeatPipeline *pipeline, LeatHeartbeat *heartbeat,
                                         LeatTrace *trace);

/* Another one, or NULL, from now on. */
void leat_governor_loop_set_pipeline(LeatGovernorLoop *loop, LeatPipeline *pipeline);

/* Tells it of a frame that came, for the jitter of the capture. */
void leat_governor_loop_note_frame(LeatGovernorLoop *loop, const LeatFrameTimes *times,
                                   LeatRational rate);

const LeatGovernor *leat_governor_loop_state(const LeatGovernorLoop *loop);

/* NULL is fine. */
void leat_governor_loop_free(LeatGovernorLoop *loop);

#endif
