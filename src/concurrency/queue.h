/* SPDX-License-Identifier: MIT */
/* A bounded first-in first-out queue between threads: bounded by items and by bytes, with close
 * (no more in, the rest may be taken), abort (nothing in or out, the rest is freed), and timed
 * waits. Pushing allocates nothing: the ring is made with the queue.
 *
 * The queue owns the items in it; a push hands an item over only when it returns LEAT_QUEUE_OK.
 * Any number of threads on both ends. Free it when every call has returned and none can follow. */
#ifndef LEAT_CONCURRENCY_QUEUE_H
#define LEAT_CONCURRENCY_QUEUE_H

#include "concurrency/cancel.h"

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

typedef struct LeatQueue LeatQueue;

typedef void (*LeatDestroyFunc)(void *item);

typedef enum {
    LEAT_QUEUE_OK,
    LEAT_QUEUE_TIMEOUT, /* still full (push) or empty (pop) at the timeout */
    LEAT_QUEUE_CLOSED,  /* closed; for pop: and empty */
    LEAT_QUEUE_ABORTED, /* aborted, or its cancel was triggered */
} LeatQueueResult;

/* `items` at least 1. `bytes` is a bound on the sum of the sizes given to push, 0 for none; an
 * item larger than it is let in when the queue is empty, so that nothing can be stuck. */
typedef struct {
    size_t items, bytes;
} LeatQueueLimits;

typedef struct {
    size_t items, bytes;            /* now */
    size_t peak_items, peak_bytes;  /* ever */
    uint64_t pushed, popped, freed; /* freed: thrown away by abort or free */
    LeatQueueLimits limits;
} LeatQueueFill;

/* `destroy` frees an item that nobody took. `cancel` (may be NULL) aborts the queue when
 * triggered; items are then freed on the thread that next touches the queue. */
LeatQueue *leat_queue_new(LeatQueueLimits limits, LeatDestroyFunc destroy, LeatCancel *cancel,
                          GError **error);
void leat_queue_free(LeatQueue *queue);

/* `timeout_ns`: 0 does not wait, LEAT_FOREVER waits for space, close or abort. `item` not NULL. */
LeatQueueResult leat_queue_push(LeatQueue *queue, void *item, size_t bytes, int64_t timeout_ns);
LeatQueueResult leat_queue_pop(LeatQueue *queue, void **item, int64_t timeout_ns);

void leat_queue_close(LeatQueue *queue);
void leat_queue_abort(LeatQueue *queue);

LeatQueueFill leat_queue_get_fill(LeatQueue *queue);

#endif
