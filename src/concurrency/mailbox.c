/* SPDX-License-Identifier: MIT */
#include "concurrency/mailbox.h"

#include "base/clock.h"
#include "base/error.h"
#include "concurrency/lock.h"

#include <stdlib.h>

struct LeatMailbox {
    /* Set once, or before the first put. */
    LeatDestroyFunc destroy;
    LeatCancel *cancel;
    LeatCancelListener listener;
    LeatWaker *waker;

    LeatLock lock; /* for what follows */
    void *item;
    uint64_t put, taken, replaced;
    bool closed, aborted;
};

static void mark_aborted(void *data)
{
    LeatMailbox *mailbox = data;

    leat_lock_acquire(&mailbox->lock);
    mailbox->aborted = true;
    leat_lock_release_and_wake(&mailbox->lock);
}

/* Called with the lock held and releases it: `destroy` is not ours to call under it. */
static void release_and_free_aborted(LeatMailbox *mailbox, bool changed)
{
    void *item = NULL;

    if (mailbox->aborted) {
        item = mailbox->item;
        mailbox->item = NULL;
    }
    if (changed)
        leat_lock_release_and_wake(&mailbox->lock);
    else
        leat_lock_release(&mailbox->lock);
    if (item && mailbox->destroy)
        mailbox->destroy(item);
}

LeatMailbox *leat_mailbox_new(LeatDestroyFunc destroy, LeatCancel *cancel, GError **error)
{
    LeatMailbox *mailbox = calloc(1, sizeof *mailbox);

    if (!mailbox)
        return leat_error_no_memory(error, sizeof *mailbox, "a mailbox");
    mailbox->destroy = destroy;
    if (!leat_lock_init(&mailbox->lock, error)) {
        free(mailbox);
        return NULL;
    }
    if (cancel) {
        mailbox->cancel = leat_cancel_ref(cancel);
        mailbox->listener = (LeatCancelListener){.wake = mark_aborted, .data = mailbox};
        leat_cancel_add_listener(cancel, &mailbox->listener);
    }
    return mailbox;
}

void leat_mailbox_free(LeatMailbox *mailbox)
{
    if (!mailbox)
        return;
    if (mailbox->cancel)
        leat_cancel_remove_listener(mailbox->cancel, &mailbox->listener);
    leat_cancel_unref(mailbox->cancel);
    mark_aborted(mailbox);
    leat_lock_acquire(&mailbox->lock);
    release_and_free_aborted(mailbox, false);
    leat_lock_finish(&mailbox->lock);
    free(mailbox);
}

void leat_mailbox_set_waker(LeatMailbox *mailbox, LeatWaker *waker)
{
    mailbox->waker = waker;
}

static void wake_loop(LeatMailbox *mailbox)
{
    if (mailbox->waker)
        leat_waker_wake(mailbox->waker);
}

LeatQueueResult leat_mailbox_put(LeatMailbox *mailbox, void *item, bool *replaced)
{
    LeatQueueResult result = LEAT_QUEUE_OK;
    void *old = NULL;

    g_assert(item);
    leat_lock_acquire(&mailbox->lock);
    if (mailbox->aborted) {
        result = LEAT_QUEUE_ABORTED;
    } else if (mailbox->closed) {
        result = LEAT_QUEUE_CLOSED;
    } else {
        old = mailbox->item;
        mailbox->item = item;
        mailbox->put++;
        mailbox->replaced += old != NULL;
    }
    release_and_free_aborted(mailbox, result == LEAT_QUEUE_OK);
    if (replaced)
        *replaced = old != NULL;
    if (old && mailbox->destroy)
        mailbox->destroy(old);
    if (result == LEAT_QUEUE_OK)
        wake_loop(mailbox);
    return result;
}

LeatQueueResult leat_mailbox_take(LeatMailbox *mailbox, void **item, int64_t timeout_ns)
{
    LeatQueueResult result;
    int64_t deadline = timeout_ns > 0 ? leat_clock_deadline_ns(timeout_ns) : 0;
    bool in_time = timeout_ns > 0;

    *item = NULL;
    leat_lock_acquire(&mailbox->lock);
    while (in_time && !mailbox->aborted && !mailbox->closed && !mailbox->item)
        in_time = leat_lock_wait(&mailbox->lock, deadline);
    if (mailbox->aborted) {
        result = LEAT_QUEUE_ABORTED;
    } else if (mailbox->item) {
        *item = mailbox->item;
        mailbox->item = NULL;
        mailbox->taken++;
        result = LEAT_QUEUE_OK;
    } else {
        result = mailbox->closed ? LEAT_QUEUE_CLOSED : LEAT_QUEUE_TIMEOUT;
    }
    release_and_free_aborted(mailbox, false);
    return result;
}

void leat_mailbox_close(LeatMailbox *mailbox)
{
    leat_lock_acquire(&mailbox->lock);
    mailbox->closed = true;
    release_and_free_aborted(mailbox, true);
    wake_loop(mailbox);
}

void leat_mailbox_abort(LeatMailbox *mailbox)
{
    mark_aborted(mailbox);
    leat_lock_acquire(&mailbox->lock);
    release_and_free_aborted(mailbox, false);
    wake_loop(mailbox);
}

LeatMailboxStats leat_mailbox_get_stats(LeatMailbox *mailbox)
{
    LeatMailboxStats stats;

    leat_lock_acquire(&mailbox->lock);
    stats = (LeatMailboxStats){
        .put = mailbox->put,
        .taken = mailbox->taken,
        .replaced = mailbox->replaced,
        .full = mailbox->item && !mailbox->aborted,
    };
    release_and_free_aborted(mailbox, false);
    return stats;
}
