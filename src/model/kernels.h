/* SPDX-License-Identifier: MIT */
/* The instruction sets that the network's arithmetic is built for. All of them give the same bits;
 * the best one that the processor has is taken unless a test chooses. */
#ifndef LEAT_MODEL_KERNELS_H
#define LEAT_MODEL_KERNELS_H

#include <stdbool.h>

typedef enum {
    LEAT_KERNELS_PORTABLE, /* plain C with fmaf */
    LEAT_KERNELS_NEON,
    LEAT_KERNELS_AVX2, /* with FMA */
    LEAT_KERNELS_AVX512,
    LEAT_KERNELS_LEVELS,
} LeatKernelsLevel;

/* "portable", "neon", "avx2", "avx512". Any thread. */
const char *leat_kernels_level_name(LeatKernelsLevel level);

/* True when this program has them and this processor can run them. Any thread. */
bool leat_kernels_available(LeatKernelsLevel level);

/* The level in use. Any thread. */
LeatKernelsLevel leat_kernels_level(void);

/* For tests: what follows in this process runs on this level. False when it is not available. Not
 * while a network computes. */
bool leat_kernels_select(LeatKernelsLevel level);

#endif
