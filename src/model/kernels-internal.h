/* SPDX-License-Identifier: MIT */
/* The arithmetic of the network, in one table for each instruction set (kernels-level.c). Every
 * table computes the same sums in the same order, with the same roundings.
 *
 * A picture inside the network is [y][x][channel], with a border of one pixel around it that the
 * convolutions read and never count: zero where it is read. */
#ifndef LEAT_MODEL_KERNELS_INTERNAL_H
#define LEAT_MODEL_KERNELS_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

/* Weights for the forward pass lie in blocks of this many output channels. */
#define LEAT_KERNELS_BLOCK 16

/* Places of the transform that convolutions of 16 input channels and more are computed in
 * (kernels-winograd.h). */
#define LEAT_KERNELS_PLACES 16

/* Lanes that a sum over many products is spread over: product i goes to lane i % 16, and the lanes
 * are then added in halves. */
#define LEAT_KERNELS_LANES 16

/* Most samples that a dense layer takes at a time, and most rows it may have. */
#define LEAT_KERNELS_SAMPLES 4
#define LEAT_KERNELS_ROWS 64

/* A 3x3 convolution with ReLU and 2x2 max-pooling. */
typedef struct {
    unsigned edge;    /* of the input without its border, px: 64, or for more channels 32 or 16 */
    unsigned inputs;  /* channels: 3, 16 or 32 */
    unsigned outputs; /* channels: 16, or for more input channels a multiple of 32, at most 64 */
} LeatConv;

/* Which of the four pixels of a window gave the pooled one, for each channel: a bit each. Of equal
 * ones the first, row by row. */
typedef struct {
    uint64_t alive; /* not cut off by the ReLU */
    uint64_t right, lower;
} LeatWinners;

/* Where the gradient of a pooled pixel goes: the input under the corner of its 3x3 window. */
typedef struct {
    uint32_t offset; /* in floats, into the bordered input */
    float gradient;
} LeatRoute;

typedef struct {
    /* `packed`: [outputs / 16][ky][kx][3][16] for 3 input channels; for more [outputs / 16][place]
     * [inputs][16], of the transformed weights. `out` is the pooled picture's first pixel, its rows
     * `out_row` floats apart. `winners` may be NULL. */
    void (*conv_forward)(const LeatConv *conv, const float *in, const float *packed,
                         const float *bias, float *out, size_t out_row, LeatWinners *winners);

    /* Adds to `weights` ([outputs][3][3][inputs], behind which there are 7 floats or more) what
     * some pooled pixels of a sample give. `routes`: for each output channel `counts[channel]` of
     * them, from routes[channel * stride] on. */
    void (*conv_weight_gradient)(const LeatConv *conv, const float *in, const LeatRoute *routes,
                                 size_t stride, const unsigned *counts, float *weights);

    /* The floats of `prepared` are 9 * inputs * outputs, in an order of the level's own. */
    void (*conv_prepare)(const LeatConv *conv, const float *weights, float *prepared);

    /* Adds the gradient by the bordered input, for inputs of 16 and more. `gradient` is that by the
     * pooled picture, its rows `row` floats apart. */
    void (*conv_input_gradient)(const LeatConv *conv, const LeatWinners *winners,
                                const float *gradient, size_t row, const float *prepared,
                                float *in_gradient);

    /* out[sample][r] = bias[r] + sum of weights[r][c] * in[sample][c]; columns in 16s. */
    void (*dense_forward)(unsigned samples, unsigned rows, unsigned columns, const float *weights,
                          const float *bias, const float *in, float *out);

    /* in_gradient[sample][c] = sum of weights[r][c] * gradient[sample][r], r in order. */
    void (*dense_input_gradient)(unsigned samples, unsigned rows, unsigned columns,
                                 const float *weights, const float *gradient, float *in_gradient);

    /* weights[r][c] = sum of gradients[i][r] * ins[i][c] over all samples i in order. `columns`, in
     * 16s, are some of the layer's; rows of the result follow each other without a gap. */
    void (*dense_weight_gradient)(unsigned samples, unsigned rows, unsigned columns,
                                  const float *const *gradients, const float *const *ins,
                                  float *weights);

    /* velocity = momentum * velocity + gradient + decay * parameter, and the parameter goes `rate`
     * times that down. Velocities too small to matter become 0. Returns 0, or NaN once a parameter
     * is no finite number. */
    float (*descend)(size_t count, float *parameters, float *velocities, const float *gradient,
                     float rate, float momentum, float decay);
} LeatKernels;

extern const LeatKernels leat_kernels_portable;
#ifdef __x86_64__
extern const LeatKernels leat_kernels_avx2;
extern const LeatKernels leat_kernels_avx512;
#endif
#ifdef __aarch64__
extern const LeatKernels leat_kernels_neon;
#endif

/* The one in use. */
const LeatKernels *leat_kernels(void);

#endif
