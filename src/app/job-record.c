/* SPDX-License-Identifier: MIT */
#include "app/job-record.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "concurrency/lock.h"
#include "concurrency/thread.h"
#include "concurrency/waker.h"
#include "store/store-job.h"

/* Between two rows that tell of nothing but progress. */
#define PROGRESS_NS LEAT_NS_PER_S

struct LeatJobRecord {
    /* Set once. */
    char *path;
    bool if_there; /* the file is not made */
    char *name, *executor;
    unsigned workers;
    int64_t queued_wall_ns;
    LeatThread *thread;
    LeatWaker *waker;
    LeatJobRecordFunc ended;
    void *data;

    /* Under the lock. */
    LeatLock lock;
    LeatJobInfo info; /* the latest */
    char *reason;     /* of a failed job */
    bool completed;   /* `info` is the last */
    bool abandoned;   /* nothing more will come */

    /* The thread's until it has been joined, then the loop's. */
    GError *error;

    /* The loop's own. */
    LeatJob *job; /* NULL once it has completed */
    LeatJobListener listener;
    bool told;
};

static int64_t wall_of(int64_t ns)
{
    return ns == 0 ? 0 : leat_clock_wall_ns() - (leat_clock_now_ns() - ns);
}

static LeatStoredJobState stored_state(LeatJobState state)
{
    static const LeatStoredJobState states[] = {
        [LEAT_JOB_QUEUED] = LEAT_STORED_JOB_QUEUED,
        [LEAT_JOB_RUNNING] = LEAT_STORED_JOB_RUNNING,
        [LEAT_JOB_DONE] = LEAT_STORED_JOB_DONE,
        [LEAT_JOB_FAILED] = LEAT_STORED_JOB_FAILED,
        [LEAT_JOB_CANCELLED] = LEAT_STORED_JOB_CANCELLED,
    };

    return states[state];
}

static void fill_row(LeatStoredJob *row, const LeatJobInfo *info)
{
    row->state = stored_state(info->state);
    row->units = info->total;
    row->done = info->done;
    if (row->started_wall_ns == 0)
        row->started_wall_ns = wall_of(info->started_ns);
    row->ended_wall_ns = wall_of(info->ended_ns);
}

typedef struct {
    LeatJobInfo info;
    char *reason;
    bool last;      /* of a job that has completed */
    bool abandoned; /* there will be none */
} News;

/* Waits for something that the row does not say. Progress alone waits until `not_before_ns`. */
static News wait_for_news(LeatJobRecord *record, const LeatStoredJob *row, int64_t not_before_ns)
{
    News news = {0};

    leat_lock_acquire(&record->lock);
    for (;;) {
        bool changed = stored_state(record->info.state) != row->state;
        bool moved = record->info.done != row->done || record->info.total != row->units;
        int64_t until = LEAT_FOREVER;

        if (record->completed || record->abandoned || changed)
            break;
        if (moved && leat_clock_now_ns() >= not_before_ns)
            break;
        if (moved)
            until = not_before_ns;
        leat_lock_wait(&record->lock, until);
    }
    news.info = record->info;
    news.reason = g_strdup(record->reason);
    news.last = record->completed;
    news.abandoned = record->abandoned && !record->completed;
    leat_lock_release(&record->lock);
    return news;
}

static void write_all_news(LeatJobRecord *record, LeatStoreJobWriter *writer, LeatStoredJob *row)
{
    int64_t not_before_ns = 0;
    bool written = true, last = false;

    while (written && !last) {
        News news = wait_for_news(record, row, not_before_ns);

        last = news.last || news.abandoned;
        if (!news.abandoned) {
            fill_row(row, &news.info);
            row->error = news.reason;
            written = leat_store_job_write(writer, row, &record->error);
            row->error = NULL;
            not_before_ns = leat_clock_now_ns() + PROGRESS_NS;
        }
        g_free(news.reason);
    }
}

