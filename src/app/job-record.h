/* SPDX-License-Identifier: MIT */
/* Keeps the row of a job (compute/job.h) in a library file true: queued, running, how far it is,
 * how it ended. The rows are written by a thread of its own, so that neither the loop nor the job
 * waits for the file; a recording may go on into the same one.
 *
 * Used on the main thread, for a job of the default main context:
 *
 *     job = leat_job_new(...);
 *     record = leat_job_record_new(path, job, "train", "threads", 2, on_recorded, data, &error);
 *     leat_job_start(job, &error);
 *
 * then `on_recorded` is called once, and the record is freed. */
#ifndef LEAT_APP_JOB_RECORD_H
#define LEAT_APP_JOB_RECORD_H

#include "compute/job.h"

#include <glib.h>

typedef struct LeatJobRecord LeatJobRecord;

/* Once, on the main thread: after the job's completion when the row says how it ended, or as soon
 * as the file cannot be written, with the error; the job goes on, unless this cancels it. It may
 * free the record. */
typedef void (*LeatJobRecordFunc)(LeatJobRecord *record, const GError *error, void *data);

/* Before the job is started. `path` is created when it does not exist. `what` names the computation
 * ("cpu-test", "train"), `executor` is leat_executor_kind_name's, "" for none. The texts are
 * copied. `ended` may be NULL: failures are then told to the log. */
LeatJobRecord *leat_job_record_new(const char *path, LeatJob *job, const char *what,
                                   const char *executor, unsigned workers, LeatJobRecordFunc ended,
                                   void *data, GError **error);

/* The same for a file that is open in a window: where it is not there yet, none is made, and the
 * job has no row; that is no failure. */
LeatJobRecord *leat_job_record_new_if_there(const char *path, LeatJob *job, const char *what,
                                            const char *executor, unsigned workers,
                                            LeatJobRecordFunc ended, void *data, GError **error);

/* Waits until what is known of the job is written: after `ended` no time at all, before it perhaps
 * for the disk. A job that has not completed is interrupted as far as the file goes. NULL is
 * fine. */
void leat_job_record_free(LeatJobRecord *record);

#endif
