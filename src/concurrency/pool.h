/* SPDX-License-Identifier: MIT */
/* A fixed pool of threads and its futures. Each task completes exactly once, whatever happens to
 * it: done, failed, or cancelled before it ran. Separate duties get separate pools, so that
 * computation never starves I/O. */
#ifndef LEAT_CONCURRENCY_POOL_H
#define LEAT_CONCURRENCY_POOL_H

#include "concurrency/cancel.h"
#include "concurrency/queue.h"
#include "concurrency/thread.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct LeatPool LeatPool;
typedef struct LeatFuture LeatFuture;

/* Runs on a pool thread. Returns the result, or NULL with an error set; NULL without one is a
 * result too. Looks at `cancel` as often as it can stop. */
typedef void *(*LeatTaskFunc)(void *data, LeatCancel *cancel, GError **error);

typedef enum {
    LEAT_FUTURE_QUEUED,
    LEAT_FUTURE_RUNNING,
    LEAT_FUTURE_DONE,
    LEAT_FUTURE_FAILED,
    LEAT_FUTURE_CANCELLED,
} LeatFutureState;

/* `threads` and `max_queued` at least 1. The threads are named NAME-0, NAME-1, ... All of them
 * start or none: on failure nothing is left behind. */
LeatPool *leat_pool_new(const char *name, LeatThreadClass sched_class, unsigned threads,
                        unsigned max_queued, LeatCancel *cancel, GError **error);

/* Cancels what is queued and running, joins the threads. Futures may outlive their pool. */
void leat_pool_free(LeatPool *pool);

/* Waits for room in the queue. `destroy` (may be NULL) frees a result that nobody took. NULL with
 * an error when the pool is being freed or cancelled, or memory runs out; the task then never
 * runs. The caller owns the reference. */
LeatFuture *leat_pool_submit(LeatPool *pool, LeatTaskFunc func, void *data, LeatDestroyFunc destroy,
                             GError **error);

LeatFuture *leat_future_ref(LeatFuture *future);
void leat_future_unref(LeatFuture *future);

LeatFutureState leat_future_get_state(LeatFuture *future);

/* A queued task will not run; a running one sees its cancel. */
void leat_future_cancel(LeatFuture *future);

/* Waits until it completed; false at the timeout. */
bool leat_future_wait(LeatFuture *future, int64_t timeout_ns);

/* Waits without limit. True when done: `result` (may be NULL) receives the result, now the
 * caller's. False with the task's error, or LEAT_ERROR_CANCELLED. A result can be taken once. */
bool leat_future_take(LeatFuture *future, void **result, GError **error);

#endif
