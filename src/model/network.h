/* SPDX-License-Identifier: MIT */
/* The network that Leat trains: a small convolutional one, sized by the number of its outputs.
 *
 *     input    64x64 px, 3 bytes each (RGB), row by row; a byte b stands for (b - m) / 64, where m
 *              is the mean of all its bytes, rounded: the light of a room may change
 *     conv 1   3x3, 16 channels, ReLU, the largest of each 2x2 px
 *     conv 2   3x3, 32 channels, the same
 *     conv 3   3x3, 64 channels, the same
 *     dense 1  4096 -> 64, ReLU
 *     dense 2  64 -> outputs; for classes then softmax, with cross-entropy as the loss; for a value
 *              nothing, with half of the squared error
 *
 * Its parameters are one array of floats, in this order:
 *
 *     conv l   weights [channel][ky][kx][input channel], then a bias for each channel; l = 1, 2, 3
 *     dense 1  weights [output][y][x][channel], then a bias for each output
 *     dense 2  weights [output][input], then a bias for each output
 *
 * The order of every sum is fixed and each product is added with one rounding (fma), so results are
 * the same bits on every processor, whichever kernels it runs (model/kernels.h).
 *
 * The functions on parameters keep no state: any thread. A LeatNetwork is the memory to compute in,
 * about 4 MB; it belongs to one thread at a time. */
#ifndef LEAT_MODEL_NETWORK_H
#define LEAT_MODEL_NETWORK_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LEAT_SAMPLE_EDGE 64
#define LEAT_SAMPLE_BYTES ((size_t)LEAT_SAMPLE_EDGE * LEAT_SAMPLE_EDGE * 3)

/* Goes up when the same parameters would give other scores. Part of a model's record. */
#define LEAT_NETWORK_VERSION 2

#define LEAT_NETWORK_MAX_OUTPUTS 64

typedef enum {
    LEAT_NETWORK_CLASSES, /* at least 2 outputs: the probability of each class */
    LEAT_NETWORK_VALUE,   /* 1 output: the value itself, in the user's units */
} LeatNetworkTask;

typedef struct {
    LeatNetworkTask task;
    unsigned outputs;
} LeatNetworkShape;

/* False with LEAT_ERROR_INVALID. The functions below take only shapes that pass. */
bool leat_network_check_shape(LeatNetworkShape shape, GError **error);

/* How many floats the parameters are. */
size_t leat_network_parameters(LeatNetworkShape shape);

/* Random weights by the seed, uniform in +-sqrt(6 / inputs of a unit) (He et al., 2015), 0.1 of
 * that in dense 2; biases 0. The same on every machine. */
void leat_network_initialise(LeatNetworkShape shape, uint64_t seed, float *parameters);

/* The SHA-256 of the parameters as little-endian floats, in hex; free with g_free. */
char *leat_network_sha256(LeatNetworkShape shape, const float *parameters);

/* The parameters as they go into a file, little-endian floats, and back. False with
 * LEAT_ERROR_CORRUPT when there are not as many as the shape wants, one of them is no finite
 * number, or their SHA-256 is not `sha256` (NULL: not looked at). */
GBytes *leat_network_pack(LeatNetworkShape shape, const float *parameters);
bool leat_network_unpack(LeatNetworkShape shape, const void *data, size_t bytes, const char *sha256,
                         float *parameters, GError **error);

typedef struct LeatNetwork LeatNetwork;

LeatNetwork *leat_network_new(LeatNetworkShape shape, GError **error);
void leat_network_free(LeatNetwork *network);

/* Copies the parameters; to be called before the first use and after each change. */
void leat_network_load(LeatNetwork *network, const float *parameters);

/* `count` samples of LEAT_SAMPLE_BYTES each, to `count` x outputs scores. */
void leat_network_predict(LeatNetwork *network, const uint8_t *samples, size_t count,
                          float *scores);

/* What a sample should come out as; the field that its task needs. */
typedef struct {
    unsigned class_index;
    float value;
} LeatTarget;

/* The mean loss over `count` samples (1 to LEAT_TRAINING_MAX_BATCH), and its gradient by each
 * parameter in `gradient`. Computed as the trainer does: in shards of LEAT_TRAINING_SHARD samples,
 * summed in their order. False when memory runs out. */
bool leat_network_gradient(LeatNetwork *network, const uint8_t *samples, const LeatTarget *targets,
                           unsigned count, double *loss, float *gradient, GError **error);

/* The index of the largest score; the first one of equals. */
unsigned leat_network_best(const float *scores, unsigned outputs);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LeatNetwork, leat_network_free)

#endif
