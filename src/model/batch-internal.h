/* SPDX-License-Identifier: MIT */
/* A batch, as it goes to the workers: the input of leat_model_kind. A unit is a shard of it, and
 * returns a LeatShardGradient, or the scores of its samples. */
#ifndef LEAT_MODEL_BATCH_INTERNAL_H
#define LEAT_MODEL_BATCH_INTERNAL_H

#include "compute/executor.h"
#include "model/evaluation.h"
#include "model/shard-internal.h"

typedef struct {
    unsigned sample; /* its number, for the augmentation */
    LeatTarget target;
    double factor; /* how often its loss counts */
} LeatBatchSample;

typedef struct {
    LeatNetworkShape shape;
    bool training; /* else scores are wanted */
    unsigned samples;
    unsigned augment; /* LeatAugment flags */
    uint64_t seed, epoch;
    LeatBatchSample list[LEAT_TRAINING_MAX_BATCH];
    LEAT_LINE float parameters[LEAT_MAX_PARAMETERS];
    LEAT_LINE float packed[LEAT_PACKED];
    LEAT_LINE uint8_t pixels[]; /* LEAT_SAMPLE_BYTES each */
} LeatBatch;

/* A workset whose input is a LeatBatch for up to `samples` samples, at most
 * LEAT_TRAINING_MAX_BATCH. */
LeatWorkset *leat_batch_new(LeatExecutor *executor, LeatNetworkShape shape, unsigned samples,
                            bool training, LeatBatch **batch, GError **error);

/* Puts weights in. */
void leat_batch_load(LeatBatch *batch, const float *parameters);

/* Runs all units of what the batch holds. */
bool leat_batch_run(LeatWorkset *workset, const LeatBatch *batch, LeatCancel *cancel,
                    GError **error);

#endif
