/* SPDX-License-Identifier: MIT */
/* Convolutions of 16 input channels and more, forward, with pooling, for the instruction set of
 * kernels-vector.h: by Winograd's minimal filtering F(2x2, 3x3), as in Lavin and Gray, "Fast
 * Algorithms for Convolutional Neural Networks" (2016). The four pixels of a pooling window take 16
 * products of each input and output channel, where the plain sums take 36.
 *
 * The 4x4 pixels under a window become V = B'dB, 16 places; place by place these are multiplied
 * with the weights, which were brought into the same form when they were packed, and summed over
 * the input channels; Y = A'MA makes the window of the sums. Each lane is a channel of its own, so
 * that the width of a register changes no sum. */
#ifndef LEAT_MODEL_KERNELS_WINOGRAD_H
#define LEAT_MODEL_KERNELS_WINOGRAD_H

#include "model/kernels-internal.h"
#include "model/kernels-pool.h"
#include "model/kernels-vector.h"

enum {
    PLACES = LEAT_KERNELS_PLACES,
    /* Windows that are worked at together, so that weights are read once for all of them, and the
     * most floats that their places take for all input channels. */
    BAND = 16,
    BAND_FLOATS = BAND * PLACES * 32,
    /* Registers of output channels, and windows, whose sums are kept in registers. */
    GROUP_VECTORS = WIDTH == 16 ? 2 : 16 / WIDTH,
    GROUP_WINDOWS = REGISTERS == 32 ? 16 / GROUP_VECTORS : 8 / GROUP_VECTORS,
    GROUP_CHANNELS = GROUP_VECTORS * WIDTH,
};

/* B'dB of the 4x4 pixels at `in`; place k goes to `to` + k * stride. */
ALWAYS_INLINE void transform_window(const float *in, size_t row, const unsigned inputs, float *to,
                                    size_t stride)
{
    for (unsigned c = 0; c < inputs; c += WIDTH) {
        Vector rows[4][4];

        UNROLL for (size_t x = 0; x < 4; x++)
        {
            const float *column = in + x * inputs + c;
            const Vector a = load(column), b = load(column + row);
            const Vector d = load(column + 2 * row), e = load(column + 3 * row);

            rows[0][x] = subtract(a, d);
            rows[1][x] = add(b, d);
            rows[2][x] = subtract(d, b);
            rows[3][x] = subtract(b, e);
        }
        UNROLL for (size_t y = 0; y < 4; y++)
        {
            float *places = to + 4 * y * stride + c;

            store(places, subtract(rows[y][0], rows[y][2]));
            store(places + stride, add(rows[y][1], rows[y][2]));
            store(places + 2 * stride, subtract(rows[y][2], rows[y][1]));
            store(places + 3 * stride, subtract(rows[y][1], rows[y][3]));
        }
    }
}

/* The sums over the input channels in one place, for GROUP_WINDOWS windows and GROUP_CHANNELS
 * output channels. Windows are `inputs` floats apart; `block` floats further in the weights are the
 * next LEAT_KERNELS_BLOCK channels. */
ALWAYS_INLINE void multiply_group(const float *windows, const float *weights, size_t block,
                                  float *to, const unsigned inputs)
{
    Vector sums[GROUP_WINDOWS][GROUP_VECTORS];

    UNROLL for (size_t i = 0; i < (size_t)GROUP_WINDOWS * GROUP_VECTORS; i++)
    {
        sums[i / GROUP_VECTORS][i % GROUP_VECTORS] = spread(0);
    }
    NO_UNROLL for (unsigned c = 0; c < inputs; c++, windows++, weights += LEAT_KERNELS_BLOCK)
    {
        Vector factors[GROUP_VECTORS];

        UNROLL for (size_t v = 0; v < GROUP_VECTORS; v++)
        {
            factors[v] = load(weights + v * WIDTH / LEAT_KERNELS_BLOCK * block +
                              v * WIDTH % LEAT_KERNELS_BLOCK);
        }
        UNROLL for (size_t i = 0; i < GROUP_WINDOWS; i++)
        {
            const Vector pixel = spread(windows[i * inputs]);

            UNROLL for (size_t v = 0; v < GROUP_VECTORS; v++)
            {
                sums[i][v] = multiply_add(factors[v], pixel, sums[i][v]);
            }
        }
    }
    UNROLL for (size_t i = 0; i < GROUP_WINDOWS; i++)
    {
        UNROLL for (size_t v = 0; v < GROUP_VECTORS; v++)
        {
            store(to + i * PLACES * GROUP_CHANNELS + v * WIDTH, sums[i][v]);
        }
    }
}

