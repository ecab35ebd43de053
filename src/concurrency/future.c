/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/error.h"
#include "concurrency/future-internal.h"
#include "concurrency/lock.h"

#include <stdatomic.h>
#include <stdlib.h>

struct LeatFuture {
    atomic_uint references;

    /* Set once. */
    LeatTaskFunc func;
    void *data;
    LeatDestroyFunc destroy;
    LeatCancel *pool_cancel;

    LeatLock lock; /* for what follows */
    LeatFutureState state;
    LeatCancel *task_cancel; /* only while running */
    void *result;
    GError *error;
    bool taken;
};

LeatFuture *leat_future_new(LeatTaskFunc func, void *data, LeatDestroyFunc destroy,
                            LeatCancel *pool_cancel, GError **error)
{
    LeatFuture *future = calloc(1, sizeof *future);

    if (!future)
        return leat_error_no_memory(error, sizeof *future, "a future");
    if (!leat_lock_init(&future->lock, error)) {
        free(future);
        return NULL;
    }
    atomic_init(&future->references, 1);
    future->func = func;
    future->data = data;
    future->destroy = destroy;
    future->pool_cancel = leat_cancel_ref(pool_cancel);
    future->state = LEAT_FUTURE_QUEUED;
    return future;
}

LeatFuture *leat_future_ref(LeatFuture *future)
{
    atomic_fetch_add_explicit(&future->references, 1, memory_order_relaxed);
    return future;
}

void leat_future_unref(LeatFuture *future)
{
    if (!future || atomic_fetch_sub_explicit(&future->references, 1, memory_order_acq_rel) > 1)
        return;
    if (future->result && future->destroy && !future->taken)
        future->destroy(future->result);
    g_clear_error(&future->error);
    leat_cancel_unref(future->pool_cancel);
    leat_lock_finish(&future->lock);
    free(future);
}

/* With the lock held. The pool's cancel completes what is queued without visiting it: whoever
 * looks first writes it down. */
static LeatFutureState settle(LeatFuture *future)
{
    if (future->state == LEAT_FUTURE_QUEUED && leat_cancel_is_set(future->pool_cancel)) {
        future->state = LEAT_FUTURE_CANCELLED;
        leat_lock_wake(&future->lock);
    }
    return future->state;
}

LeatFutureState leat_future_get_state(LeatFuture *future)
{
    LeatFutureState state;

    leat_lock_acquire(&future->lock);
    state = settle(future);
    leat_lock_release(&future->lock);
    return state;
}

void leat_future_cancel(LeatFuture *future)
{
    LeatCancel *task_cancel = NULL;

    leat_lock_acquire(&future->lock);
    if (future->state == LEAT_FUTURE_QUEUED) {
        future->state = LEAT_FUTURE_CANCELLED;
        leat_lock_wake(&future->lock);
    } else if (future->state == LEAT_FUTURE_RUNNING) {
        task_cancel = leat_cancel_ref(future->task_cancel);
    }
    leat_lock_release(&future->lock);
    leat_cancel_trigger(task_cancel);
    leat_cancel_unref(task_cancel);
}

static void complete(LeatFuture *future, void *result, GError *error, bool cancelled)
{
    leat_lock_acquire(&future->lock);
    future->result = result;
    future->error = error;
    future->task_cancel = NULL;
    if (!error)
        future->state = LEAT_FUTURE_DONE;
    else if (cancelled && g_error_matches(error, LEAT_ERROR, LEAT_ERROR_CANCELLED))
        future->state = LEAT_FUTURE_CANCELLED;
    else
        future->state = LEAT_FUTURE_FAILED;
    leat_lock_wake(&future->lock);
    leat_lock_release(&future->lock);
}

void leat_future_run(LeatFuture *future)
{
    GError *error = NULL;
    /* Made here and not with the future: a long queue must not use up the descriptors. */
    LeatCancel *cancel = leat_cancel_new(future->pool_cancel, &error);
    void *result = NULL;
    bool begin;

    leat_lock_acquire(&future->lock);
    begin = settle(future) == LEAT_FUTURE_QUEUED;
    if (begin) {
        future->state = LEAT_FUTURE_RUNNING;
        future->task_cancel = cancel;
    }
    leat_lock_release(&future->lock);
    if (begin) {
        if (cancel)
            result = future->func(future->data, cancel, &error);
        complete(future, result, error, leat_cancel_is_set(cancel));
    } else {
        g_clear_error(&error);
    }
    leat_cancel_unref(cancel);
}

static void wake_waiters(void *data)
{
    LeatFuture *future = data;

    leat_lock_acquire(&future->lock);
    leat_lock_wake(&future->lock);
    leat_lock_release(&future->lock);
}

bool leat_future_wait(LeatFuture *future, int64_t timeout_ns)
{
    LeatCancelListener listener = {.wake = wake_waiters, .data = future};
    int64_t deadline = leat_clock_deadline_ns(timeout_ns);
    bool in_time = timeout_ns > 0;
    bool completed;

    leat_cancel_add_listener(future->pool_cancel, &listener);
    leat_lock_acquire(&future->lock);
    while (!(completed = settle(future) >= LEAT_FUTURE_DONE) && in_time)
        in_time = leat_lock_wait(&future->lock, deadline);
    leat_lock_release(&future->lock);
    leat_cancel_remove_listener(future->pool_cancel, &listener);
    return completed;
}

bool leat_future_take(LeatFuture *future, void **result, GError **error)
{
    bool done;

    leat_future_wait(future, LEAT_FOREVER);
    leat_lock_acquire(&future->lock);
    done = future->state == LEAT_FUTURE_DONE && !future->taken;
    if (done) {
        if (result)
            *result = future->result;
        /* Who does not want the result leaves it to the last reference. */
        future->taken = result != NULL;
    } else if (future->error) {
        if (error)
            *error = g_error_copy(future->error);
    } else if (future->state == LEAT_FUTURE_CANCELLED) {
        g_set_error_literal(error, LEAT_ERROR, LEAT_ERROR_CANCELLED, "the task was cancelled");
    } else {
        g_set_error_literal(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                            "the task's result was taken before");
    }
    leat_lock_release(&future->lock);
    return done;
}
