/* SPDX-License-Identifier: MIT */
/* Reads samples in a given order, a batch at a time and one batch ahead, on a thread of its own.
 * Made, used and freed by one thread. */
#ifndef LEAT_MODEL_SAMPLE_READER_H
#define LEAT_MODEL_SAMPLE_READER_H

#include "concurrency/cancel.h"
#include "model/samples.h"

typedef struct LeatSampleReader LeatSampleReader;

/* `indices` (NULL: 0, 1, 2, ...) and `samples` must stay until it is freed. `cancel` may be NULL.
 */
LeatSampleReader *leat_sample_reader_new(const LeatSamples *samples, const unsigned *indices,
                                         unsigned count, unsigned batch, LeatCancel *cancel,
                                         GError **error);
void leat_sample_reader_free(LeatSampleReader *reader);

/* The next batch: `batch` samples, or what is left of them, LEAT_SAMPLE_BYTES each. Valid until the
 * next call. NULL with the error of a sample, or LEAT_ERROR_CANCELLED. Not to be called after the
 * last batch. */
const uint8_t *leat_sample_reader_next(LeatSampleReader *reader, GError **error);

#endif
