/* SPDX-License-Identifier: MIT */
/* The pool's side of a future. */
#ifndef LEAT_CONCURRENCY_FUTURE_INTERNAL_H
#define LEAT_CONCURRENCY_FUTURE_INTERNAL_H

#include "concurrency/pool.h"

/* `pool_cancel`: once it is set, a task that has not begun never will. */
LeatFuture *leat_future_new(LeatTaskFunc func, void *data, LeatDestroyFunc destroy,
                            LeatCancel *pool_cancel, GError **error);

/* Runs the task on the calling thread and completes the future, unless it was cancelled. */
void leat_future_run(LeatFuture *future);

#endif
