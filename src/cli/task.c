/* SPDX-License-Identifier: MIT */
#include "cli/task.h"

static void cancel_task(int count, void *data)
{
    LeatTask *task = data;

    (void)count;
    leat_cancel_trigger(task->cancel);
}

bool leat_task_begin(LeatTask *task, const char *verb, bool force_progress, GError **error)
{
    task->look = NULL;
    task->cancel = leat_cancel_new(NULL, error);
    if (!task->cancel)
        return false;
    task->signals = leat_signals_watch(cancel_task, task, error);
    if (!task->signals) {
        leat_cancel_unref(task->cancel);
        return false;
    }
    task->line = leat_progress_line_begin(verb, force_progress);
    return true;
}

void leat_task_progress(int64_t done, int64_t total, void *data)
{
    LeatTask *task = data;

    leat_progress_line_show(&task->line, done, total);
}

void leat_task_end(LeatTask *task)
{
    leat_progress_line_end(&task->line);
    leat_signals_free(task->signals);
    leat_cancel_unref(task->cancel);
}
