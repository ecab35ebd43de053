/* SPDX-License-Identifier: MIT */
#include "app/cpu-test-task.h"

#include "base/error.h"

#include <string.h>

typedef struct {
    GMainLoop *loop;
    LeatCpuTestTask *task;
    LeatJobInfo info;
    int error_code; /* 0: none */
    int changes;
    void (*on_changed)(LeatJob *job);
} Seen;

static void changed(LeatJob *job, const LeatJobInfo *info, void *data)
{
    Seen *seen = data;

    (void)info;
    seen->changes++;
    if (seen->on_changed)
        seen->on_changed(job);
}

static void completed(LeatJob *job, const LeatJobInfo *info, const GError *error, void *data)
{
    Seen *seen = data;

    (void)job;
    seen->info = *info;
    seen->error_code = error ? error->code : 0;
    g_main_loop_quit(seen->loop);
}

static LeatCpuTestSeries small_series(LeatExecutorKind executor, unsigned rounds)
{
    LeatCpuTestSeries series;

    leat_cpu_test_series_init(&series);
    series.executor = executor;
    series.units = 16;
    series.test.rounds = rounds;
    series.test.size = 100;
    series.run_count = 1;
    series.workers[0] = executor == LEAT_EXECUTOR_INLINE ? 1 : 2;
    return series;
}

/* Frees the task in its own completion, as a window does. */
static void run(Seen *seen, const LeatCpuTestSeries *series, LeatCpuTestRun *result)
{
    GError *error = NULL;
    LeatJobListener listener = {.changed = changed, .completed = completed, .data = seen};

    seen->loop = g_main_loop_new(NULL, FALSE);
    seen->task = leat_cpu_test_task_new(series, &error);
    g_assert_no_error(error);
    leat_job_connect(leat_cpu_test_task_job(seen->task), &listener);
    g_assert_true(leat_job_start(leat_cpu_test_task_job(seen->task), &error));
    g_main_loop_run(seen->loop);
    *result = leat_cpu_test_task_series(seen->task)->runs[0];
    g_assert_cmpfloat(leat_cpu_test_task_longest_gap_ms(seen->task), >=, 0);
    leat_cpu_test_task_free(seen->task);
    g_main_loop_unref(seen->loop);
}

static void gives_what_a_run_on_the_calling_thread_gives(void)
{
    static const LeatExecutorKind kinds[] = {LEAT_EXECUTOR_THREADS, LEAT_EXECUTOR_INLINE};

    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        LeatCpuTestSeries series = small_series(kinds[i], 20);
        LeatCpuTestSeries here = series;
        LeatCpuTestRun result;
        GError *error = NULL;
        Seen seen = {NULL};

        g_assert_true(leat_cpu_test_series_run_here(&here, NULL, NULL, NULL, &error));
        run(&seen, &series, &result);
        g_assert_cmpint(seen.info.state, ==, LEAT_JOB_DONE);
        g_assert_cmpint(seen.info.done, ==, 16);
        g_assert_cmpint(seen.info.total, ==, 16);
        g_assert_cmpuint(result.checksum, ==, here.runs[0].checksum);
        g_assert_cmpuint(result.workers, ==, series.workers[0]);
        g_assert_cmpfloat(result.wall_s, >, 0);
    }
}

static void obeys_its_cancel(void)
{
    LeatCpuTestSeries series = small_series(LEAT_EXECUTOR_THREADS, 1000000);
    LeatCpuTestRun result;
    Seen seen = {.on_changed = leat_job_cancel};

    run(&seen, &series, &result);
    g_assert_cmpint(seen.info.state, ==, LEAT_JOB_CANCELLED);
    g_assert_cmpint(seen.error_code, ==, LEAT_ERROR_CANCELLED);
}

/* Who is gone needs no result; the job ends with it. */
static void may_be_freed_while_it_runs(void)
{
    LeatCpuTestSeries series = small_series(LEAT_EXECUTOR_THREADS, 1000000);
    GError *error = NULL;
    LeatCpuTestTask *task = leat_cpu_test_task_new(&series, &error);

    g_assert_no_error(error);
    g_assert_true(leat_job_start(leat_cpu_test_task_job(task), &error));
    g_main_context_iteration(NULL, TRUE);
    leat_cpu_test_task_free(task);
}

static void count(int64_t done, int64_t units, void *data)
{
    unsigned *last = data;

    g_assert_cmpuint(done, >=, *last);
    g_assert_cmpuint(units, ==, 32);
    *last = done;
}

static void progress_counts_over_all_runs(void)
{
    LeatCpuTestSeries series = small_series(LEAT_EXECUTOR_THREADS, 20);
    GError *error = NULL;
    unsigned last = 0;

    series.run_count = 2;
    series.workers[1] = 1;
    g_assert_true(leat_cpu_test_series_run_here(&series, NULL, count, &last, &error));
    g_assert_cmpuint(last, ==, 32);
    g_assert_cmpuint(series.runs[0].checksum, ==, series.runs[1].checksum);
}

static void a_limit_of_one_is_obeyed_and_changes_nothing_else(void)
{
    LeatCpuTestSeries free_one = small_series(LEAT_EXECUTOR_THREADS, 20);
    LeatCpuTestSeries limited = free_one;
    GError *error = NULL;

    atomic_store(&limited.limit, 1);
    g_assert_true(leat_cpu_test_series_run_here(&free_one, NULL, NULL, NULL, &error));
    g_assert_true(leat_cpu_test_series_run_here(&limited, NULL, NULL, NULL, &error));
    g_assert_cmpuint(free_one.runs[0].checksum, ==, limited.runs[0].checksum);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cpu-test-task/gives-what-a-run-on-the-calling-thread-gives",
                    gives_what_a_run_on_the_calling_thread_gives);
    g_test_add_func("/cpu-test-task/obeys-its-cancel", obeys_its_cancel);
    g_test_add_func("/cpu-test-task/may-be-freed-while-it-runs", may_be_freed_while_it_runs);
    g_test_add_func("/cpu-test-task/progress-counts-over-all-runs", progress_counts_over_all_runs);
    g_test_add_func("/cpu-test-task/a-limit-of-one-is-obeyed-and-changes-nothing-else",
                    a_limit_of_one_is_obeyed_and_changes_nothing_else);
    return g_test_run();
}
