/* SPDX-License-Identifier: MIT */
#include "app/cpu-test.h"

#include "app/work-kinds.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/quantity.h"

/* The seed is fixed, so that the checksum of a size is the same everywhere and for ever. */
#define SEED 1

typedef struct {
    LeatCpuTestSeries *series;
    LeatExecutor *executor;
    LeatCancel *cancel;
    LeatProgressFunc progress; /* may be NULL */
    void *data;
    unsigned done_before;
} Course;

void leat_cpu_test_series_init(LeatCpuTestSeries *series)
{
    unsigned cores = leat_executor_count_cores();

    *series = (LeatCpuTestSeries){
        .executor = LEAT_EXECUTOR_THREADS,
        .units = LEAT_CPU_TEST_UNITS_A_CORE * cores,
        .test = {.seed = SEED, .rounds = LEAT_CPU_TEST_ROUNDS, .size = LEAT_CPU_TEST_SIZE},
    };
    for (unsigned workers = 1; workers < cores; workers *= 2)
        series->workers[series->run_count++] = workers;
    series->workers[series->run_count++] = MIN(cores, LEAT_EXECUTOR_MAX_WORKERS);
}

bool leat_cpu_test_series_set_workers(LeatCpuTestSeries *series, const char *text, GError **error)
{
    char **words = g_strsplit(text, ",", LEAT_CPU_TEST_MAX_RUNS + 1);
    bool good = true;

    series->run_count = 0;
    for (char **word = words; good && *word; word++) {
        int64_t workers = 0;

        if (series->run_count == LEAT_CPU_TEST_MAX_RUNS) {
            g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID, "at most %d numbers of workers",
                        LEAT_CPU_TEST_MAX_RUNS);
            good = false;
        } else if (leat_parse_integer(g_strstrip(*word), 1, LEAT_EXECUTOR_MAX_WORKERS, &workers,
                                      error))
            series->workers[series->run_count++] = (unsigned)workers;
        else
            good = false;
    }
    g_strfreev(words);
    return good;
}

static void tell(const Course *course, int64_t done)
{
    if (course->progress)
        course->progress(course->done_before + done,
                         (int64_t)course->series->units * course->series->run_count, course->data);
}

static void report(int64_t done, int64_t units, void *data)
{
    const Course *course = data;
    unsigned limit = atomic_load(&course->series->limit);

    (void)units;
    if (limit > 0)
        leat_executor_set_limit(course->executor, limit);
    tell(course, done);
}

static bool run_once(Course *course, LeatCpuTestRun *run, GError **error)
{
    LeatCpuTestSeries *series = course->series;
    int64_t start_ns;
    bool good;

    course->executor = leat_executor_new(
        &(LeatExecutorOptions){
            .kind = series->executor,
            .workers = run->workers,
            .kinds = leat_work_kinds(),
            .trace = series->trace,
        },
        error);
    if (!course->executor)
        return false;
    run->workers = leat_executor_figures(course->executor).workers;
    start_ns = leat_clock_now_ns();
    good = leat_cpu_test_run(course->executor, &series->test, series->units, course->cancel, report,
                             course, &run->checksum, error);
    run->wall_s = (double)(leat_clock_now_ns() - start_ns) / LEAT_NS_PER_S;
    leat_executor_free(course->executor);
    return good;
}

static void compare(LeatCpuTestSeries *series)
{
    const LeatCpuTestRun *base = &series->runs[0];

    for (unsigned i = 1; i < series->run_count; i++)
        if (series->runs[i].workers < base->workers)
            base = &series->runs[i];
    for (unsigned i = 0; i < series->run_count; i++) {
        LeatCpuTestRun *run = &series->runs[i];

        run->speedup = base->wall_s * base->workers / MAX(run->wall_s, 1e-9);
        run->efficiency = run->speedup / run->workers;
    }
}

static bool check_sums(const LeatCpuTestSeries *series, GError **error)
{
    const LeatCpuTestRun *first = &series->runs[0];

    for (unsigned i = 1; i < series->run_count; i++) {
        const LeatCpuTestRun *run = &series->runs[i];

        if (run->checksum == first->checksum)
            continue;
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_CORRUPT,
                    "the CPU test gave %016" G_GINT64_MODIFIER "x with %u workers and "
                    "%016" G_GINT64_MODIFIER "x with %u: this machine computes wrongly; test its "
                    "memory and its cooling",
                    first->checksum, first->workers, run->checksum, run->workers);
        return false;
    }
    return true;
}

bool leat_cpu_test_series_run_here(LeatCpuTestSeries *series, LeatCancel *cancel,
                                   LeatProgressFunc progress, void *data, GError **error)
{
    Course course = {.series = series, .cancel = cancel, .progress = progress, .data = data};

    for (unsigned i = 0; i < series->run_count; i++) {
        LeatCpuTestRun *run = &series->runs[i];

        *run = (LeatCpuTestRun){.executor = series->executor, .workers = series->workers[i]};
        tell(&course, 0);
        if (!run_once(&course, run, error))
            return false;
        course.done_before += series->units;
    }
    tell(&course, 0);
    compare(series);
    return check_sums(series, error);
}

static void report_to_job(int64_t done, int64_t units, void *data)
{
    leat_job_report(data, done, units);
}

static bool run_in_job(LeatJob *job, void *data, GError **error)
{
    return leat_cpu_test_series_run_here(data, leat_job_cancel_object(job), report_to_job, job,
                                         error);
}

bool leat_cpu_test_series_run(LeatJob *job, void *data, GError **error)
{
    const LeatCpuTestSeries *series = data;

    if (series->executor == LEAT_EXECUTOR_INLINE)
        return leat_job_run_below(job, run_in_job, data, error);
    return run_in_job(job, data, error);
}
