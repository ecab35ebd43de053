/* SPDX-License-Identifier: MIT */
/* A long task of the command line: with a line of progress, and signals that cancel it. Main
 * thread. */
#ifndef LEAT_CLI_TASK_H
#define LEAT_CLI_TASK_H

#include "cli/progress.h"
#include "cli/signals.h"
#include "compute/job.h"
#include "concurrency/cancel.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    LeatProgressLine line;
    LeatCancel *cancel;
    LeatSignals *signals;

    /* The verb's, to be set after the beginning: called whenever a job has changed. May be NULL. */
    void (*look)(void *data);
    void *look_data;
} LeatTask;

bool leat_task_begin(LeatTask *task, const char *verb, bool force_progress, GError **error);

/* A LeatProgressFunc; `data` is the task. */
void leat_task_progress(int64_t done, int64_t total, void *data);

void leat_task_end(LeatTask *task);

/* The row that a job gets in a library (app/job-record.h). */
typedef struct {
    const char *library; /* NULL: none */
    const char *what;    /* also the name of the job's thread, at most 15 bytes */
    const char *executor;
    unsigned workers;
} LeatTaskRow;

/* Runs a job to its end, on the default main loop, with its progress on the task's line and its row
 * in the library. False with the job's error, or with that of a library that cannot be written,
 * which cancels the job. */
bool leat_task_run_job(LeatTask *task, const LeatTaskRow *row, LeatJobFunc func, void *data,
                       GError **error);

#endif
