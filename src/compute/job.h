/* SPDX-License-Identifier: MIT */
/* A job: a long computation that runs on a thread of its own, reports to the main loop, and ends
 * exactly once.
 *
 *     queued -> running -> done | failed | cancelled
 *        \--------------------------------> cancelled
 *
 * Queued: made, and its function has not begun. What becomes of it reaches the front end as signals
 * reach slots in Qt: any number of listeners, called on the loop's thread, from which they may do
 * whatever they like to the window. The job's thread never calls them.
 *
 * Made, started, cancelled, listened to and freed on the thread of its main context. The function
 * runs on the job's thread, and hands real work to an executor's workers. */
#ifndef LEAT_COMPUTE_JOB_H
#define LEAT_COMPUTE_JOB_H

#include "concurrency/cancel.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct LeatJob LeatJob;

typedef enum {
    LEAT_JOB_QUEUED,
    LEAT_JOB_RUNNING,
    LEAT_JOB_DONE,
    LEAT_JOB_FAILED,
    LEAT_JOB_CANCELLED,
} LeatJobState;

/* "queued", "running", ... */
const char *leat_job_state_name(LeatJobState state);

/* On the job's thread. Returns true when done, else false with an error; LEAT_ERROR_CANCELLED when
 * the job's cancel made it stop. Results go into `data`, which the loop's thread may read from the
 * completion on. */
typedef bool (*LeatJobFunc)(LeatJob *job, void *data, GError **error);

/* A copy of how a job stands. */
typedef struct {
    LeatJobState state;
    bool cancel_asked;            /* acknowledged: it ends at the next unit */
    int64_t done, total;          /* units; total 0 while it is not known */
    int64_t started_ns, ended_ns; /* CLOCK_MONOTONIC, 0 until then */
    int64_t left_ns;              /* estimate of the time left, by the units so far; -1 unknown */
} LeatJobInfo;

/* A listener. Its memory is the caller's and must stay until it is disconnected or the job is
 * freed. Either function may be NULL. */
typedef struct LeatJobListener {
    /* State, progress or the cancel's acknowledgement has changed. At most 25 times a second. */
    void (*changed)(LeatJob *job, const LeatJobInfo *info, void *data);
    /* Once, after the last `changed`. `error` is NULL when done. It may free the job. */
    void (*completed)(LeatJob *job, const LeatJobInfo *info, const GError *error, void *data);
    void *data;
    struct LeatJobListener *next; /* the job's own */
} LeatJobListener;

/* `name`: at most 15 bytes, the name of its thread. `parent` (may be NULL) cancels it too;
 * `context` NULL is the default one. */
LeatJob *leat_job_new(const char *name, LeatJobFunc func, void *data, LeatCancel *parent,
                      GMainContext *context, GError **error);

/* Its name, the job's own. */
const char *leat_job_name(const LeatJob *job);

void leat_job_connect(LeatJob *job, LeatJobListener *listener);
void leat_job_disconnect(LeatJob *job, LeatJobListener *listener);

/* Once. False when the system has no thread to give: the job is then still queued. False with
 * LEAT_ERROR_CANCELLED when it has been cancelled and completed before. */
bool leat_job_start(LeatJob *job, GError **error);

/* Asks it to end. Returns at once; listeners are told at the loop's next turn, and the function
 * sees its cancel. A queued job never runs. Any thread. */
void leat_job_cancel(LeatJob *job);

/* Any thread. */
LeatJobInfo leat_job_get_info(LeatJob *job);

/* For the job's function, or any thread that it uses. A report takes no lock. */
LeatCancel *leat_job_cancel_object(LeatJob *job);
void leat_job_report(LeatJob *job, int64_t done, int64_t total);

/* For the job's function that computes by itself (executor inline): runs `func` on a thread of the
 * background class, below the live side, and waits for it. Lowering the job's own thread would not
 * do: the main loop joins that one, and must not wait for who is given hardly any core. */
bool leat_job_run_below(LeatJob *job, LeatJobFunc func, void *data, GError **error);

/* A job that has not completed is cancelled and waited for, and completes within this call. NULL is
 * fine. */
void leat_job_free(LeatJob *job);

#endif
