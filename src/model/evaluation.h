/* SPDX-License-Identifier: MIT */
/* Runs a model over many samples on an executor: for validation, and for predictions over a
 * recording. The scores are the same bits on every executor. */
#ifndef LEAT_MODEL_EVALUATION_H
#define LEAT_MODEL_EVALUATION_H

#include "compute/executor.h"
#include "model/samples.h"

/* The work kind behind it; an executor that evaluates or trains must know it. */
extern const LeatWorkKind leat_model_kind;

/* The scores of samples[from], one after the other in order of samples. On the calling thread. */
typedef void (*LeatScoresFunc)(void *data, unsigned sample, const float *scores);

/* Evaluates the samples listed in `indices` (NULL: all of them, from 0 to count - 1), in this
 * order. `samples->infos` may be NULL. `scores` is called for each in order, `progress` (may be
 * NULL) now and then with the samples done. False with the error of a sample that could not be
 * read, of the workers, or LEAT_ERROR_CANCELLED. */
bool leat_evaluation_run(LeatExecutor *executor, LeatNetworkShape shape, const float *parameters,
                         const LeatSamples *samples, const unsigned *indices, unsigned count,
                         LeatScoresFunc scores, LeatProgressFunc progress, void *data,
                         LeatCancel *cancel, GError **error);

#endif
