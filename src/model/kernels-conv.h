/* SPDX-License-Identifier: MIT */
/* The first convolution forward, and all of them backward, for the instruction set of
 * kernels-vector.h.
 *
 * Forward, windows and channels stay in registers from the first product to the pooled pixel.
 * Backward, the pooling leaves at most one pixel in four with a gradient: only these are computed
 * with, which is four to eight times less than a convolution over all of them. Each lane is a
 * channel of its own, so that the width of a register changes no sum. */
#ifndef LEAT_MODEL_KERNELS_CONV_H
#define LEAT_MODEL_KERNELS_CONV_H

#include "model/kernels-internal.h"
#include "model/kernels-pool.h"
#include "model/kernels-vector.h"
#include "model/kernels-winograd.h"

/* Registers of output channels, and windows side by side, whose sums the first convolution keeps in
 * registers. */
enum {
    FIRST_INPUTS = 3,
    TILE_VECTORS = LEAT_KERNELS_BLOCK / WIDTH,
    TILE_WINDOWS = (REGISTERS == 32 ? 16 : 8) / 4 / TILE_VECTORS,
    TILE_COLUMNS = 2 * TILE_WINDOWS,
};

/* TILE_WINDOWS windows and LEAT_KERNELS_BLOCK channels from `channel` on; `in`, `weights`, `out`
 * and `winners` begin there. */
ALWAYS_INLINE void forward_tile(const LeatConv *conv, const float *in, const float *weights,
                                const float *bias, float *out, LeatWinners *winners,
                                unsigned channel)
{
    const size_t row = (size_t)(conv->edge + 2) * FIRST_INPUTS;
    Vector sums[2][TILE_COLUMNS][TILE_VECTORS];

    UNROLL for (size_t v = 0; v < TILE_VECTORS; v++)
    {
        const Vector start = load(bias + channel + v * WIDTH);

        UNROLL for (size_t j = 0; j < TILE_COLUMNS; j++)
        {
            sums[0][j][v] = start;
            sums[1][j][v] = start;
        }
    }
    for (unsigned ky = 0; ky < 3; ky++) {
        const float *pixels = in + ky * row;

        /* Three pixels of a row are neighbours in memory, as are their weights. */
        for (unsigned i = 0; i < 3 * FIRST_INPUTS; i++, pixels++, weights += LEAT_KERNELS_BLOCK) {
            Vector factors[TILE_VECTORS];

            UNROLL for (size_t v = 0; v < TILE_VECTORS; v++)
            {
                factors[v] = load(weights + v * WIDTH);
            }
            UNROLL for (size_t j = 0; j < TILE_COLUMNS; j++)
            {
                const Vector upper = spread(pixels[j * FIRST_INPUTS]);
                const Vector lower = spread(pixels[row + j * FIRST_INPUTS]);

                UNROLL for (size_t v = 0; v < TILE_VECTORS; v++)
                {
                    sums[0][j][v] = multiply_add(factors[v], upper, sums[0][j][v]);
                    sums[1][j][v] = multiply_add(factors[v], lower, sums[1][j][v]);
                }
            }
        }
    }
    UNROLL for (size_t i = 0; i < TILE_WINDOWS; i++)
    {
        UNROLL for (size_t v = 0; v < TILE_VECTORS; v++)
        {
            const Vector window[4] = {sums[0][2 * i][v], sums[0][2 * i + 1][v], sums[1][2 * i][v],
                                      sums[1][2 * i + 1][v]};

            store(out + i * conv->outputs + v * WIDTH,
                  pool(window, channel + (unsigned)v * WIDTH, winners ? &winners[i] : NULL));
        }
    }
}

