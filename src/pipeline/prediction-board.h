/* SPDX-License-Identifier: MIT */
/* Where the predict stage posts what was said of frames, for the recorder and for the front end.
 * Any thread; it owns its lock. */
#ifndef LEAT_PIPELINE_PREDICTION_BOARD_H
#define LEAT_PIPELINE_PREDICTION_BOARD_H

#include "base/prediction.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct LeatPredictionBoard LeatPredictionBoard;

LeatPredictionBoard *leat_prediction_board_new(GError **error);
void leat_prediction_board_free(LeatPredictionBoard *board);

/* Where nobody takes them, the oldest make room. */
void leat_prediction_board_post(LeatPredictionBoard *board, const LeatPrediction *prediction);

/* The oldest that was not taken yet. False when there is none. */
bool leat_prediction_board_take(LeatPredictionBoard *board, LeatPrediction *prediction);

/* A copy of the latest one. False when there is none, or nobody predicts any more. */
bool leat_prediction_board_latest(LeatPredictionBoard *board, LeatPrediction *prediction);

/* No more will be posted. */
void leat_prediction_board_end(LeatPredictionBoard *board);

/* Waits until no more will be posted, but not for longer than this. */
void leat_prediction_board_wait_end(LeatPredictionBoard *board, int64_t timeout_ns);

/* Nobody predicts any more: there is no latest one. */
void leat_prediction_board_clear(LeatPredictionBoard *board);

#endif
