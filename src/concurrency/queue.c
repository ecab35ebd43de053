/* SPDX-License-Identifier: MIT */
#include "concurrency/queue.h"

#include "base/clock.h"
#include "base/error.h"
#include "concurrency/lock.h"

#include <stdlib.h>

typedef struct {
    void *item;
    size_t bytes;
} Slot;

struct LeatQueue {
    /* Set once. */
    LeatQueueLimits limits;
    LeatDestroyFunc destroy;
    LeatCancel *cancel;
    LeatCancelListener listener;

    LeatLock lock; /* for what follows */
    Slot *ring;    /* limits.items slots; NULL once an abort has emptied it */
    size_t head, items, bytes;
    size_t peak_items, peak_bytes;
    uint64_t pushed, popped, freed;
    unsigned waiters;
    bool closed, aborted;
};

static void release(LeatQueue *queue, bool changed)
{
    if (changed && queue->waiters > 0)
        leat_lock_release_and_wake(&queue->lock);
    else
        leat_lock_release(&queue->lock);
}

static void mark_aborted(void *data)
{
    LeatQueue *queue = data;

    leat_lock_acquire(&queue->lock);
    queue->aborted = true;
    release(queue, true);
}

/* Frees what an abort left behind. Called with the lock held and releases it: `destroy` is not
 * ours to call under it. Nothing enters an aborted queue, so the ring can be taken out whole. */
static void release_and_free_aborted(LeatQueue *queue, bool changed)
{
    Slot *ring = queue->ring;
    size_t head = queue->head, items = queue->items;

    if (!queue->aborted || !ring) {
        release(queue, changed);
        return;
    }
    queue->ring = NULL;
    queue->items = queue->bytes = 0;
    queue->freed += items;
    release(queue, changed);
    for (size_t i = 0; queue->destroy && i < items; i++)
        queue->destroy(ring[(head + i) % queue->limits.items].item);
    free(ring);
}

LeatQueue *leat_queue_new(LeatQueueLimits limits, LeatDestroyFunc destroy, LeatCancel *cancel,
                          GError **error)
{
    LeatQueue *queue = calloc(1, sizeof *queue);

    g_assert(limits.items > 0);
    if (!queue)
        return leat_error_no_memory(error, sizeof *queue, "a queue");
    queue->limits = limits;
    queue->destroy = destroy;
    if (limits.items <= SIZE_MAX / sizeof *queue->ring)
        queue->ring = calloc(limits.items, sizeof *queue->ring);
    if (!queue->ring) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_NO_MEMORY,
                    "cannot allocate a queue of %zu items; ask for fewer", limits.items);
        free(queue);
        return NULL;
    }
    if (!leat_lock_init(&queue->lock, error)) {
        free(queue->ring);
        free(queue);
        return NULL;
    }
    if (cancel) {
        queue->cancel = leat_cancel_ref(cancel);
        queue->listener = (LeatCancelListener){.wake = mark_aborted, .data = queue};
        leat_cancel_add_listener(cancel, &queue->listener);
    }
    return queue;
}

void leat_queue_free(LeatQueue *queue)
{
    if (!queue)
        return;
    if (queue->cancel)
        leat_cancel_remove_listener(queue->cancel, &queue->listener);
    leat_queue_abort(queue);
    leat_cancel_unref(queue->cancel);
    leat_lock_finish(&queue->lock);
    free(queue);
}

static bool has_room(const LeatQueue *queue, size_t bytes)
{
    const LeatQueueLimits *limits = &queue->limits;

    if (queue->items == limits->items)
        return false;
    if (limits->bytes == 0 || queue->items == 0)
        return true;
    return bytes <= limits->bytes && queue->bytes <= limits->bytes - bytes;
}

/* False at the deadline, which is only computed for the first wait. */
static bool wait_for_change(LeatQueue *queue, int64_t timeout_ns, int64_t *deadline_ns)
{
    bool in_time;

    if (timeout_ns <= 0)
        return false;
    if (*deadline_ns < 0)
        *deadline_ns = leat_clock_deadline_ns(timeout_ns);
    queue->waiters++;
    in_time = leat_lock_wait(&queue->lock, *deadline_ns);
    queue->waiters--;
    return in_time;
}

LeatQueueResult leat_queue_push(LeatQueue *queue, void *item, size_t bytes, int64_t timeout_ns)
{
    LeatQueueResult result;
    int64_t deadline = -1;
    bool in_time = true;

    g_assert(item);
    leat_lock_acquire(&queue->lock);
    while (in_time && !queue->aborted && !queue->closed && !has_room(queue, bytes))
        in_time = wait_for_change(queue, timeout_ns, &deadline);
    if (queue->aborted) {
        result = LEAT_QUEUE_ABORTED;
    } else if (queue->closed) {
        result = LEAT_QUEUE_CLOSED;
    } else if (!has_room(queue, bytes)) {
        result = LEAT_QUEUE_TIMEOUT;
    } else {
        size_t tail = (queue->head + queue->items) % queue->limits.items;

        queue->ring[tail] = (Slot){item, bytes};
        queue->items++;
        queue->bytes += bytes;
        queue->peak_items = MAX(queue->peak_items, queue->items);
        queue->peak_bytes = MAX(queue->peak_bytes, queue->bytes);
        queue->pushed++;
        result = LEAT_QUEUE_OK;
    }
    release_and_free_aborted(queue, result == LEAT_QUEUE_OK);
    return result;
}

LeatQueueResult leat_queue_pop(LeatQueue *queue, void **item, int64_t timeout_ns)
{
    LeatQueueResult result;
    int64_t deadline = -1;
    bool in_time = true;

    *item = NULL;
    leat_lock_acquire(&queue->lock);
    while (in_time && !queue->aborted && !queue->closed && queue->items == 0)
        in_time = wait_for_change(queue, timeout_ns, &deadline);
    if (queue->aborted) {
        result = LEAT_QUEUE_ABORTED;
    } else if (queue->items > 0) {
        Slot *slot = &queue->ring[queue->head];

        *item = slot->item;
        queue->items--;
        queue->bytes -= slot->bytes;
        queue->head = (queue->head + 1) % queue->limits.items;
        queue->popped++;
        result = LEAT_QUEUE_OK;
    } else {
        result = queue->closed ? LEAT_QUEUE_CLOSED : LEAT_QUEUE_TIMEOUT;
    }
    release_and_free_aborted(queue, result == LEAT_QUEUE_OK);
    return result;
}

void leat_queue_close(LeatQueue *queue)
{
    leat_lock_acquire(&queue->lock);
    queue->closed = true;
    release_and_free_aborted(queue, true);
}

void leat_queue_abort(LeatQueue *queue)
{
    leat_lock_acquire(&queue->lock);
    queue->aborted = true;
    release_and_free_aborted(queue, true);
}

LeatQueueFill leat_queue_get_fill(LeatQueue *queue)
{
    LeatQueueFill fill;

    leat_lock_acquire(&queue->lock);
    fill = (LeatQueueFill){
        .items = queue->items,
        .bytes = queue->bytes,
        .peak_items = queue->peak_items,
        .peak_bytes = queue->peak_bytes,
        .pushed = queue->pushed,
        .popped = queue->popped,
        .freed = queue->freed,
        .limits = queue->limits,
    };
    if (queue->aborted) {
        fill.freed += fill.items;
        fill.items = fill.bytes = 0;
    }
    release_and_free_aborted(queue, false);
    return fill;
}
