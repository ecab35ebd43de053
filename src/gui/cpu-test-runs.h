/* SPDX-License-Identifier: MIT */
/* What runs of the CPU test have come to, and what a test of a chosen size consists of. A plain
 * value; main thread. */
#ifndef LEAT_GUI_CPU_TEST_RUNS_H
#define LEAT_GUI_CPU_TEST_RUNS_H

#include "app/cpu-test.h"

#include <glib.h>

/* How much is computed: the same in every run, so that runs can be compared. */
typedef enum {
    LEAT_CPU_TEST_SHORT, /* a second on one core */
    LEAT_CPU_TEST_USUAL, /* ten */
    LEAT_CPU_TEST_LONG,  /* a minute */
} LeatCpuTestWork;

/* A series of one run. */
LeatCpuTestSeries leat_cpu_test_runs_request(LeatCpuTestWork work, LeatExecutorKind executor,
                                             unsigned cores);

typedef struct LeatCpuTestRuns LeatCpuTestRuns;

LeatCpuTestRuns *leat_cpu_test_runs_new(void);
void leat_cpu_test_runs_free(LeatCpuTestRuns *runs);

/* In place of an earlier one of its kind. */
void leat_cpu_test_runs_add(LeatCpuTestRuns *runs, LeatCpuTestWork work, const LeatCpuTestRun *run);

/* Those with this work and executor in order of cores, with their speed-up against the one on one
 * core; none before there is one of those. Free with g_free. */
LeatCpuTestRun *leat_cpu_test_runs_compare(const LeatCpuTestRuns *runs, LeatCpuTestWork work,
                                           LeatExecutorKind executor, unsigned *count);

/* "Time taken using 2 CPU core(s): 4.93 seconds"; free with g_free. */
char *leat_cpu_test_runs_line(const LeatCpuTestRun *run);

#endif
