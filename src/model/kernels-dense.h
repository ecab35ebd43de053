/* SPDX-License-Identifier: MIT */
/* Dense layers and the descent, for the instruction set of kernels-vector.h. */
#ifndef LEAT_MODEL_KERNELS_DENSE_H
#define LEAT_MODEL_KERNELS_DENSE_H

#include "model/kernels-internal.h"
#include "model/kernels-vector.h"

/* Smaller velocities are taken for 0: they would become subnormal numbers, which are slow. */
#define LEAST_VELOCITY 1e-30F

/* The columns that stay in the first cache while all rows go by. */
enum { CHUNK = 512 };

/* The lanes of a sum, added in halves. */
static inline float add_lanes(float *lanes)
{
    for (int half = LEAT_KERNELS_LANES / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++)
            lanes[i] += lanes[i + half];
    return lanes[0];
}

/* The lanes of the sums, for each row and sample. */
typedef float Lanes[LEAT_KERNELS_SAMPLES][LEAT_KERNELS_LANES];

/* Adds what `count` columns give to the sums of `rows` rows. */
ALWAYS_INLINE void forward_rows(unsigned columns, unsigned count, const float *weights,
                                const float *in, Lanes *lanes, const unsigned samples,
                                const unsigned rows)
{
    for (unsigned part = 0; part < LEAT_KERNELS_LANES; part += WIDTH) {
        Vector sums[8][LEAT_KERNELS_SAMPLES];

        UNROLL for (unsigned r = 0; r < rows; r++)
        {
            UNROLL for (unsigned i = 0; i < samples; i++)
            {
                sums[r][i] = load(lanes[r][i] + part);
            }
        }
        for (unsigned c = part; c < count; c += LEAT_KERNELS_LANES) {
            Vector factors[LEAT_KERNELS_SAMPLES];

            UNROLL for (unsigned i = 0; i < samples; i++)
            {
                factors[i] = load(in + (size_t)i * columns + c);
            }
            UNROLL for (unsigned r = 0; r < rows; r++)
            {
                const Vector weight = load(weights + (size_t)r * columns + c);

                UNROLL for (unsigned i = 0; i < samples; i++)
                {
                    sums[r][i] = multiply_add(weight, factors[i], sums[r][i]);
                }
            }
        }
        UNROLL for (unsigned r = 0; r < rows; r++)
        {
            UNROLL for (unsigned i = 0; i < samples; i++)
            {
                store(lanes[r][i] + part, sums[r][i]);
            }
        }
    }
}

ALWAYS_INLINE void forward_samples(unsigned rows, unsigned columns, const float *weights,
                                   const float *bias, const float *in, float *out,
                                   const unsigned samples, const unsigned step)
{
    Lanes lanes[LEAT_KERNELS_ROWS];

    for (unsigned r = 0; r < rows; r++)
        for (unsigned i = 0; i < samples; i++)
            for (unsigned lane = 0; lane < LEAT_KERNELS_LANES; lane++)
                lanes[r][i][lane] = 0;
    for (unsigned c = 0; c < columns; c += CHUNK) {
        const unsigned count = columns - c < CHUNK ? columns - c : CHUNK;
        unsigned r = 0;

        for (; r + step <= rows; r += step)
            forward_rows(columns, count, weights + (size_t)r * columns + c, in + c, &lanes[r],
                         samples, step);
        for (; r < rows; r++)
            forward_rows(columns, count, weights + (size_t)r * columns + c, in + c, &lanes[r],
                         samples, 1);
    }
    for (unsigned r = 0; r < rows; r++)
        for (unsigned i = 0; i < samples; i++)
            out[(size_t)i * rows + r] = bias[r] + add_lanes(lanes[r][i]);
}

static inline void dense_forward(unsigned samples, unsigned rows, unsigned columns,
                                 const float *weights, const float *bias, const float *in,
                                 float *out)
{
    enum { STEP = REGISTERS == 32 ? 4 : 2 };

    switch (samples) {
    case 4:
        forward_samples(rows, columns, weights, bias, in, out, 4, STEP);
        break;
    case 3:
        forward_samples(rows, columns, weights, bias, in, out, 3, STEP);
        break;
    case 2:
        forward_samples(rows, columns, weights, bias, in, out, 2, 4);
        break;
    case 1:
        forward_samples(rows, columns, weights, bias, in, out, 1, 8);
        break;
    default:
        break;
    }
}

ALWAYS_INLINE void add_rows(unsigned columns, unsigned count, const float *weights,
                            const float *gradient, unsigned gradient_stride, float *in_gradient,
                            const unsigned samples, const unsigned rows)
{
    Vector factors[4][LEAT_KERNELS_SAMPLES];

    UNROLL for (unsigned r = 0; r < rows; r++)
    {
        UNROLL for (unsigned i = 0; i < samples; i++)
        {
            factors[r][i] = spread(gradient[(size_t)i * gradient_stride + r]);
        }
    }
    for (unsigned c = 0; c < count; c += WIDTH) {
        Vector sums[LEAT_KERNELS_SAMPLES];

        UNROLL for (unsigned i = 0; i < samples; i++)
        {
            sums[i] = load(in_gradient + (size_t)i * columns + c);
        }
        UNROLL for (unsigned r = 0; r < rows; r++)
        {
            const Vector weight = load(weights + (size_t)r * columns + c);

            UNROLL for (unsigned i = 0; i < samples; i++)
            {
                sums[i] = multiply_add(weight, factors[r][i], sums[i]);
            }
        }
        UNROLL for (unsigned i = 0; i < samples; i++)
        {
            store(in_gradient + (size_t)i * columns + c, sums[i]);
        }
    }
}