static void run(void *data)
{
    LeatJobRecord *record = data;
    LeatStoredJob row = {
        .name = record->name,
        .executor = record->executor,
        .workers = record->workers,
        .queued_wall_ns = record->queued_wall_ns,
    };
    LeatStoreJobWriter *writer = NULL;

    if (!record->if_there || g_file_test(record->path, G_FILE_TEST_EXISTS))
        writer = leat_store_job_begin(record->path, &row, &record->error);
    if (writer)
        write_all_news(record, writer, &row);
    leat_store_job_close(writer);
    leat_waker_wake(record->waker);
}

static void on_changed(LeatJob *job, const LeatJobInfo *info, void *data)
{
    LeatJobRecord *record = data;

    (void)job;
    leat_lock_acquire(&record->lock);
    record->info = *info;
    leat_lock_wake(&record->lock);
    leat_lock_release(&record->lock);
}

static void on_completed(LeatJob *job, const LeatJobInfo *info, const GError *error, void *data)
{
    LeatJobRecord *record = data;
    char *reason = error ? g_strdup(error->message) : NULL;

    leat_job_disconnect(job, &record->listener);
    record->job = NULL;
    leat_lock_acquire(&record->lock);
    record->info = *info;
    record->reason = reason;
    record->completed = true;
    leat_lock_wake(&record->lock);
    leat_lock_release(&record->lock);
}

/* The thread has ended or is about to. */
static void on_ended(void *data)
{
    LeatJobRecord *record = data;

    if (record->told)
        return;
    record->told = true;
    leat_thread_join(record->thread);
    if (record->ended)
        record->ended(record, record->error, record->data);
    else if (record->error)
        leat_log(LEAT_LOG_WARNING, "the job is not recorded: %s", record->error->message);
}

static void destroy(LeatJobRecord *record)
{
    leat_thread_free(record->thread);
    leat_waker_free(record->waker);
    leat_lock_finish(&record->lock);
    g_clear_error(&record->error);
    g_free(record->path);
    g_free(record->name);
    g_free(record->executor);
    g_free(record->reason);
    g_free(record);
}

static LeatJobRecord *new_record(const char *path, bool if_there, LeatJob *job, const char *what,
                                 const char *executor, unsigned workers, LeatJobRecordFunc ended,
                                 void *data, GError **error)
{
    LeatJobRecord *record = g_new0(LeatJobRecord, 1);

    if (!leat_lock_init(&record->lock, error)) {
        g_free(record);
        return NULL;
    }
    record->path = g_strdup(path);
    record->if_there = if_there;
    record->name = g_strdup(what);
    record->executor = g_strdup(executor);
    record->workers = workers;
    record->queued_wall_ns = leat_clock_wall_ns();
    record->ended = ended;
    record->data = data;
    record->info = leat_job_get_info(job);
    record->listener =
        (LeatJobListener){.changed = on_changed, .completed = on_completed, .data = record};
    record->waker = leat_waker_new(NULL, G_PRIORITY_DEFAULT, on_ended, record, error);
    if (record->waker)
        record->thread = leat_thread_new("job-record", LEAT_THREAD_NORMAL, run, record, error);
    if (!record->thread || !leat_thread_start(record->thread, error)) {
        destroy(record);
        return NULL;
    }
    record->job = job;
    leat_job_connect(job, &record->listener);
    return record;
}

LeatJobRecord *leat_job_record_new(const char *path, LeatJob *job, const char *what,
                                   const char *executor, unsigned workers, LeatJobRecordFunc ended,
                                   void *data, GError **error)
{
    return new_record(path, false, job, what, executor, workers, ended, data, error);
}

LeatJobRecord *leat_job_record_new_if_there(const char *path, LeatJob *job, const char *what,
                                            const char *executor, unsigned workers,
                                            LeatJobRecordFunc ended, void *data, GError **error)
{
    return new_record(path, true, job, what, executor, workers, ended, data, error);
}

void leat_job_record_free(LeatJobRecord *record)
{
    if (!record)
        return;
    if (record->job)
        leat_job_disconnect(record->job, &record->listener);
    leat_lock_acquire(&record->lock);
    record->abandoned = true;
    leat_lock_wake(&record->lock);
    leat_lock_release(&record->lock);
    destroy(record);
}