static inline void first_forward(const LeatConv *conv, const float *in, const float *packed,
                                 const float *bias, float *out, size_t out_row,
                                 LeatWinners *winners)
{
    const size_t row = (size_t)(conv->edge + 2) * FIRST_INPUTS, edge = conv->edge / 2;

    for (unsigned channel = 0; channel < conv->outputs; channel += LEAT_KERNELS_BLOCK)
        for (size_t y = 0; y < edge; y++)
            for (size_t x = 0; x < edge; x += TILE_WINDOWS)
                forward_tile(conv, in + 2 * y * row + 2 * x * FIRST_INPUTS,
                             packed + (size_t)9 * FIRST_INPUTS * channel, bias,
                             out + y * out_row + x * conv->outputs + channel,
                             winners ? winners + y * edge + x : NULL, channel);
}

static inline void conv_forward(const LeatConv *conv, const float *in, const float *packed,
                                const float *bias, float *out, size_t out_row, LeatWinners *winners)
{
    if (conv->inputs == FIRST_INPUTS)
        first_forward(conv, in, packed, bias, out, out_row, winners);
    else if (conv->inputs == 16)
        winograd_forward(conv, in, packed, bias, out, out_row, winners, 16, 16);
    else
        winograd_forward(conv, in, packed, bias, out, out_row, winners, 32, 8);
}

/* A kernel's row is nine floats side by side; what the lanes behind them add up is thrown away. Two
 * sums take turns, since one would wait for itself. */
static inline void first_weight_gradient(const LeatConv *conv, const float *in,
                                         const LeatRoute *routes, unsigned count, float *weights)
{
    enum { VECTORS = LEAT_KERNELS_BLOCK / WIDTH };
    static const float used[LEAT_KERNELS_BLOCK] = {1, 1, 1, 1, 1, 1, 1, 1, 1};
    const size_t row = (size_t)(conv->edge + 2) * 3;
    Vector sums[2][3][VECTORS];

    UNROLL for (int i = 0; i < 6 * VECTORS; i++)
    {
        sums[i / VECTORS / 3][i / VECTORS % 3][i % VECTORS] = spread(0);
    }
    for (unsigned i = 0; i < count; i += 2) {
        const LeatRoute *first = &routes[i];
        const LeatRoute *second = &routes[i + 1 < count ? i + 1 : i];
        const Vector a = spread(first->gradient);
        const Vector b = spread(i + 1 < count ? second->gradient : 0);

        UNROLL for (size_t ky = 0; ky < 3; ky++)
        {
            UNROLL for (size_t v = 0; v < VECTORS; v++)
            {
                sums[0][ky][v] = multiply_add(load(in + first->offset + ky * row + v * WIDTH), a,
                                              sums[0][ky][v]);
                sums[1][ky][v] = multiply_add(load(in + second->offset + ky * row + v * WIDTH), b,
                                              sums[1][ky][v]);
            }
        }
    }
    for (size_t ky = 0; ky < 3; ky++)
        for (size_t v = 0; v < VECTORS; v++) {
            float *to = weights + (size_t)ky * 9 + v * WIDTH;
            const Vector sum = multiply_add(sums[1][ky][v], spread(1), sums[0][ky][v]);

            store(to, multiply_add(sum, load(used + v * WIDTH), load(to)));
        }
}

ALWAYS_INLINE void weight_gradient(const float *in, size_t row, const LeatRoute *routes,
                                   unsigned count, float *weights, unsigned inputs,
                                   const unsigned vectors)
{
    Vector sums[9][2];

    UNROLL for (unsigned k = 0; k < 9; k++)
    {
        UNROLL for (size_t v = 0; v < vectors; v++)
        {
            sums[k][v] = load(weights + (size_t)k * inputs + v * WIDTH);
        }
    }
    for (unsigned i = 0; i < count; i++) {
        const float *corner = in + routes[i].offset;
        const Vector gradient = spread(routes[i].gradient);

        UNROLL for (unsigned k = 0; k < 9; k++)
        {
            UNROLL for (size_t v = 0; v < vectors; v++)
            {
                const float *pixels = corner + k / 3 * row + (size_t)(k % 3) * inputs + v * WIDTH;

                sums[k][v] = multiply_add(load(pixels), gradient, sums[k][v]);
            }
        }
    }
    UNROLL for (unsigned k = 0; k < 9; k++)
    {
        UNROLL for (size_t v = 0; v < vectors; v++)
        {
            store(weights + (size_t)k * inputs + v * WIDTH, sums[k][v]);
        }
    }
}

