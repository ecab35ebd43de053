/* SPDX-License-Identifier: MIT */
#include "concurrency/cancel.h"

#include "base/clock.h"
#include "base/error.h"
#include "concurrency/lock.h"
#include "concurrency/thread.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

struct LeatCancel {
    atomic_uint references;
    atomic_bool set;

    /* Set once. */
    int fd;
    LeatCancel *parent;
    LeatCancelListener in_parent;

    LeatLock lock;                    /* for what follows, and for setting `set` */
    LeatCancelListener *first, *last; /* woken in the order in which they were added */
    LeatCancelListener *waking;       /* its wake runs now, without the lock */
};

/* A child listens to its parent. No lock is held while a wake runs, so that a whole tree can be
 * triggered without ever holding two. */
static void wake_child(void *data)
{
    leat_cancel_trigger(data);
}

LeatCancel *leat_cancel_new(LeatCancel *parent, GError **error)
{
    LeatCancel *cancel = calloc(1, sizeof *cancel);

    if (!cancel)
        return leat_error_no_memory(error, sizeof *cancel, "a cancel");
    atomic_init(&cancel->references, 1);
    atomic_init(&cancel->set, false);
    cancel->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (cancel->fd < 0) {
        leat_error_set_errno(error, errno, "cannot make an event descriptor for a cancel");
        free(cancel);
        return NULL;
    }
    if (!leat_lock_init(&cancel->lock, error)) {
        close(cancel->fd);
        free(cancel);
        return NULL;
    }
    if (parent) {
        cancel->parent = leat_cancel_ref(parent);
        cancel->in_parent = (LeatCancelListener){.wake = wake_child, .data = cancel};
        leat_cancel_add_listener(parent, &cancel->in_parent);
    }
    return cancel;
}

LeatCancel *leat_cancel_ref(LeatCancel *cancel)
{
    if (cancel)
        atomic_fetch_add_explicit(&cancel->references, 1, memory_order_relaxed);
    return cancel;
}

void leat_cancel_unref(LeatCancel *cancel)
{
    LeatCancel *parent;

    /* A loop, as a long chain of parents may end with its last child. */
    for (; cancel; cancel = parent) {
        if (atomic_fetch_sub_explicit(&cancel->references, 1, memory_order_acq_rel) > 1)
            return;
        parent = cancel->parent;
        if (parent)
            leat_cancel_remove_listener(parent, &cancel->in_parent);
        g_assert(!cancel->first);
        leat_lock_finish(&cancel->lock);
        close(cancel->fd);
        free(cancel);
    }
}

/* With the lock held. */
static void unlink_listener(LeatCancel *cancel, LeatCancelListener *listener)
{
    if (listener->previous)
        listener->previous->next = listener->next;
    else
        cancel->first = listener->next;
    if (listener->next)
        listener->next->previous = listener->previous;
    else
        cancel->last = listener->previous;
    listener->linked = false;
}

void leat_cancel_trigger(LeatCancel *cancel)
{
    const uint64_t one = 1;

    if (!cancel)
        return;
    leat_lock_acquire(&cancel->lock);
    if (atomic_load_explicit(&cancel->set, memory_order_relaxed)) {
        leat_lock_release(&cancel->lock);
        return;
    }
    atomic_store_explicit(&cancel->set, true, memory_order_release);
    while (write(cancel->fd, &one, sizeof one) < 0 && errno == EINTR)
        ;
    while (cancel->first) {
        LeatCancelListener *listener = cancel->first;

        unlink_listener(cancel, listener);
        cancel->waking = listener;
        leat_lock_release(&cancel->lock);
        listener->wake(listener->data);
        leat_lock_acquire(&cancel->lock);
        cancel->waking = NULL;
        leat_lock_wake(&cancel->lock);
    }
    leat_lock_release(&cancel->lock);
}

bool leat_cancel_is_set(const LeatCancel *cancel)
{
    return cancel && atomic_load_explicit(&cancel->set, memory_order_acquire);
}

bool leat_cancel_check(const LeatCancel *cancel, GError **error)
{
    if (!leat_cancel_is_set(cancel))
        return true;
    g_set_error_literal(error, LEAT_ERROR, LEAT_ERROR_CANCELLED, "cancelled");
    return false;
}

int leat_cancel_fd(const LeatCancel *cancel)
{
    return cancel->fd;
}

/* poll() up to a deadline; signals do not end it. */
static int poll_until(struct pollfd *fds, nfds_t count, int64_t deadline_ns)
{
    int ready;

    leat_thread_begin_wait();
    do {
        int64_t rest = MAX(deadline_ns - leat_clock_now_ns(), 0);
        struct timespec timeout = {rest / LEAT_NS_PER_S, rest % LEAT_NS_PER_S};

        ready = ppoll(fds, count, deadline_ns == LEAT_FOREVER ? NULL : &timeout, NULL);
    } while (ready < 0 && errno == EINTR);
    leat_thread_end_wait();
    return ready;
}

bool leat_cancel_wait(LeatCancel *cancel, int64_t timeout_ns)
{
    struct pollfd fd = {.fd = cancel->fd, .events = POLLIN};

    if (!leat_cancel_is_set(cancel) && timeout_ns > 0)
        poll_until(&fd, 1, leat_clock_deadline_ns(timeout_ns));
    return leat_cancel_is_set(cancel);
}

int leat_cancel_poll(LeatCancel *cancel, int fd, short events, int64_t timeout_ns)
{
    struct pollfd fds[] = {
        {.fd = fd, .events = events},
        {.fd = cancel ? cancel->fd : -1, .events = POLLIN}, /* -1 is ignored */
    };

    if (leat_cancel_is_set(cancel))
        return -1;
    poll_until(fds, G_N_ELEMENTS(fds), leat_clock_deadline_ns(timeout_ns));
    if (leat_cancel_is_set(cancel))
        return -1;
    /* An error or a hang-up is ready too: the next read says which. */
    return fds[0].revents ? 1 : 0;
}

void leat_cancel_add_listener(LeatCancel *cancel, LeatCancelListener *listener)
{
    bool set;

    leat_lock_acquire(&cancel->lock);
    set = atomic_load_explicit(&cancel->set, memory_order_relaxed);
    listener->linked = !set;
    if (!set) {
        listener->previous = cancel->last;
        listener->next = NULL;
        if (cancel->last)
            cancel->last->next = listener;
        else
            cancel->first = listener;
        cancel->last = listener;
    }
    leat_lock_release(&cancel->lock);
    if (set)
        listener->wake(listener->data);
}

void leat_cancel_remove_listener(LeatCancel *cancel, LeatCancelListener *listener)
{
    leat_lock_acquire(&cancel->lock);
    if (listener->linked)
        unlink_listener(cancel, listener);
    while (cancel->waking == listener)
        leat_lock_wait(&cancel->lock, LEAT_FOREVER);
    leat_lock_release(&cancel->lock);
}
