/* SPDX-License-Identifier: MIT */
#include "app/cpu-test-task.h"

#include "app/governor-loop.h"
#include "pipeline/heartbeat.h"

struct LeatCpuTestTask {
    LeatCpuTestSeries series; /* the job's while it runs, but for the limit */
    LeatHeartbeat *heartbeat;
    LeatGovernorLoop *governor;
    LeatJob *job;
    LeatJobListener listener;
};

/* The executor is the job's; it takes the limit from the series. */
static void on_changed(LeatJob *job, const LeatJobInfo *info, void *data)
{
    LeatCpuTestTask *task = data;

    (void)job;
    (void)info;
    atomic_store(&task->series.limit, leat_governor_loop_state(task->governor)->limit);
}

static unsigned most_workers(const LeatCpuTestSeries *series)
{
    unsigned most = 1;

    for (unsigned i = 0; i < series->run_count; i++)
        most = MAX(most, series->workers[i]);
    return most;
}

LeatCpuTestTask *leat_cpu_test_task_new(const LeatCpuTestSeries *series, GError **error)
{
    LeatCpuTestTask *task = g_new0(LeatCpuTestTask, 1);
    LeatGovernorOptions options = leat_governor_defaults(most_workers(series));

    task->series = *series;
    task->heartbeat = leat_heartbeat_new(NULL, error);
    if (task->heartbeat)
        task->job =
            leat_job_new("cpu-test", leat_cpu_test_series_run, &task->series, NULL, NULL, error);
    if (!task->job) {
        leat_cpu_test_task_free(task);
        return NULL;
    }
    task->governor = leat_governor_loop_new(&options, NULL, NULL, task->heartbeat, series->trace);
    task->listener = (LeatJobListener){.changed = on_changed, .data = task};
    leat_job_connect(task->job, &task->listener);
    return task;
}

LeatJob *leat_cpu_test_task_job(LeatCpuTestTask *task)
{
    return task->job;
}

void leat_cpu_test_task_set_pipeline(LeatCpuTestTask *task, LeatPipeline *pipeline)
{
    leat_governor_loop_set_pipeline(task->governor, pipeline);
}

void leat_cpu_test_task_note_frame(LeatCpuTestTask *task, const LeatFrameTimes *times,
                                   LeatRational rate)
{
    leat_governor_loop_note_frame(task->governor, times, rate);
}

double leat_cpu_test_task_longest_gap_ms(const LeatCpuTestTask *task)
{
    return leat_heartbeat_summary(task->heartbeat).max;
}

const LeatCpuTestSeries *leat_cpu_test_task_series(const LeatCpuTestTask *task)
{
    return &task->series;
}

void leat_cpu_test_task_free(LeatCpuTestTask *task)
{
    if (!task)
        return;
    if (task->job)
        leat_job_disconnect(task->job, &task->listener);
    leat_job_free(task->job);
    leat_governor_loop_free(task->governor);
    leat_heartbeat_free(task->heartbeat);
    g_free(task);
}