static inline void conv_weight_gradient(const LeatConv *conv, const float *in,
                                        const LeatRoute *routes, size_t stride,
                                        const unsigned *counts, float *weights)
{
    const size_t row = (size_t)(conv->edge + 2) * conv->inputs;
    const unsigned inputs = conv->inputs;

    for (unsigned channel = 0; channel < conv->outputs; channel++) {
        const LeatRoute *list = routes + channel * stride;
        float *sums = weights + (size_t)channel * 9 * inputs;
        unsigned c = 0;

        if (inputs == 3) {
            first_weight_gradient(conv, in, list, counts[channel], sums);
            continue;
        }
        if (REGISTERS == 32)
            for (; c + 2 * WIDTH <= inputs; c += 2 * WIDTH)
                weight_gradient(in + c, row, list, counts[channel], sums + c, inputs, 2);
        for (; c < inputs; c += WIDTH)
            weight_gradient(in + c, row, list, counts[channel], sums + c, inputs, 1);
    }
}

/* [inputs / WIDTH][outputs][9][WIDTH]: what conv_input_gradient reads one after the other. */
static inline void conv_prepare(const LeatConv *conv, const float *weights, float *prepared)
{
    for (unsigned c = 0; c < conv->inputs; c += WIDTH)
        for (size_t i = 0; i < (size_t)9 * conv->outputs; i++, prepared += WIDTH)
            store(prepared, load(weights + i * conv->inputs + c));
}

/* What the channels in `chosen` give to the 3x3 pixels at `to`. */
ALWAYS_INLINE void spread_gradient(uint64_t chosen, const float *gradient, const float *prepared,
                                   float *to, size_t row, unsigned inputs)
{
    Vector sums[9];

    if (chosen == 0)
        return;
    UNROLL for (unsigned k = 0; k < 9; k++)
    {
        sums[k] = load(to + k / 3 * row + (size_t)(k % 3) * inputs);
    }
    for (; chosen != 0; chosen &= chosen - 1) {
        const unsigned channel = (unsigned)__builtin_ctzll(chosen);
        const Vector factor = spread(gradient[channel]);
        const float *weights = prepared + (size_t)channel * 9 * WIDTH;

        UNROLL for (unsigned k = 0; k < 9; k++)
        {
            sums[k] = multiply_add(load(weights + (size_t)k * WIDTH), factor, sums[k]);
        }
    }
    UNROLL for (unsigned k = 0; k < 9; k++)
    {
        store(to + k / 3 * row + (size_t)(k % 3) * inputs, sums[k]);
    }
}

static inline void conv_input_gradient(const LeatConv *conv, const LeatWinners *winners,
                                       const float *gradient, size_t gradient_row,
                                       const float *prepared, float *in_gradient)
{
    const unsigned edge = conv->edge / 2, inputs = conv->inputs;
    const size_t row = (size_t)(conv->edge + 2) * inputs;

    for (unsigned c = 0; c < inputs; c += WIDTH, prepared += (size_t)9 * conv->outputs * WIDTH)
        for (unsigned y = 0; y < edge; y++)
            for (unsigned x = 0; x < edge; x++) {
                const LeatWinners won = winners[y * edge + x];
                const float *from = gradient + y * gradient_row + (size_t)x * conv->outputs;
                float *to = in_gradient + (size_t)2 * y * row + (size_t)2 * x * inputs + c;

                spread_gradient(won.alive & ~won.lower & ~won.right, from, prepared, to, row,
                                inputs);
                spread_gradient(won.alive & ~won.lower & won.right, from, prepared, to + inputs,
                                row, inputs);
                spread_gradient(won.alive & won.lower & ~won.right, from, prepared, to + row, row,
                                inputs);
                spread_gradient(won.alive & won.lower & won.right, from, prepared,
                                to + row + inputs, row, inputs);
            }
}

#endif
