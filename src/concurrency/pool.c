/* SPDX-License-Identifier: MIT */
#include "concurrency/pool.h"

#include "base/clock.h"
#include "base/error.h"
#include "concurrency/future-internal.h"
#include "concurrency/lock.h"

#include <stdlib.h>

struct LeatPool {
    /* Set once. */
    char name[16];
    LeatCancel *cancel;
    LeatQueue *queue; /* of LeatFuture */
    LeatThread **threads;
    unsigned thread_count;

    LeatLock lock; /* for what follows */
    unsigned submitters;
};

static void work(void *data)
{
    LeatPool *pool = data;
    void *future;

    while (leat_queue_pop(pool->queue, &future, LEAT_FOREVER) == LEAT_QUEUE_OK) {
        leat_future_run(future);
        leat_future_unref(future);
    }
}

static void give_up_future(void *future)
{
    leat_future_cancel(future);
    leat_future_unref(future);
}

static bool start_threads(LeatPool *pool, LeatThreadClass sched_class, unsigned threads,
                          GError **error)
{
    char *prefix = g_strndup(pool->name, 11); /* "-999" still fits a thread's name */
    bool started = true;

    for (unsigned i = 0; started && i < threads; i++) {
        char *name = g_strdup_printf("%s-%u", prefix, i);
        LeatThread *thread = leat_thread_new(name, sched_class, work, pool, error);

        g_free(name);
        started = thread && leat_thread_start(thread, error);
        if (started)
            pool->threads[pool->thread_count++] = thread;
        else
            leat_thread_free(thread);
    }
    g_free(prefix);
    return started;
}

LeatPool *leat_pool_new(const char *name, LeatThreadClass sched_class, unsigned threads,
                        unsigned max_queued, LeatCancel *cancel, GError **error)
{
    LeatPool *pool = calloc(1, sizeof *pool);

    g_assert(threads > 0 && max_queued > 0);
    if (!pool)
        return leat_error_no_memory(error, sizeof *pool, "a thread pool");
    if (!leat_lock_init(&pool->lock, error)) {
        free(pool);
        return NULL;
    }
    g_strlcpy(pool->name, name, sizeof pool->name);
    pool->threads = calloc(threads, sizeof *pool->threads);
    if (!pool->threads) {
        leat_error_no_memory(error, threads * sizeof *pool->threads, "a thread pool");
        goto fail;
    }
    pool->cancel = leat_cancel_new(cancel, error);
    if (!pool->cancel)
        goto fail;
    pool->queue =
        leat_queue_new((LeatQueueLimits){.items = max_queued}, give_up_future, pool->cancel, error);
    if (!pool->queue || !start_threads(pool, sched_class, threads, error))
        goto fail;
    return pool;

fail:
    leat_pool_free(pool);
    return NULL;
}

void leat_pool_free(LeatPool *pool)
{
    if (!pool)
        return;
    leat_cancel_trigger(pool->cancel);
    /* A submit that waited for room is on its way out. */
    leat_lock_acquire(&pool->lock);
    while (pool->submitters > 0)
        leat_lock_wait(&pool->lock, LEAT_FOREVER);
    leat_lock_release(&pool->lock);
    for (unsigned i = 0; i < pool->thread_count; i++)
        leat_thread_free(pool->threads[i]);
    leat_queue_free(pool->queue);
    leat_cancel_unref(pool->cancel);
    free(pool->threads);
    leat_lock_finish(&pool->lock);
    free(pool);
}

static void count_submitter(LeatPool *pool, int change)
{
    leat_lock_acquire(&pool->lock);
    pool->submitters += (unsigned)change;
    if (pool->submitters == 0)
        leat_lock_wake(&pool->lock);
    leat_lock_release(&pool->lock);
}

LeatFuture *leat_pool_submit(LeatPool *pool, LeatTaskFunc func, void *data, LeatDestroyFunc destroy,
                             GError **error)
{
    LeatFuture *future = leat_future_new(func, data, destroy, pool->cancel, error);

    if (!future)
        return NULL;
    count_submitter(pool, 1);
    leat_future_ref(future); /* the queue's */
    if (leat_queue_push(pool->queue, future, 0, LEAT_FOREVER) != LEAT_QUEUE_OK) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_CANCELLED,
                    "pool '%s' takes no more tasks: it was cancelled", pool->name);
        leat_future_unref(future);
        leat_future_unref(future);
        future = NULL;
    }
    count_submitter(pool, -1);
    return future;
}
