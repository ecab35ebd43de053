/* SPDX-License-Identifier: MIT */
#include "model/batch-internal.h"

#include "model/augment.h"
#include "model/loss.h"

#include <stddef.h>
#include <string.h>

/* What a worker keeps. */
typedef struct {
    LeatShard shard;
    uint8_t pixels[LEAT_SAMPLE_BYTES];
} Scratch;

static void train(const LeatBatch *batch, const LeatWeights *weights, LeatShard *shard,
                  unsigned first, unsigned samples, LeatWorkUnit *unit)
{
    LeatTarget targets[LEAT_SHARD];
    double factors[LEAT_SHARD];

    for (unsigned i = 0; i < samples; i++) {
        targets[i] = batch->list[first + i].target;
        factors[i] = batch->list[first + i].factor;
    }
    leat_shard_backward(shard, weights, samples, targets, factors, unit->output);
    unit->output_bytes = sizeof(LeatShardGradient);
}

static void score(const LeatBatch *batch, const LeatShard *shard, unsigned samples,
                  LeatWorkUnit *unit)
{
    const size_t outputs = batch->shape.outputs;
    float *scores = unit->output;

    memcpy(scores, shard->outputs, samples * outputs * sizeof *scores);
    for (unsigned i = 0; i < samples; i++)
        leat_loss_scores(batch->shape, scores + i * outputs);
    unit->output_bytes = samples * outputs * sizeof *scores;
}

static bool run_unit(LeatWorkUnit *unit, GError **error)
{
    const LeatBatch *batch = unit->input;
    const LeatWeights weights = {batch->shape, batch->parameters, batch->packed};
    const unsigned first = unit->unit * LEAT_SHARD;
    const unsigned samples = MIN(batch->samples - first, LEAT_SHARD);
    Scratch *scratch = unit->scratch;

    for (unsigned i = 0; i < samples; i++) {
        const uint8_t *pixels = batch->pixels + (first + i) * LEAT_SAMPLE_BYTES;

        if (batch->augment != 0) {
            leat_augment(batch->augment, batch->seed, batch->epoch, batch->list[first + i].sample,
                         pixels, scratch->pixels);
            pixels = scratch->pixels;
        }
        leat_shard_set_sample(&scratch->shard, i, pixels);
    }
    leat_shard_forward(&scratch->shard, &weights, samples, batch->training);
    if (batch->training)
        train(batch, &weights, &scratch->shard, first, samples, unit);
    else
        score(batch, &scratch->shard, samples, unit);
    return true;
}

const LeatWorkKind leat_model_kind = {
    .name = "model",
    .run = run_unit,
    .scratch_bytes = sizeof(Scratch),
};

LeatWorkset *leat_batch_new(LeatExecutor *executor, LeatNetworkShape shape, unsigned samples,
                            bool training, LeatBatch **batch, GError **error)
{
    LeatWorkset *workset = leat_workset_new(
        executor,
        &(LeatWorksetOptions){
            .kind = leat_model_kind.name,
            .input_bytes = offsetof(LeatBatch, pixels) + samples * LEAT_SAMPLE_BYTES,
            .units = (samples + LEAT_SHARD - 1) / LEAT_SHARD,
            .output_bytes =
                training ? sizeof(LeatShardGradient) : sizeof(float) * LEAT_SHARD * shape.outputs,
        },
        error);

    if (!workset)
        return NULL;
    *batch = leat_workset_input(workset);
    (*batch)->shape = shape;
    (*batch)->training = training;
    return workset;
}

void leat_batch_load(LeatBatch *batch, const float *parameters)
{
    memcpy(batch->parameters, parameters,
           leat_network_parameters(batch->shape) * sizeof *parameters);
    leat_network_pack_convs(batch->parameters, batch->packed);
}

bool leat_batch_run(LeatWorkset *workset, const LeatBatch *batch, LeatCancel *cancel,
                    GError **error)
{
    return leat_workset_run(workset, (batch->samples + LEAT_SHARD - 1) / LEAT_SHARD, cancel, NULL,
                            NULL, error);
}
