/* SPDX-License-Identifier: MIT */
#include "cli/task.h"

#include "app/job-record.h"

typedef struct {
    LeatTask *task;
    LeatJob *job;
    GMainLoop *loop;
    int waiting_for; /* the job's completion, and the row's */
    GError *error;   /* the first */
} Run;

static void on_changed(LeatJob *job, const LeatJobInfo *info, void *data)
{
    Run *run = data;

    (void)job;
    if (run->task->look)
        run->task->look(run->task->look_data);
    if (info->total > 0)
        leat_task_progress(info->done, info->total, run->task);
}

static void end_one(Run *run, const GError *error)
{
    if (error && !run->error)
        run->error = g_error_copy(error);
    if (--run->waiting_for == 0)
        g_main_loop_quit(run->loop);
}

static void on_completed(LeatJob *job, const LeatJobInfo *info, const GError *error, void *data)
{
    (void)job;
    (void)info;
    end_one(data, error);
}

static void on_recorded(LeatJobRecord *record, const GError *error, void *data)
{
    Run *run = data;

    (void)record;
    if (error)
        leat_job_cancel(run->job);
    end_one(run, error);
}

static void run_to_end(Run *run, const LeatTaskRow *row)
{
    LeatJobListener listener = {.changed = on_changed, .completed = on_completed, .data = run};
    LeatJobRecord *record = NULL;

    leat_job_connect(run->job, &listener);
    run->waiting_for = 1;
    if (row->library) {
        record = leat_job_record_new(row->library, run->job, row->what, row->executor, row->workers,
                                     on_recorded, run, &run->error);
        run->waiting_for = 2;
    }
    if (!run->error && leat_job_start(run->job, &run->error))
        g_main_loop_run(run->loop);
    leat_job_disconnect(run->job, &listener);
    leat_job_free(run->job);
    leat_job_record_free(record);
}

bool leat_task_run_job(LeatTask *task, const LeatTaskRow *row, LeatJobFunc func, void *data,
                       GError **error)
{
    Run run = {.task = task};

    run.job = leat_job_new(row->what, func, data, task->cancel, NULL, error);
    if (!run.job)
        return false;
    run.loop = g_main_loop_new(NULL, FALSE);
    run_to_end(&run, row);
    g_main_loop_unref(run.loop);
    if (!run.error)
        return true;
    g_propagate_error(error, run.error);
    return false;
}
