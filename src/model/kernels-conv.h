/* SPDX-License-Identifier: MIT */
/* Convolutions with pooling, for the instruction set of kernels-vector.h.
 *
 * Forward, a tile of windows and channels stays in registers from the first product to the pooled
 * pixel. Backward, the pooling leaves at most one pixel in four with a gradient: only these are
 * computed with, which is four to eight times less than a convolution over all of them. Each lane
 * is a channel of its own, so that the width of a register changes no sum. */
#ifndef LEAT_MODEL_KERNELS_CONV_H
#define LEAT_MODEL_KERNELS_CONV_H

#include "model/kernels-internal.h"
#include "model/kernels-vector.h"

#include <string.h>

/* The most registers of sums in a forward tile, and the pixels of a row of windows it has. */
enum { TILE_VECTORS = WIDTH == 16 ? 2 : 16 / WIDTH, TILE_SUMS = REGISTERS == 32 ? 16 : 8 };

/* ReLU and pooling of a window's four sums in one register of channels, which start at bit
 * `channel` of the winners. */
ALWAYS_INLINE Vector pool(Vector a, Vector b, Vector c, Vector d, unsigned channel,
                          LeatWinners *winners)
{
    const Mask upper_right = is_greater(b, a), lower_right = is_greater(d, c);
    const Vector upper = choose(upper_right, b, a), below = choose(lower_right, d, c);
    const Mask lower = is_greater(below, upper);
    const Vector best = choose(lower, below, upper);

    winners->alive |= mask_bits(is_greater(best, spread(0))) << channel;
    winners->right |= mask_bits(choose_mask(lower, lower_right, upper_right)) << channel;
    winners->lower |= mask_bits(lower) << channel;
    return choose(is_greater(spread(0), best), spread(0), best);
}

/* `windows` windows side by side from pooled pixel (x, y) on, `vectors` registers of channels. */
ALWAYS_INLINE void forward_tile(const LeatConv *conv, const float *in, const float *packed,
                                const float *bias, float *out, LeatWinners *winners,
                                unsigned channel, unsigned x, unsigned y, const unsigned inputs,
                                const unsigned vectors, const unsigned windows)
{
    const size_t row = (size_t)(conv->edge + 2) * inputs;
    const size_t block = (size_t)9 * inputs * LEAT_KERNELS_BLOCK;
    const unsigned columns = 2 * windows;
    Vector sums[2][8][4];

    UNROLL for (size_t v = 0; v < vectors; v++)
    {
        const Vector start = load(bias + channel + v * WIDTH);

        UNROLL for (unsigned i = 0; i < columns; i++)
        {
            sums[0][i][v] = start;
            sums[1][i][v] = start;
        }
    }
    for (unsigned ky = 0; ky < 3; ky++) {
        const float *pixels = in + (2 * y + ky) * row + (size_t)2 * x * inputs;
        const float *weights = packed + channel / LEAT_KERNELS_BLOCK * block +
                               (size_t)ky * 3 * inputs * LEAT_KERNELS_BLOCK;

        /* Three pixels of a row are neighbours in memory, as are their weights. */
        for (unsigned i = 0; i < 3 * inputs; i++, pixels++, weights += LEAT_KERNELS_BLOCK) {
            Vector factors[4];

            UNROLL for (size_t v = 0; v < vectors; v++)
            {
                factors[v] = load(weights + v * WIDTH / LEAT_KERNELS_BLOCK * block +
                                  v * WIDTH % LEAT_KERNELS_BLOCK);
            }
            UNROLL for (size_t j = 0; j < columns; j++)
            {
                const Vector upper = spread(pixels[j * inputs]);
                const Vector lower = spread(pixels[row + j * inputs]);

                UNROLL for (size_t v = 0; v < vectors; v++)
                {
                    sums[0][j][v] = multiply_add(factors[v], upper, sums[0][j][v]);
                    sums[1][j][v] = multiply_add(factors[v], lower, sums[1][j][v]);
                }
            }
        }
    }
    UNROLL for (size_t i = 0; i < windows; i++)
    {
        LeatWinners found = {0};

        if (channel != 0)
            found = winners[i];
        UNROLL for (size_t v = 0; v < vectors; v++)
        {
            store(out + i * conv->outputs + v * WIDTH,
                  pool(sums[0][2 * i][v], sums[0][2 * i + 1][v], sums[1][2 * i][v],
                       sums[1][2 * i + 1][v], channel + (unsigned)v * WIDTH, &found));
        }
        winners[i] = found;
    }
}

ALWAYS_INLINE void forward(const LeatConv *conv, const float *in, const float *packed,
                           const float *bias, float *out, size_t out_row, LeatWinners *winners,
                           const unsigned inputs, const unsigned vectors)
{
    const unsigned windows = TILE_SUMS / 4 / vectors, edge = conv->edge / 2;

    for (unsigned channel = 0; channel < conv->outputs; channel += vectors * WIDTH)
        for (unsigned y = 0; y < edge; y++)
            for (unsigned x = 0; x < edge; x += windows)
                forward_tile(
                    conv, in, packed, bias, out + y * out_row + (size_t)x * conv->outputs + channel,
                    winners + (size_t)y * edge + x, channel, x, y, inputs, vectors, windows);
}

static inline void conv_forward(const LeatConv *conv, const float *in, const float *packed,
                                const float *bias, float *out, size_t out_row, LeatWinners *winners)
{
    if (conv->inputs == 3)
        forward(conv, in, packed, bias, out, out_row, winners, 3, LEAT_KERNELS_BLOCK / WIDTH);
    else if (conv->inputs == 16)
        forward(conv, in, packed, bias, out, out_row, winners, 16, TILE_VECTORS);
    else
        forward(conv, in, packed, bias, out, out_row, winners, conv->inputs, TILE_VECTORS);
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
