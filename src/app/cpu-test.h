/* SPDX-License-Identifier: MIT */
/* The CPU test as every front end has it: the same units once for each number of workers, timed and
 * compared. Made on any thread; the series runs as a job's function (compute/job.h). */
#ifndef LEAT_APP_CPU_TEST_H
#define LEAT_APP_CPU_TEST_H

#include "compute/cpu-test.h"
#include "compute/job.h"

#include <glib.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define LEAT_CPU_TEST_MAX_RUNS 32

typedef struct {
    LeatExecutorKind executor;
    unsigned workers;
    double wall_s; /* of the computation; starting the workers does not count */
    double speedup, efficiency;
    uint64_t checksum;
} LeatCpuTestRun;

typedef struct {
    /* The request. */
    LeatExecutorKind executor;
    unsigned workers[LEAT_CPU_TEST_MAX_RUNS];
    unsigned run_count;
    unsigned units;
    LeatCpuTest test;
    LeatTrace *trace; /* may be NULL */

    /* At most this many workers take new units, within a tenth of a second; 0: all. For a governor,
     * also while the series runs. Any thread. */
    atomic_uint limit;

    /* What came of it, in the order of `workers`; read it once the job is done. The speed-up is
     * against the run with the fewest workers, which is taken to lose nothing. */
    LeatCpuTestRun runs[LEAT_CPU_TEST_MAX_RUNS];
} LeatCpuTestSeries;

/* Threads, the default test, four units a core, and 1, 2, 4, ... up to all cores. */
void leat_cpu_test_series_init(LeatCpuTestSeries *series);

/* "1,2,4": numbers from 1 to LEAT_EXECUTOR_MAX_WORKERS. */
bool leat_cpu_test_series_set_workers(LeatCpuTestSeries *series, const char *text, GError **error);

/* Runs it on the calling thread. Fails when two checksums differ. `cancel` and `progress` may be
 * NULL; units count over all runs. */
bool leat_cpu_test_series_run_here(LeatCpuTestSeries *series, LeatCancel *cancel,
                                   LeatProgressFunc progress, void *data, GError **error);

/* A LeatJobFunc that does so; `data` is the series. */
bool leat_cpu_test_series_run(LeatJob *job, void *data, GError **error);

#endif
