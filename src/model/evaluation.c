/* SPDX-License-Identifier: MIT */
#include "model/evaluation.h"

#include "model/batch-internal.h"
#include "model/sample-reader.h"

#include <string.h>

/* Samples in a round. */
enum { BATCH = 64 };

static void tell(LeatWorkset *workset, const LeatBatch *batch, const unsigned *indices,
                 unsigned first, LeatScoresFunc scores, void *data)
{
    for (unsigned i = 0; i < batch->samples; i++) {
        size_t bytes;
        const float *of_shard = leat_workset_output(workset, i / LEAT_SHARD, &bytes);

        scores(data, indices ? indices[first + i] : first + i,
               of_shard + (size_t)(i % LEAT_SHARD) * batch->shape.outputs);
    }
}

bool leat_evaluation_run(LeatExecutor *executor, LeatNetworkShape shape, const float *parameters,
                         const LeatSamples *samples, const unsigned *indices, unsigned count,
                         LeatScoresFunc scores, LeatProgressFunc progress, void *data,
                         LeatCancel *cancel, GError **error)
{
    LeatBatch *batch;
    LeatWorkset *workset = leat_batch_new(executor, shape, BATCH, false, &batch, error);
    LeatSampleReader *reader = NULL;
    bool good = false;

    if (!workset)
        return false;
    reader = leat_sample_reader_new(samples, indices, count, BATCH, cancel, error);
    good = reader != NULL;
    if (good)
        leat_batch_load(batch, parameters);
    for (unsigned first = 0; good && first < count; first += BATCH) {
        const uint8_t *pixels = leat_sample_reader_next(reader, error);

        good = pixels != NULL;
        if (good) {
            batch->samples = MIN(count - first, BATCH);
            memcpy(batch->pixels, pixels, batch->samples * LEAT_SAMPLE_BYTES);
            good = leat_batch_run(workset, batch, cancel, error);
        }
        if (good) {
            tell(workset, batch, indices, first, scores, data);
            if (progress)
                progress(first + batch->samples, count, data);
        }
    }
    leat_sample_reader_free(reader);
    leat_workset_free(workset);
    return good;
}
