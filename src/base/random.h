/* SPDX-License-Identifier: MIT */
/* Random numbers from a counter: number i of a stream is the i-th output of SplitMix64 (Steele,
 * Lea, Flood: "Fast splittable pseudorandom number generators", OOPSLA 2014) from a start that a
 * seed and two more words decide. So any number can be made without those before it, anywhere, in
 * any order. No state; any thread. */
#ifndef LEAT_BASE_RANDOM_H
#define LEAT_BASE_RANDOM_H

#include <stdint.h>

/* The step between two states, and the multipliers of the mixing function. */
#define LEAT_RANDOM_GAMMA UINT64_C(0x9e3779b97f4a7c15)
#define LEAT_RANDOM_MIX_1 UINT64_C(0xbf58476d1ce4e5b9)
#define LEAT_RANDOM_MIX_2 UINT64_C(0x94d049bb133111eb)

static inline uint64_t leat_random_mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * LEAT_RANDOM_MIX_1;
    z = (z ^ (z >> 27)) * LEAT_RANDOM_MIX_2;
    return z ^ (z >> 31);
}

/* The state before the first number of a stream. */
static inline uint64_t leat_random_start(uint64_t seed, uint64_t a, uint64_t b)
{
    return leat_random_mix(
        leat_random_mix(leat_random_mix(seed + LEAT_RANDOM_GAMMA) + a * LEAT_RANDOM_GAMMA) +
        b * LEAT_RANDOM_GAMMA);
}

/* Number `index`, from 0, of the stream that starts at `start`. */
static inline uint64_t leat_random_at(uint64_t start, uint64_t index)
{
    return leat_random_mix(start + (index + 1) * LEAT_RANDOM_GAMMA);
}

/* A whole number from 0 to `bound` - 1, at most 2^32; each as likely as the others, but for a part
 * in 2^32. */
static inline uint64_t leat_random_below(uint64_t number, uint64_t bound)
{
    return ((number >> 32) * bound) >> 32;
}

#endif
