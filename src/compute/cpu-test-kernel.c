/* SPDX-License-Identifier: MIT */
#include "compute/cpu-test-kernel.h"

#include "base/random.h"

#include <string.h>

#define GAMMA LEAT_RANDOM_GAMMA

/* The bits of 1.0: with 52 random bits below them, a double in [1, 2). */
#define ONE UINT64_C(0x3ff0000000000000)

/* The bits of the product of the elements at states `x` and `y`. */
static uint64_t multiply(uint64_t x, uint64_t y)
{
    uint64_t a_bits = leat_random_mix(x) >> 12 | ONE, b_bits = leat_random_mix(y) >> 12 | ONE, bits;
    double a, b, product;

    memcpy(&a, &a_bits, sizeof a);
    memcpy(&b, &b_bits, sizeof b);
    product = (a - 1.0) * (b - 1.0);
    memcpy(&bits, &product, sizeof bits);
    return bits;
}

typedef uint64_t (*RowFunc)(uint64_t x, uint64_t y, uint32_t size);

/* Defines NAME(x, y, size): the sum of a row's product bits, where `x` and `y` are the states of
 * its first elements. LANES 64-bit lanes must be one register of the instruction set: wider vectors
 * are cut up by way of the stack, and take three times as long (gcc 12). Casts between vectors keep
 * the bits. */
#define DEFINE_ROW(NAME, LANES, TARGET)                                                  \
    TARGET static uint64_t NAME(uint64_t x, uint64_t y, uint32_t size)                   \
    {                                                                                    \
        typedef uint64_t Words __attribute__((vector_size((LANES) * sizeof(uint64_t)))); \
        typedef double Reals __attribute__((vector_size((LANES) * sizeof(double))));     \
        Words xs = {0}, ys = {0}, sums = {0};                                            \
        uint64_t sum = 0;                                                                \
        uint32_t i = 0;                                                                  \
                                                                                         \
        for (uint32_t lane = 0; lane < (LANES); lane++) {                                \
            xs[lane] = x + lane * GAMMA;                                                 \
            ys[lane] = y + lane * GAMMA;                                                 \
        }                                                                                \
        for (; i + (LANES) <= size; i += (LANES)) {                                      \
            Words a = xs, b = ys;                                                        \
                                                                                         \
            a = (a ^ a >> 30) * LEAT_RANDOM_MIX_1;                                       \
            b = (b ^ b >> 30) * LEAT_RANDOM_MIX_1;                                       \
            a = (a ^ a >> 27) * LEAT_RANDOM_MIX_2;                                       \
            b = (b ^ b >> 27) * LEAT_RANDOM_MIX_2;                                       \
            a = (a ^ a >> 31) >> 12 | ONE;                                               \
            b = (b ^ b >> 31) >> 12 | ONE;                                               \
            sums += (Words)(((Reals)a - 1.0) * ((Reals)b - 1.0));                        \
            xs += (LANES)*GAMMA;                                                         \
            ys += (LANES)*GAMMA;                                                         \
        }                                                                                \
        for (uint32_t lane = 0; lane < (LANES); lane++)                                  \
            sum += sums[lane];                                                           \
        for (; i < size; i++)                                                            \
            sum += multiply(x + i * GAMMA, y + i * GAMMA);                               \
        return sum;                                                                      \
    }

DEFINE_ROW(row_baseline, 2, )
#ifdef __x86_64__
DEFINE_ROW(row_avx2, 4, __attribute__((target("avx2"))))
DEFINE_ROW(row_avx512, 8, __attribute__((target("avx512f,avx512dq"))))
#endif

/* NULL when this processor lacks it. */
static RowFunc row_func(LeatCpuTestIsa isa)
{
    if (isa == LEAT_CPU_TEST_BASELINE)
        return row_baseline;
#ifdef __x86_64__
    __builtin_cpu_init();
    if (isa == LEAT_CPU_TEST_AVX2 && __builtin_cpu_supports("avx2"))
        return row_avx2;
    if (isa == LEAT_CPU_TEST_AVX512 && __builtin_cpu_supports("avx512f") &&
        __builtin_cpu_supports("avx512dq"))
        return row_avx512;
#endif
    return NULL;
}

uint64_t leat_cpu_test_combine(uint64_t checksum, uint64_t value)
{
    return leat_random_mix(checksum + GAMMA + value);
}

static uint64_t round_with(RowFunc sum, uint64_t seed, uint64_t unit, uint64_t round, uint32_t size)
{
    uint64_t x = leat_random_start(seed, unit, 2 * round) + GAMMA;
    uint64_t y = leat_random_start(seed, unit, 2 * round + 1) + GAMMA;
    uint64_t checksum = 0;

    for (uint32_t row = 0; row < size; row++) {
        checksum = leat_cpu_test_combine(checksum, sum(x, y, size));
        x += size * GAMMA;
        y += size * GAMMA;
    }
    return checksum;
}

uint64_t leat_cpu_test_round(uint64_t seed, uint64_t unit, uint64_t round, uint32_t size)
{
    RowFunc best = row_func(LEAT_CPU_TEST_AVX512);

    if (!best)
        best = row_func(LEAT_CPU_TEST_AVX2);
    if (!best)
        best = row_func(LEAT_CPU_TEST_BASELINE);
    return round_with(best, seed, unit, round, size);
}

uint64_t leat_cpu_test_round_on(LeatCpuTestIsa isa, uint64_t seed, uint64_t unit, uint64_t round,
                                uint32_t size, bool *done)
{
    RowFunc row = row_func(isa);

    *done = row != NULL;
    return row ? round_with(row, seed, unit, round, size) : 0;
}
