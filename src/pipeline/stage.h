/* SPDX-License-Identifier: MIT */
/* What the stages share. A stage is a plain step function and its state: a thread of its own calls
 * the step until it ends, or, in concurrency mode `none`, the main loop does. One thread at a
 * time uses a stage. */
#ifndef LEAT_PIPELINE_STAGE_H
#define LEAT_PIPELINE_STAGE_H

#include "concurrency/cancel.h"
#include "concurrency/trace.h"
#include "pipeline/prediction-board.h"
#include "pipeline/session-ledger.h"
#include "pipeline/status-board.h"

typedef enum {
    LEAT_STEP_DONE, /* something was done: there may be more */
    LEAT_STEP_IDLE, /* nothing came within the timeout */
    LEAT_STEP_END,  /* the stage has ended, its links behind it are closed */
} LeatStep;

/* Set once by the pipeline, which owns all of it and outlives the stages. */
typedef struct {
    LeatSessionLedger *ledger;
    LeatStatusBoard *board;
    LeatPredictionBoard *predictions;
    LeatTrace *trace;  /* may be NULL */
    LeatCancel *stop;  /* the source ends, the rest is drained */
    LeatCancel *abort; /* what is under way is lost, loudly */
    LeatConcurrency concurrency;
    LeatPace pace;
} LeatStageContext;

#endif
