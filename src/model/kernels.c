/* SPDX-License-Identifier: MIT */
#include "model/kernels.h"

#include "model/kernels-internal.h"

#include <stdatomic.h>
#include <stddef.h>

/* What a test has chosen; LEAT_KERNELS_LEVELS: nothing. It never changes a result. */
static atomic_int selected = LEAT_KERNELS_LEVELS;

static const LeatKernels *table_of(LeatKernelsLevel level)
{
    switch (level) {
    case LEAT_KERNELS_PORTABLE:
        return &leat_kernels_portable;
#ifdef __aarch64__
    case LEAT_KERNELS_NEON:
        return &leat_kernels_neon;
#endif
#ifdef __x86_64__
    case LEAT_KERNELS_AVX2:
        return &leat_kernels_avx2;
    case LEAT_KERNELS_AVX512:
        return &leat_kernels_avx512;
#endif
    default:
        return NULL;
    }
}

/* Whether the processor and the system can run a level that the program has. */
static bool can_run(LeatKernelsLevel level)
{
#ifdef __x86_64__
    __builtin_cpu_init();
    if (level == LEAT_KERNELS_AVX2)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (level == LEAT_KERNELS_AVX512)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
               __builtin_cpu_supports("fma");
#endif
    return true;
}

const char *leat_kernels_level_name(LeatKernelsLevel level)
{
    static const char *const names[] = {"portable", "neon", "avx2", "avx512"};

    return names[level];
}

bool leat_kernels_available(LeatKernelsLevel level)
{
    return table_of(level) && can_run(level);
}

LeatKernelsLevel leat_kernels_level(void)
{
    const int chosen = atomic_load(&selected);

    if (chosen != LEAT_KERNELS_LEVELS)
        return (LeatKernelsLevel)chosen;
    for (int level = LEAT_KERNELS_LEVELS - 1; level > LEAT_KERNELS_PORTABLE; level--)
        if (leat_kernels_available((LeatKernelsLevel)level))
            return (LeatKernelsLevel)level;
    return LEAT_KERNELS_PORTABLE;
}

bool leat_kernels_select(LeatKernelsLevel level)
{
    if (!leat_kernels_available(level))
        return false;
    atomic_store(&selected, (int)level);
    return true;
}

const LeatKernels *leat_kernels(void)
{
    return table_of(leat_kernels_level());
}
