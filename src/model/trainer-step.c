/* SPDX-License-Identifier: MIT */
#include "model/trainer-internal.h"

/* Steps in which the learning rate rises, and its fraction at the end. */
#define MOST_WARM_UP 100
#define LAST_RATE 0.01

/* Columns of dense 1 at a time: their gradient stays in a core's own cache. */
enum { COLUMNS = 128 };

double leat_trainer_rate(const LeatTrainer *trainer)
{
    const double peak = trainer->options.learning_rate;
    const double total = (double)trainer->options.epochs * trainer->steps;
    const double warm_up = MIN(total / 10, MOST_WARM_UP);
    const double done = (double)trainer->epoch * trainer->steps + trainer->step;

    if (done < warm_up)
        return peak * (done + 1) / (warm_up + 1);
    return peak * (1 - (1 - LAST_RATE) * (done - warm_up) / (total - warm_up));
}

/* Zero as long as all that went in is finite. */
static float descend(const LeatTrainer *trainer, size_t first, size_t count, const float *gradient)
{
    return leat_kernels()->descend(
        count, trainer->batch->parameters + first, trainer->velocities + first, gradient,
        (float)leat_trainer_rate(trainer), (float)trainer->options.momentum,
        (float)trainer->options.weight_decay);
}

bool leat_trainer_descend(LeatTrainer *trainer, LeatWorkset *workset)
{
    const LeatShardGradient *shards[LEAT_TRAINING_MAX_BATCH / LEAT_SHARD];
    const unsigned samples = trainer->batch->samples;
    LEAT_LINE float gradient[LEAT_HEAD];
    float proof;

    for (unsigned i = 0; i * LEAT_SHARD < samples; i++) {
        size_t bytes;

        shards[i] = leat_workset_output(workset, i, &bytes);
    }
    leat_shards_sum_head(shards, samples, gradient);
    proof = descend(trainer, 0, LEAT_HEAD, gradient);
    for (unsigned column = 0; column < LEAT_FEATURES; column += COLUMNS) {
        leat_shards_sum_dense(shards, samples, column, COLUMNS, gradient);
        for (size_t row = 0; row < LEAT_HIDDEN; row++)
            proof += descend(trainer, LEAT_DENSE + row * LEAT_FEATURES + column, COLUMNS,
                             gradient + row * COLUMNS);
    }
    leat_shards_sum_tail(shards, samples, trainer->shape, gradient);
    proof += descend(trainer, LEAT_TAIL, leat_network_tail(trainer->shape), gradient);
    leat_network_pack_convs(trainer->batch->parameters, trainer->batch->packed);
    return proof == 0;
}
