/* SPDX-License-Identifier: MIT */
/* A long task of the command line: with a line of progress, and signals that cancel it. Main
 * thread. */
#ifndef LEAT_CLI_TASK_H
#define LEAT_CLI_TASK_H

#include "cli/progress.h"
#include "cli/signals.h"
#include "concurrency/cancel.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    LeatProgressLine line;
    LeatCancel *cancel;
    LeatSignals *signals;
} LeatTask;

bool leat_task_begin(LeatTask *task, const char *verb, bool force_progress, GError **error);

/* A LeatProgressFunc; `data` is the task. */
void leat_task_progress(int64_t done, int64_t total, void *data);

void leat_task_end(LeatTask *task);

#endif
