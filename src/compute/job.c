/* SPDX-License-Identifier: MIT */
#include "compute/job.h"

#include "base/clock.h"
#include "base/error.h"
#include "concurrency/lock.h"
#include "concurrency/thread.h"
#include "concurrency/waker.h"

#include <stdatomic.h>
#include <stdlib.h>

/* Between two tellings of progress: more often than the eye follows is work for nothing. */
#define REPORT_NS (LEAT_NS_PER_S / 25)

struct LeatJob {
    /* Set once. */
    char name[16];
    LeatJobFunc run;
    void *data;
    LeatCancel *cancel;
    LeatThread *thread;
    LeatWaker *waker;

    /* Under the lock. Only the main loop and the job's own thread take it for more than a look: a
     * thread of the background class could be kept from a core while it has it. */
    LeatLock lock;
    LeatJobInfo info; /* without the units */
    bool ended;       /* the function has returned; `info.state` is final */

    /* Any thread, without the lock. */
    atomic_llong done, total;
    atomic_llong next_report_ns; /* when to tell of it next */

    /* The job's thread's until it has been joined, then the main loop's. */
    GError *error;

    /* The main loop's own. */
    LeatJobListener *listeners;
    LeatJobListener *next_told; /* while telling: the one whose turn comes */
    bool started, completed, telling, freed;
    LeatCancelListener cancel_listener;
};

const char *leat_job_state_name(LeatJobState state)
{
    static const char *const names[] = {"queued", "running", "done", "failed", "cancelled"};

    return names[state];
}

static LeatJobState state_after(bool good, const GError *error)
{
    if (good)
        return LEAT_JOB_DONE;
    return g_error_matches(error, LEAT_ERROR, LEAT_ERROR_CANCELLED) ? LEAT_JOB_CANCELLED
                                                                    : LEAT_JOB_FAILED;
}

static void set_ended(LeatJob *job, bool good)
{
    int64_t now = leat_clock_now_ns();

    leat_lock_acquire(&job->lock);
    job->info.state = state_after(good, job->error);
    job->info.ended_ns = now;
    job->ended = true;
    leat_lock_release(&job->lock);
}

static void run(void *data)
{
    LeatJob *job = data;
    bool good = leat_cancel_check(job->cancel, &job->error);

    if (good) {
        leat_lock_acquire(&job->lock);
        job->info.state = LEAT_JOB_RUNNING;
        job->info.started_ns = leat_clock_now_ns();
        leat_lock_release(&job->lock);
        leat_waker_wake(job->waker);
        good = job->run(job, job->data, &job->error);
    }
    set_ended(job, good);
    leat_waker_wake(job->waker);
}

static bool has_ended(LeatJob *job)
{
    bool ended;

    leat_lock_acquire(&job->lock);
    ended = job->ended;
    leat_lock_release(&job->lock);
    return ended;
}

static void destroy(LeatJob *job)
{
    if (job->cancel && job->cancel_listener.data)
        leat_cancel_remove_listener(job->cancel, &job->cancel_listener);
    leat_thread_free(job->thread);
    leat_waker_free(job->waker);
    if (job->cancel)
        leat_cancel_unref(job->cancel);
    g_clear_error(&job->error);
    leat_lock_finish(&job->lock);
    free(job);
}

/* A listener may disconnect any other, and itself, and free the job, which then waits for this. */
static void tell(LeatJob *job, bool completion)
{
    LeatJobInfo info = leat_job_get_info(job);

    job->telling = true;
    job->next_told = job->listeners;
    while (job->next_told) {
        LeatJobListener *listener = job->next_told;

        job->next_told = listener->next;
        if (completion && listener->completed)
            listener->completed(job, &info, job->error, listener->data);
        else if (!completion && listener->changed)
            listener->changed(job, &info, listener->data);
    }
    job->telling = false;
}

/* The one place from which listeners hear of the end. */
static void complete(LeatJob *job)
{
    leat_thread_join(job->thread);
    if (!has_ended(job)) {
        /* Cancelled before it was started. */
        leat_cancel_check(job->cancel, &job->error);
        set_ended(job, false);
    }
    job->completed = true;
    tell(job, false);
    tell(job, true);
}

static void on_wake(void *data)
{
    LeatJob *job = data;

    if (job->completed)
        return;
    if (has_ended(job) || (!job->started && leat_cancel_is_set(job->cancel)))
        complete(job);
    else
        tell(job, false);
    if (job->freed)
        leat_job_free(job);
}

static void on_cancel(void *data)
{
    LeatJob *job = data;

    leat_waker_wake(job->waker);
}

