/* SPDX-License-Identifier: MIT */
/* The arithmetic of the CPU test: one round multiplies two random matrices element by element and
 * sums up the products' bits.
 *
 * The elements are uniform in [0, 1), 52 bits each, and come from a counter: element i of a matrix
 * is the i-th output of SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number
 * generators", OOPSLA 2014) from a start that seed, unit, round and matrix decide. So any element
 * can be made without those before it, on any number of lanes.
 *
 * The product of two doubles is rounded exactly (IEEE 754), and its bits are summed as integers, so
 * that the sum does not depend on instruction set, vector width or order. The rows' sums are then
 * combined in order, so that an element in a wrong row is seen too.
 *
 * Any thread; no state. */
#ifndef LEAT_COMPUTE_CPU_TEST_KERNEL_H
#define LEAT_COMPUTE_CPU_TEST_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

/* The checksum of one round over `size` x `size` matrices. */
uint64_t leat_cpu_test_round(uint64_t seed, uint64_t unit, uint64_t round, uint32_t size);

/* Takes `value` into `checksum`; the order of calls matters. */
uint64_t leat_cpu_test_combine(uint64_t checksum, uint64_t value);

typedef enum {
    LEAT_CPU_TEST_BASELINE, /* what every processor of this kind has */
    LEAT_CPU_TEST_AVX2,
    LEAT_CPU_TEST_AVX512,
    LEAT_CPU_TEST_ISAS,
} LeatCpuTestIsa;

/* As leat_cpu_test_round, on this instruction set; `done` false when the processor lacks it. */
uint64_t leat_cpu_test_round_on(LeatCpuTestIsa isa, uint64_t seed, uint64_t unit, uint64_t round,
                                uint32_t size, bool *done);

#endif
