/* SPDX-License-Identifier: MIT */
/* A network that belongs to one thread: the memory of a shard and a copy of the weights. */
#include "model/network.h"

#include "base/error.h"
#include "model/loss.h"
#include "model/shard-internal.h"

#include <stdlib.h>
#include <string.h>

/* Registers full of weights do not straddle the cache's lines. */
typedef struct {
    LEAT_LINE float parameters[LEAT_MAX_PARAMETERS];
    LEAT_LINE float packed[LEAT_PACKED];
} Weights;

struct LeatNetwork {
    LeatNetworkShape shape;
    LeatShard *shard;
    Weights *weights;
};

static LeatWeights weights_of(const LeatNetwork *network)
{
    return (LeatWeights){
        .shape = network->shape,
        .parameters = network->weights->parameters,
        .packed = network->weights->packed,
    };
}

LeatNetwork *leat_network_new(LeatNetworkShape shape, GError **error)
{
    LeatNetwork *network = calloc(1, sizeof *network);

    if (!network)
        return leat_error_no_memory(error, sizeof *network, "a model");
    network->shape = shape;
    network->shard = aligned_alloc(_Alignof(LeatShard), sizeof *network->shard);
    network->weights = aligned_alloc(_Alignof(Weights), sizeof *network->weights);
    if (!network->shard || !network->weights) {
        leat_network_free(network);
        return leat_error_no_memory(error, sizeof *network->shard + sizeof *network->weights,
                                    "a model");
    }
    memset(network->shard, 0, sizeof *network->shard);
    memset(network->weights, 0, sizeof *network->weights);
    return network;
}

void leat_network_free(LeatNetwork *network)
{
    if (!network)
        return;
    free(network->shard);
    free(network->weights);
    free(network);
}

void leat_network_load(LeatNetwork *network, const float *parameters)
{
    memcpy(network->weights->parameters, parameters,
           leat_network_parameters(network->shape) * sizeof *parameters);
    leat_network_pack_convs(network->weights->parameters, network->weights->packed);
}

/* The next samples, as many as a shard takes. */
static unsigned set_samples(LeatNetwork *network, const uint8_t *samples, size_t count)
{
    const unsigned taken = count < LEAT_SHARD ? (unsigned)count : LEAT_SHARD;

    for (unsigned i = 0; i < taken; i++)
        leat_shard_set_sample(network->shard, i, samples + i * LEAT_SAMPLE_BYTES);
    return taken;
}

void leat_network_predict(LeatNetwork *network, const uint8_t *samples, size_t count, float *scores)
{
    const LeatWeights weights = weights_of(network);
    const unsigned outputs = network->shape.outputs;

    for (size_t done = 0, taken; done < count; done += taken) {
        taken = set_samples(network, samples + done * LEAT_SAMPLE_BYTES, count - done);
        leat_shard_forward(network->shard, &weights, (unsigned)taken, false);
        for (unsigned i = 0; i < taken; i++) {
            float *to = scores + (done + i) * outputs;

            memcpy(to, network->shard->outputs + (size_t)i * outputs, outputs * sizeof *to);
            leat_loss_scores(network->shape, to);
        }
    }
}

/* The whole gradient in the order of the parameters. */
static void sum_up(const LeatShardGradient *const *shards, unsigned samples, LeatNetworkShape shape,
                   float *gradient)
{
    leat_shards_sum_head(shards, samples, gradient);
    leat_shards_sum_dense(shards, samples, 0, LEAT_FEATURES, gradient + LEAT_DENSE);
    leat_shards_sum_tail(shards, samples, shape, gradient + LEAT_TAIL);
}

bool leat_network_gradient(LeatNetwork *network, const uint8_t *samples, const LeatTarget *targets,
                           unsigned count, double *loss, float *gradient, GError **error)
{
    const unsigned shards = (count + LEAT_SHARD - 1) / LEAT_SHARD;
    const size_t bytes = shards * sizeof(LeatShardGradient);
    LeatShardGradient *gradients = aligned_alloc(_Alignof(LeatShardGradient), bytes);
    const LeatShardGradient *in_order[LEAT_TRAINING_MAX_BATCH / LEAT_SHARD];
    const LeatWeights weights = weights_of(network);
    double factors[LEAT_SHARD];

    if (!gradients) {
        leat_error_no_memory(error, bytes, "a gradient");
        return false;
    }
    for (unsigned i = 0; i < LEAT_SHARD; i++)
        factors[i] = 1.0 / count;
    for (unsigned s = 0; s < shards; s++) {
        const unsigned first = s * LEAT_SHARD;
        const unsigned taken =
            set_samples(network, samples + first * LEAT_SAMPLE_BYTES, count - first);

        leat_shard_forward(network->shard, &weights, taken, true);
        leat_shard_backward(network->shard, &weights, taken, targets + first, factors,
                            &gradients[s]);
        in_order[s] = &gradients[s];
    }
    *loss = leat_shards_sum_loss(in_order, count);
    sum_up(in_order, count, network->shape, gradient);
    free(gradients);
    return true;
}
