/* SPDX-License-Identifier: MIT */
/* The CPU test: work that loads every core and gives the same checksum on each executor. A unit is
 * `rounds` elementwise products of two random `size` x `size` matrices (cpu-test-kernel.h). */
#ifndef LEAT_COMPUTE_CPU_TEST_H
#define LEAT_COMPUTE_CPU_TEST_H

#include "compute/executor.h"

#include <stdint.h>

#define LEAT_CPU_TEST_ROUNDS 1000
#define LEAT_CPU_TEST_SIZE 600
#define LEAT_CPU_TEST_UNITS_A_CORE 4

#define LEAT_CPU_TEST_MAX_ROUNDS 1000000000
#define LEAT_CPU_TEST_MAX_SIZE 65536
#define LEAT_CPU_TEST_MAX_UNITS 1000000

/* Also the shared input of the work kind. */
typedef struct {
    uint64_t seed;
    uint32_t rounds, size;
} LeatCpuTest;

/* Its output is the unit's checksum, a uint64_t. */
extern const LeatWorkKind leat_cpu_test_kind;

/* Runs `units` units and combines their checksums in the order of units. Its executor must know the
 * kind. `cancel` and `progress` may be NULL; see leat_workset_run. */
bool leat_cpu_test_run(LeatExecutor *executor, const LeatCpuTest *test, unsigned units,
                       LeatCancel *cancel, LeatProgressFunc progress, void *data,
                       uint64_t *checksum, GError **error);

#endif