ALWAYS_INLINE void input_gradient_samples(unsigned rows, unsigned columns, const float *weights,
                                          const float *gradient, float *in_gradient,
                                          const unsigned samples)
{
    enum { STEP = REGISTERS == 32 ? 4 : 2 };

    for (unsigned i = 0; i < samples * columns; i += WIDTH)
        store(in_gradient + i, spread(0));
    for (unsigned c = 0; c < columns; c += CHUNK) {
        const unsigned count = columns - c < CHUNK ? columns - c : CHUNK;
        unsigned r = 0;

        for (; r + STEP <= rows; r += STEP)
            add_rows(columns, count, weights + (size_t)r * columns + c, gradient + r, rows,
                     in_gradient + c, samples, STEP);
        for (; r < rows; r++)
            add_rows(columns, count, weights + (size_t)r * columns + c, gradient + r, rows,
                     in_gradient + c, samples, 1);
    }
}

static inline void dense_input_gradient(unsigned samples, unsigned rows, unsigned columns,
                                        const float *weights, const float *gradient,
                                        float *in_gradient)
{
    switch (samples) {
    case 4:
        input_gradient_samples(rows, columns, weights, gradient, in_gradient, 4);
        break;
    case 3:
        input_gradient_samples(rows, columns, weights, gradient, in_gradient, 3);
        break;
    case 2:
        input_gradient_samples(rows, columns, weights, gradient, in_gradient, 2);
        break;
    case 1:
        input_gradient_samples(rows, columns, weights, gradient, in_gradient, 1);
        break;
    default:
        break;
    }
}

ALWAYS_INLINE void weight_gradient_tile(unsigned samples, unsigned columns,
                                        const float *const *gradients, const float *const *ins,
                                        unsigned row, unsigned column, float *weights,
                                        const unsigned rows, const unsigned vectors)
{
    Vector sums[4][4];

    UNROLL for (unsigned i = 0; i < rows * vectors; i++)
    {
        sums[i / vectors][i % vectors] = spread(0);
    }
    for (unsigned i = 0; i < samples; i++) {
        Vector factors[4];

        UNROLL for (unsigned v = 0; v < vectors; v++)
        {
            factors[v] = load(ins[i] + column + (size_t)v * WIDTH);
        }
        UNROLL for (unsigned r = 0; r < rows; r++)
        {
            const Vector gradient = spread(gradients[i][row + r]);

            UNROLL for (unsigned v = 0; v < vectors; v++)
            {
                sums[r][v] = multiply_add(factors[v], gradient, sums[r][v]);
            }
        }
    }
    UNROLL for (unsigned r = 0; r < rows; r++)
    {
        UNROLL for (unsigned v = 0; v < vectors; v++)
        {
            store(weights + (size_t)(row + r) * columns + column + (size_t)v * WIDTH, sums[r][v]);
        }
    }
}

static inline void dense_weight_gradient(unsigned samples, unsigned rows, unsigned columns,
                                         const float *const *gradients, const float *const *ins,
                                         float *weights)
{
    enum { ROWS = REGISTERS == 32 ? 4 : 2, VECTORS = WIDTH == 16 ? 2 : 16 / WIDTH };
    enum { COLUMNS = VECTORS * WIDTH };
    unsigned c = 0;

    for (; c + COLUMNS <= columns; c += COLUMNS) {
        unsigned r = 0;

        for (; r + ROWS <= rows; r += ROWS)
            weight_gradient_tile(samples, columns, gradients, ins, r, c, weights, ROWS, VECTORS);
        for (; r < rows; r++)
            weight_gradient_tile(samples, columns, gradients, ins, r, c, weights, 1, VECTORS);
    }
    for (; c < columns; c += WIDTH)
        for (unsigned r = 0; r < rows; r++)
            weight_gradient_tile(samples, columns, gradients, ins, r, c, weights, 1, 1);
}

static inline float descend(size_t count, float *parameters, float *velocities,
                            const float *gradient, float rate, float momentum, float decay)
{
    const Vector down = spread(-rate), keep = spread(momentum), pull = spread(decay);
    const Vector zero = spread(0), least = spread(LEAST_VELOCITY), most = spread(-LEAST_VELOCITY);
    Vector proof = zero;
    float lanes[WIDTH], sum = 0;
    size_t i = 0;

    for (; i + WIDTH <= count; i += WIDTH) {
        Vector parameter = load(parameters + i), velocity = load(velocities + i);

        velocity = multiply_add(velocity, keep, multiply_add(parameter, pull, load(gradient + i)));
        velocity = choose(is_greater(least, velocity),
                          choose(is_greater(velocity, most), zero, velocity), velocity);
        parameter = multiply_add(velocity, down, parameter);
        proof = multiply_add(parameter, zero, proof);
        store(velocities + i, velocity);
        store(parameters + i, parameter);
    }
    store(lanes, proof);
    for (int lane = 0; lane < WIDTH; lane++)
        sum += lanes[lane];
    for (; i < count; i++) {
        const float pulled = __builtin_fmaf(parameters[i], decay, gradient[i]);
        const float velocity = __builtin_fmaf(velocities[i], momentum, pulled);

        velocities[i] = velocity < LEAST_VELOCITY && velocity > -LEAST_VELOCITY ? 0.0F : velocity;
        parameters[i] = __builtin_fmaf(velocities[i], -rate, parameters[i]);
        sum = __builtin_fmaf(parameters[i], 0.0F, sum);
    }
    return sum;
}

#endif
