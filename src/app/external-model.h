/* SPDX-License-Identifier: MIT */
/* A model of the user's own: a program that reads frames and says what they show, by the protocol
 * of docs/external-models.md. It may be slow, crash, hang or answer nonsense: it is ended then,
 * reported, and started again with the next frame after a pause that grows. It runs below the live
 * side, and ends with this process.
 *
 * Asked and freed by one thread at a time. The program belongs to the thread that asks, and ends
 * with that thread, too; so it is started when the first frame is asked about. */
#ifndef LEAT_APP_EXTERNAL_MODEL_H
#define LEAT_APP_EXTERNAL_MODEL_H

#include "base/prediction.h"
#include "media/frame.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct LeatExternalModel LeatExternalModel;

/* A model that is named so is a program: "exec:COMMAND". */
#define LEAT_EXTERNAL_MODEL_PREFIX "exec:"

bool leat_external_model_is_one(const char *model);

/* Each 0 for the default. ns. */
typedef struct {
    int64_t start_ns;         /* 60 s: until it says what it takes; it may have much to load */
    int64_t answer_ns;        /* 10 s: for each frame */
    int64_t first_pause_ns;   /* 0.5 s: before it is started again, twice as long each time ... */
    int64_t longest_pause_ns; /* ... up to 10 s; one that ran for so long begins anew */
} LeatExternalModelLimits;

/* `model` with the prefix; the words of the command are split as a shell would, without running
 * one. `limits` may be NULL. INVALID for a command that cannot be, NOT_FOUND when there is no such
 * program. */
LeatExternalModel *leat_external_model_new(const char *model, const LeatExternalModelLimits *limits,
                                           GError **error);

/* As LeatPredictor has it. An error says why the program ended, and when it is started again; it is
 * the same until then. */
bool leat_external_model_predict(LeatExternalModel *model, LeatFrame *frame,
                                 LeatPrediction *prediction, GError **error);

/* Any thread; see LeatPredictor. */
void leat_external_model_hurry(LeatExternalModel *model, int64_t deadline_ns);

/* Kills the program. NULL is fine. */
void leat_external_model_free(LeatExternalModel *model);

#endif
