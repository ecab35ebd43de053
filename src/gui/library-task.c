/* SPDX-License-Identifier: MIT */
#include "gui/library-task.h"

#include "app/library-edit.h"
#include "base/log.h"
#include "gui/hold.h"

#include <glib/gi18n.h>

struct LeatLibraryTask {
    /* Set once; the job's thread reads them. */
    LeatTaskRequest request;

    /* The main thread's. */
    LeatJob *job;
    LeatJobListener listener;
    LeatJobItem *item;
    LeatTaskDone done;
    void *data;
};

const LeatTaskRequest *leat_library_task_request(const LeatLibraryTask *task)
{
    return &task->request;
}

LeatJobItem *leat_library_task_item(LeatLibraryTask *task)
{
    return task->item;
}

static void report(int64_t done, int64_t total, void *job)
{
    leat_job_report(job, done, total);
}

static bool export(LeatJob *job, const LeatTaskRequest *request, GError **error)
{
    g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, request->recording);
    LeatExportRequest wanted = {
        .recording = id,
        .out = request->text,
        .from_ns = request->from_ns,
        .to_ns = request->to_ns,
        .progress = report,
        .data = job,
    };
    LeatExportResult result;

    return leat_library_export(request->path, &wanted, leat_job_cancel_object(job), &result, error);
}

/* On the job's thread. */
static bool run(LeatJob *job, void *data, GError **error)
{
    const LeatTaskRequest *request = data;

    switch (request->kind) {
    case LEAT_TASK_RENAME:
        return leat_library_rename(request->path, request->recording, request->text, error);
    case LEAT_TASK_DELETE:
        return leat_library_delete(request->path, request->recording, report, job,
                                   leat_job_cancel_object(job), error);
    case LEAT_TASK_EXPORT:
        break;
    }
    return export(job, request, error);
}

static void completed(LeatJob *job, const LeatJobInfo *info, const GError *error, void *data)
{
    LeatLibraryTask *task = data;

    leat_job_disconnect(job, &task->listener);
    if (task->done)
        task->done(task, error, task->data);
}

static char *title_of(const LeatTaskRequest *request)
{
    switch (request->kind) {
    case LEAT_TASK_RENAME:
        return g_strdup_printf(_("Renaming “%s”"), request->name);
    case LEAT_TASK_DELETE:
        return g_strdup_printf(_("Deleting “%s”"), request->name);
    case LEAT_TASK_EXPORT:
        break;
    }
    return g_strdup_printf(_("Exporting “%s”"), request->name);
}

static const char *thread_name(LeatTaskKind kind)
{
    static const char *const names[] = {"rename", "delete", "export"};

    return names[kind];
}

static void list(LeatLibraryTask *task, LeatJobList *jobs)
{
    g_autofree char *title = title_of(&task->request);

    task->item = leat_job_list_add(jobs, task->job, title);
}

LeatLibraryTask *leat_library_task_new(const LeatTaskRequest *request, LeatJobList *jobs,
                                       LeatTaskDone done, void *data, GError **error)
{
    LeatLibraryTask *task = g_new0(LeatLibraryTask, 1);

    task->request = *request;
    task->request.path = g_strdup(request->path);
    task->request.name = g_strdup(request->name);
    task->request.text = g_strdup(request->text);
    task->data = data;
    task->listener = (LeatJobListener){NULL, completed, task, NULL};
    task->job = leat_job_new(thread_name(request->kind), run, &task->request, NULL, NULL, error);
    if (task->job) {
        leat_job_connect(task->job, &task->listener);
        if (jobs)
            list(task, jobs);
        if (leat_job_start(task->job, error)) {
            task->done = done;
            return task;
        }
    }
    leat_library_task_free(task);
    return NULL;
}

void leat_library_task_free(LeatLibraryTask *task)
{
    if (!task)
        return;
    task->done = NULL;
    leat_job_free(task->job);
    g_free((char *)task->request.path);
    g_free((char *)task->request.name);
    g_free((char *)task->request.text);
    g_free(task);
}

static void end_alone(LeatLibraryTask *task, const GError *error, void *data)
{
    if (error)
        leat_log(LEAT_LOG_WARNING, "%s", error->message);
    leat_library_task_free(task);
    leat_hold_end(NULL);
}

void leat_library_task_let_go(LeatLibraryTask *task)
{
    leat_hold_begin();
    task->done = end_alone;
}
