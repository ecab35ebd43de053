/* SPDX-License-Identifier: MIT */
/* The predict stage: has the latest frame spoken of, and posts what was said. Its link lets the
 * latest frame win, so that a slow model harms only itself. The step belongs to one thread at a
 * time; the rest is for any. */
#ifndef LEAT_PIPELINE_PREDICT_STAGE_H
#define LEAT_PIPELINE_PREDICT_STAGE_H

#include "pipeline/link.h"
#include "pipeline/prediction-board.h"
#include "pipeline/predictor.h"
#include "pipeline/stage.h"

typedef struct LeatPredictStage LeatPredictStage;

LeatPredictStage *leat_predict_stage_new(const LeatStageContext *context, LeatLink *in,
                                         GError **error);
void leat_predict_stage_free(LeatPredictStage *stage);

/* Asks this one from the next frame on; takes it over. NULL: nobody. */
void leat_predict_stage_set(LeatPredictStage *stage, const LeatPredictor *predictor);

/* No more frames will come: what is asked is waited for a little longer. The stop cancel does the
 * same. */
void leat_predict_stage_hurry(LeatPredictStage *stage);

/* Whether frames are worth offering. */
bool leat_predict_stage_is_wanted(const LeatPredictStage *stage);

LeatStep leat_predict_stage_step(LeatPredictStage *stage, int64_t timeout_ns);

#endif
