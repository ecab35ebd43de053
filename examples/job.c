/* SPDX-License-Identifier: MIT */
/* A job with progress and a cancel, on a main loop.
 *
 * The main loop keeps beating while the job computes on threads below it in priority. The job tells
 * of its progress, and of its end, by calls on the loop's thread, as a signal reaches a slot in Qt.
 * So whatever belongs to that thread, a window above all, may be touched there without a lock.
 *
 * Run: build/examples/job           to its end
 *      build/examples/job cancel    cancelled when a quarter is done */
#include "compute/cpu-test.h"
#include "compute/job.h"

#include <stdio.h>
#include <string.h>

enum { UNITS = 32 };

static const LeatWorkKind *const kinds[] = {&leat_cpu_test_kind, NULL};

typedef struct {
    GMainLoop *loop;
    bool cancel_early;
    int beats;
    int status;

    /* Written by the job's function, read once the job has completed. */
    uint64_t checksum;
} Example;

/* On the job's thread, about ten times a second. */
static void report(int64_t done, int64_t units, void *data)
{
    leat_job_report(data, done, units);
}

/* On the job's thread. It waits there, so that the main loop need not. */
static bool compute(LeatJob *job, void *data, GError **error)
{
    Example *example = data;
    const LeatCpuTest test = {.seed = 1, .rounds = 50, .size = LEAT_CPU_TEST_SIZE};
    LeatExecutor *executor = leat_executor_new(
        &(LeatExecutorOptions){.kind = LEAT_EXECUTOR_THREADS, .kinds = kinds}, error);
    bool good;

    if (!executor)
        return false;
    good = leat_cpu_test_run(executor, &test, UNITS, leat_job_cancel_object(job), report, job,
                             &example->checksum, error);
    leat_executor_free(executor);
    return good;
}

/* On the main loop's thread, as are all the functions below. */
static void on_changed(LeatJob *job, const LeatJobInfo *info, void *data)
{
    const Example *example = data;

    printf("%s: %d of %d units\n", leat_job_state_name(info->state), (int)info->done,
           (int)info->total);
    if (example->cancel_early && info->done >= UNITS / 4 && !info->cancel_asked)
        leat_job_cancel(job);
}

static void on_completed(LeatJob *job, const LeatJobInfo *info, const GError *error, void *data)
{
    Example *example = data;

    (void)job;
    if (error)
        printf("The job ended as %s: %s.\n", leat_job_state_name(info->state), error->message);
    else
        printf("The job is done; its checksum is %016" G_GINT64_MODIFIER "x.\n", example->checksum);
    example->status = info->state == LEAT_JOB_FAILED;
    g_main_loop_quit(example->loop);
}

/* Stands for the window. */
static gboolean beat(gpointer data)
{
    Example *example = data;

    example->beats++;
    return G_SOURCE_CONTINUE;
}

int main(int argc, char **argv)
{
    Example example = {.cancel_early = argc > 1 && strcmp(argv[1], "cancel") == 0, .status = 1};
    LeatJobListener listener = {
        .changed = on_changed,
        .completed = on_completed,
        .data = &example,
    };
    GError *error = NULL;
    LeatJob *job = leat_job_new("example", compute, &example, NULL, NULL, &error);

    if (job) {
        guint timer = g_timeout_add(10, beat, &example);

        example.loop = g_main_loop_new(NULL, FALSE);
        leat_job_connect(job, &listener);
        if (leat_job_start(job, &error))
            g_main_loop_run(example.loop);
        g_source_remove(timer);
    }
    if (error)
        fprintf(stderr, "%s\n", error->message);
    else
        printf("Meanwhile the main loop beat %d times.\n", example.beats);
    leat_job_free(job);
    if (example.loop)
        g_main_loop_unref(example.loop);
    g_clear_error(&error);
    return example.status;
}
