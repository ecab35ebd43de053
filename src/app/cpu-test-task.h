/* SPDX-License-Identifier: MIT */
/* A CPU test beside a live picture: a series (app/cpu-test.h) as a job, with a governor that gives
 * the live side what it needs, and a meter of what the main loop feels of it. On the main loop's
 * thread; nothing here waits, but freeing a task whose job has not completed. */
#ifndef LEAT_APP_CPU_TEST_TASK_H
#define LEAT_APP_CPU_TEST_TASK_H

#include "app/cpu-test.h"
#include "pipeline/pipeline.h"

#include <glib.h>

typedef struct LeatCpuTestTask LeatCpuTestTask;

/* Copies the series. */
LeatCpuTestTask *leat_cpu_test_task_new(const LeatCpuTestSeries *series, GError **error);

/* To be listened to, started and cancelled; the task's own. */
LeatJob *leat_cpu_test_task_job(LeatCpuTestTask *task);

/* What it protects: the pipeline that runs, NULL while there is none; and the frames that come. */
void leat_cpu_test_task_set_pipeline(LeatCpuTestTask *task, LeatPipeline *pipeline);
void leat_cpu_test_task_note_frame(LeatCpuTestTask *task, const LeatFrameTimes *times,
                                   LeatRational rate);

/* The longest time for which the main loop did not turn since it was made, ms. */
double leat_cpu_test_task_longest_gap_ms(const LeatCpuTestTask *task);

/* With its results, once the job is done. */
const LeatCpuTestSeries *leat_cpu_test_task_series(const LeatCpuTestTask *task);

/* NULL is fine. */
void leat_cpu_test_task_free(LeatCpuTestTask *task);

#endif