/* The pooled pixel of a window's sums: A'MA, bias, ReLU and the largest. */
ALWAYS_INLINE Vector finish_window(const float *sums, Vector bias, unsigned channel,
                                   LeatWinners *winners)
{
    Vector left[4], right[4], window[4];

    UNROLL for (size_t y = 0; y < 4; y++)
    {
        const float *places = sums + 4 * y * GROUP_CHANNELS;
        const Vector b = load(places + GROUP_CHANNELS),
                     c = load(places + (size_t)2 * GROUP_CHANNELS);

        left[y] = add(add(load(places), b), c);
        right[y] = subtract(subtract(b, c), load(places + (size_t)3 * GROUP_CHANNELS));
    }
    window[0] = add(add(add(left[0], left[1]), left[2]), bias);
    window[1] = add(add(add(right[0], right[1]), right[2]), bias);
    window[2] = add(subtract(subtract(left[1], left[2]), left[3]), bias);
    window[3] = add(subtract(subtract(right[1], right[2]), right[3]), bias);
    return pool(window, channel, winners);
}

/* `out` and `winners` are those of the band's first window, and `edge` windows are a row of it. */
ALWAYS_INLINE void forward_band(const LeatConv *conv, const float *windows, const float *packed,
                                const float *bias, float *out, size_t out_row, LeatWinners *winners,
                                const unsigned inputs, const size_t edge)
{
    const size_t block = (size_t)PLACES * inputs * LEAT_KERNELS_BLOCK;
    _Alignas(64) float sums[BAND * PLACES * GROUP_CHANNELS];

    for (size_t channel = 0; channel < conv->outputs; channel += GROUP_CHANNELS) {
        for (size_t place = 0; place < PLACES; place++)
            for (size_t i = 0; i < BAND; i += GROUP_WINDOWS)
                multiply_group(windows + (place * BAND + i) * inputs,
                               packed + channel / LEAT_KERNELS_BLOCK * block +
                                   place * inputs * LEAT_KERNELS_BLOCK,
                               block, sums + (i * PLACES + place) * GROUP_CHANNELS, inputs);
        for (size_t i = 0; i < BAND; i++)
            UNROLL for (size_t v = 0; v < GROUP_CHANNELS; v += WIDTH)
            {
                store(out + i / edge * out_row + i % edge * conv->outputs + channel + v,
                      finish_window(sums + i * PLACES * GROUP_CHANNELS + v,
                                    load(bias + channel + v), (unsigned)(channel + v),
                                    winners ? &winners[i] : NULL));
            }
    }
}

ALWAYS_INLINE void winograd_forward(const LeatConv *conv, const float *in, const float *packed,
                                    const float *bias, float *out, size_t out_row,
                                    LeatWinners *winners, const unsigned inputs, const size_t edge)
{
    const size_t rows = BAND / edge;
    const size_t row = (size_t)(conv->edge + 2) * inputs;
    _Alignas(64) float windows[BAND_FLOATS];

    for (size_t y = 0; y < edge; y += rows) {
        for (size_t i = 0; i < BAND; i++)
            transform_window(in + 2 * (y + i / edge) * row + 2 * (i % edge) * inputs, row, inputs,
                             windows + i * inputs, (size_t)BAND * inputs);
        forward_band(conv, windows, packed, bias, out + y * out_row, out_row,
                     winners ? winners + y * edge : NULL, inputs, edge);
    }
}

#endif
