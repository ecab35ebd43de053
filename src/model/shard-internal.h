/* SPDX-License-Identifier: MIT */
/* The network at work on one shard: up to LEAT_TRAINING_SHARD samples forward, and back to their
 * gradient. A shard is memory without pointers, zero before its first use, and belongs to one
 * thread at a time; nothing that it holds from before changes a result. */
#ifndef LEAT_MODEL_SHARD_INTERNAL_H
#define LEAT_MODEL_SHARD_INTERNAL_H

#include "model/layout-internal.h"
#include "model/training.h"

enum {
    LEAT_SHARD = LEAT_TRAINING_SHARD,
    LEAT_BAND = 4, /* rows of pooled pixels whose gradient is spread over the weights at a time */
};

#define LEAT_LINE _Alignas(64)

typedef struct {
    /* Pictures with a border; the first one's last row may be read 7 floats beyond its end. */
    LEAT_LINE float input[LEAT_SHARD][66 * 66 * 3 + 8];
    LEAT_LINE float pooled_1[LEAT_SHARD][34 * 34 * 16];
    LEAT_LINE float pooled_2[LEAT_SHARD][18 * 18 * 32];
    LEAT_LINE float features[LEAT_SHARD][LEAT_FEATURES];
    LEAT_LINE float hidden[LEAT_SHARD][LEAT_HIDDEN];
    LEAT_LINE float outputs[LEAT_SHARD * LEAT_NETWORK_MAX_OUTPUTS];
    LEAT_LINE LeatWinners winners_1[LEAT_SHARD][32 * 32];
    LEAT_LINE LeatWinners winners_2[LEAT_SHARD][16 * 16];
    LEAT_LINE LeatWinners winners_3[LEAT_SHARD][8 * 8];

    /* Backward. */
    LEAT_LINE float output_gradient[LEAT_SHARD * LEAT_NETWORK_MAX_OUTPUTS];
    LEAT_LINE float feature_gradient[LEAT_SHARD][LEAT_FEATURES];
    LEAT_LINE float gradient_2[18 * 18 * 32], gradient_1[34 * 34 * 16];
    LEAT_LINE float prepared_3[9 * 32 * 64], prepared_2[9 * 16 * 32];
    LEAT_LINE LeatRoute routes[LEAT_BAND * 32 * 16];
} LeatShard;

/* What a shard gives to the gradient. Those of the weights of dense 1 are left as the factors that
 * they are products of: fewer bytes than the products. */
typedef struct {
    double loss;
    LEAT_LINE float head[LEAT_HEAD];
    LEAT_LINE float tail[LEAT_MAX_TAIL];
    LEAT_LINE float features[LEAT_SHARD][LEAT_FEATURES];
    LEAT_LINE float hidden_gradient[LEAT_SHARD][LEAT_HIDDEN];
} LeatShardGradient;

/* Weights as a shard reads them. */
typedef struct {
    LeatNetworkShape shape;
    const float *parameters, *packed; /* see leat_network_pack_convs */
} LeatWeights;

/* Puts a picture in place `i`. */
void leat_shard_set_sample(LeatShard *shard, unsigned i, const uint8_t *pixels);

/* The raw outputs of the first `samples` places, one after the other in shard->outputs. With
 * `training` what leat_shard_backward needs is kept as well. */
void leat_shard_forward(LeatShard *shard, const LeatWeights *weights, unsigned samples,
                        bool training);

/* After leat_shard_forward for training, with the same weights. Sample i's loss
 * counts `factors[i]` times. */
void leat_shard_backward(LeatShard *shard, const LeatWeights *weights, unsigned samples,
                         const LeatTarget *targets, const double *factors,
                         LeatShardGradient *gradient);

/* The sums over the shards of a batch of `samples`, in their order. `to` gets LEAT_HEAD floats, or
 * those of the tail, or LEAT_HIDDEN rows of `columns` (in 16s) from `column` on: the weights of
 * dense 1. */
void leat_shards_sum_head(const LeatShardGradient *const *shards, unsigned samples, float *to);
void leat_shards_sum_tail(const LeatShardGradient *const *shards, unsigned samples,
                          LeatNetworkShape shape, float *to);
void leat_shards_sum_dense(const LeatShardGradient *const *shards, unsigned samples,
                           unsigned column, unsigned columns, float *to);
double leat_shards_sum_loss(const LeatShardGradient *const *shards, unsigned samples);

#endif
