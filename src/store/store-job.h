/* SPDX-License-Identifier: MIT */
/* Jobs as rows of a library file: what is computed, how, how far it is, and how it ended.
 *
 * A writer is one connection with one row, used by one thread at a time. Its calls may wait for the
 * disk, and a few seconds for a lock of another program: not for the main thread. Its transactions
 * are one row each, so that a recording into the same file is not held up. */
#ifndef LEAT_STORE_STORE_JOB_H
#define LEAT_STORE_STORE_JOB_H

#include "store/store.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
    LEAT_STORED_JOB_QUEUED,      /* "queued" */
    LEAT_STORED_JOB_RUNNING,     /* "running": its writer is alive */
    LEAT_STORED_JOB_DONE,        /* "done" */
    LEAT_STORED_JOB_FAILED,      /* "failed", with an error */
    LEAT_STORED_JOB_CANCELLED,   /* "cancelled" */
    LEAT_STORED_JOB_INTERRUPTED, /* "interrupted": its writer is gone without having ended it */
} LeatStoredJobState;

const char *leat_stored_job_state_name(LeatStoredJobState state);

/* One that leat_store_jobs returns is freed with leat_stored_job_free; one to write is the
 * caller's, texts included. Times are since 1970-01-01 UTC, 0 until then. */
typedef struct {
    int64_t id;
    char *name;     /* what is computed: "cpu-test" */
    char *executor; /* "inline", "threads", "processes"; "" for none */
    unsigned workers;
    LeatStoredJobState state;
    int64_t units, done; /* units 0 while it is not known */
    int64_t queued_wall_ns, started_wall_ns, ended_wall_ns;
    char *error;        /* why it failed, else NULL */
    char *leat_version; /* that wrote it */
} LeatStoredJob;

void leat_stored_job_free(LeatStoredJob *job);

typedef struct LeatStoreJobWriter LeatStoreJobWriter;

/* Opens or creates the file and adds the row; the job's id and leat_version are given by it. A job
 * that a dead writer left unfinished is marked interrupted. Errors as those of
 * leat_store_writer_open. */
LeatStoreJobWriter *leat_store_job_begin(const char *path, const LeatStoredJob *job,
                                         GError **error);

/* Brings state, units, done, times and error of the row up to date. */
bool leat_store_job_write(LeatStoreJobWriter *writer, const LeatStoredJob *job, GError **error);

int64_t leat_store_job_id(const LeatStoreJobWriter *writer);

/* Closes the file. A job that was not written as ended is interrupted from now on. NULL is fine. */
void leat_store_job_close(LeatStoreJobWriter *writer);

/* All jobs in order of creation: LeatStoredJob, free with g_ptr_array_unref. None in a file of the
 * version without them. */
GPtrArray *leat_store_jobs(LeatStore *store, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LeatStoredJob, leat_stored_job_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LeatStoreJobWriter, leat_store_job_close)

#endif
