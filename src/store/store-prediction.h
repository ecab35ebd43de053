/* SPDX-License-Identifier: MIT */
/* What a model says of a frame, and which model was in use from which frame on while a recording
 * was made. Thread and waiting as in store.h. */
#ifndef LEAT_STORE_STORE_PREDICTION_H
#define LEAT_STORE_STORE_PREDICTION_H

#include "store/store-edit.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    int64_t seq, model;
    const char *label; /* owned by the array it is in */
    double score;      /* probability of the label, 0 to 1; of a number the number itself */
} LeatStoredPrediction;

/* LeatStoredPrediction in order of frames, free with leat_predictions_free. `model` -1: for each
 * frame that of the model added last. */
typedef struct {
    LeatStoredPrediction *rows;
    size_t count;
    GStringChunk *texts;
} LeatPredictions;

LeatPredictions *leat_store_predictions(LeatStore *store, int64_t recording, int64_t model,
                                        GError **error);
void leat_predictions_free(LeatPredictions *predictions);

/* Called with each in order of frames, of each frame that of the model added last; false ends it.
 * The label is valid for the call. */
typedef bool (*LeatPredictionFunc)(const LeatStoredPrediction *prediction, void *data);

bool leat_store_each_prediction(LeatStore *store, int64_t recording, LeatPredictionFunc func,
                                void *data, GError **error);

/* What is said of one frame, by the model added last. */
typedef struct {
    char label[201], model[201]; /* names */
    double score;
    bool number; /* the score is the label's value */
} LeatFramePrediction;

/* True with `got` false when there is none. */
bool leat_store_prediction_of(LeatStore *store, int64_t recording, int64_t seq,
                              LeatFramePrediction *prediction, bool *got, GError **error);

/* A model that spoke of a recording. Free the array of them with g_ptr_array_unref. */
typedef struct {
    int64_t model;
    char *name, *sha256;
    int64_t predictions;   /* frames that it spoke of */
    int64_t live_from_seq; /* in use while recording, first from this frame on; -1: it was not */
} LeatStoredModelUse;

GPtrArray *leat_store_model_uses(LeatStore *store, int64_t recording, GError **error);

/* Needs a store that was opened to edit: what `model` says of frames of the recording takes the
 * place of what it said before. One transaction. */
bool leat_store_set_predictions(LeatStore *store, int64_t recording, int64_t model,
                                const LeatStoredPrediction *rows, size_t count, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LeatPredictions, leat_predictions_free)

#endif