LeatJob *leat_job_new(const char *name, LeatJobFunc func, void *data, LeatCancel *parent,
                      GMainContext *context, GError **error)
{
    LeatJob *job = calloc(1, sizeof *job);

    if (!job)
        return leat_error_no_memory(error, sizeof *job, "a job");
    if (!leat_lock_init(&job->lock, error)) {
        free(job);
        return NULL;
    }
    g_strlcpy(job->name, name, sizeof(job->name));
    job->run = func;
    job->data = data;
    job->info.left_ns = -1;
    atomic_init(&job->done, 0);
    atomic_init(&job->total, 0);
    atomic_init(&job->next_report_ns, 0);
    job->cancel = leat_cancel_new(parent, error);
    if (job->cancel)
        job->waker = leat_waker_new(context, G_PRIORITY_DEFAULT, on_wake, job, error);
    if (job->waker)
        job->thread = leat_thread_new(name, LEAT_THREAD_NORMAL, run, job, error);
    if (!job->thread) {
        destroy(job);
        return NULL;
    }
    job->cancel_listener = (LeatCancelListener){.wake = on_cancel, .data = job};
    leat_cancel_add_listener(job->cancel, &job->cancel_listener);
    return job;
}

const char *leat_job_name(const LeatJob *job)
{
    return job->name;
}

void leat_job_connect(LeatJob *job, LeatJobListener *listener)
{
    LeatJobListener **end = &job->listeners;

    while (*end)
        end = &(*end)->next;
    listener->next = NULL;
    *end = listener;
}

void leat_job_disconnect(LeatJob *job, LeatJobListener *listener)
{
    LeatJobListener **link = &job->listeners;

    while (*link && *link != listener)
        link = &(*link)->next;
    if (!*link)
        return;
    if (job->next_told == listener)
        job->next_told = listener->next;
    *link = listener->next;
}

bool leat_job_start(LeatJob *job, GError **error)
{
    if (job->completed)
        return leat_cancel_check(job->cancel, error);
    job->started = leat_thread_start(job->thread, error);
    return job->started;
}

void leat_job_cancel(LeatJob *job)
{
    leat_cancel_trigger(job->cancel);
}

static int64_t estimate_left(const LeatJobInfo *info, int64_t now_ns)
{
    if (info->state != LEAT_JOB_RUNNING || info->done < 1 || info->total < info->done)
        return -1;
    return (int64_t)((double)(now_ns - info->started_ns) * (double)(info->total - info->done) /
                     (double)info->done);
}

LeatJobInfo leat_job_get_info(LeatJob *job)
{
    int64_t now = leat_clock_now_ns();
    LeatJobInfo info;

    leat_lock_acquire(&job->lock);
    info = job->info;
    leat_lock_release(&job->lock);
    info.done = atomic_load(&job->done);
    info.total = atomic_load(&job->total);
    info.cancel_asked = leat_cancel_is_set(job->cancel);
    info.left_ns = estimate_left(&info, now);
    return info;
}

LeatCancel *leat_job_cancel_object(LeatJob *job)
{
    return job->cancel;
}

void leat_job_report(LeatJob *job, int64_t done, int64_t total)
{
    int64_t now = leat_clock_now_ns();
    long long due = atomic_load(&job->next_report_ns);

    atomic_store(&job->total, total);
    atomic_store(&job->done, done);
    /* Of several that report at once, one tells. */
    if (now >= due && atomic_compare_exchange_strong(&job->next_report_ns, &due, now + REPORT_NS))
        leat_waker_wake(job->waker);
}

typedef struct {
    LeatJob *job;
    LeatJobFunc func;
    void *data;
    GError **error;
    bool good;
} Below;

static void run_below(void *data)
{
    Below *below = data;

    below->good = below->func(below->job, below->data, below->error);
}

bool leat_job_run_below(LeatJob *job, LeatJobFunc func, void *data, GError **error)
{
    Below below = {.job = job, .func = func, .data = data, .error = error};
    LeatThread *thread =
        leat_thread_new("compute-0", LEAT_THREAD_BACKGROUND, run_below, &below, error);

    if (!thread)
        return false;
    if (leat_thread_start(thread, error))
        leat_thread_join(thread);
    leat_thread_free(thread);
    return below.good;
}

void leat_job_free(LeatJob *job)
{
    if (!job)
        return;
    job->freed = true;
    if (job->telling)
        return;
    if (!job->completed) {
        leat_cancel_trigger(job->cancel);
        complete(job);
    }
    destroy(job);
}
