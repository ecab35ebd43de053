/* SPDX-License-Identifier: MIT */
/* A cancel: a flag, a file descriptor and a parent. One object reaches everything that may wait:
 * loops test the flag, polls take the descriptor, FFmpeg's interrupt callback tests the flag, and
 * queues and mailboxes listen. Triggering a cancel triggers its children, never its parent, and
 * cannot be undone.
 *
 * Reference counted; a child keeps its parent alive. Any thread may call anything here. */
#ifndef LEAT_CONCURRENCY_CANCEL_H
#define LEAT_CONCURRENCY_CANCEL_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct LeatCancel LeatCancel;

/* `parent` may be NULL. A child of a triggered parent is born triggered. NULL with an error when
 * memory or descriptors run out. */
LeatCancel *leat_cancel_new(LeatCancel *parent, GError **error);
LeatCancel *leat_cancel_ref(LeatCancel *cancel);
void leat_cancel_unref(LeatCancel *cancel);

void leat_cancel_trigger(LeatCancel *cancel);

/* Where a cancel is optional, NULL is one that is never triggered. */
bool leat_cancel_is_set(const LeatCancel *cancel);

/* False with LEAT_ERROR_CANCELLED when it is set. */
bool leat_cancel_check(const LeatCancel *cancel, GError **error);

/* An eventfd that is readable from the trigger on. Only poll it: never read it, never close it. */
int leat_cancel_fd(const LeatCancel *cancel);

/* Sleeps until the trigger or the timeout (ns, LEAT_FOREVER allowed); true when it is set. */
bool leat_cancel_wait(LeatCancel *cancel, int64_t timeout_ns);

/* Waits until `fd` is ready for `events` (POLLIN, POLLOUT), the trigger, or the timeout. Returns 1
 * when ready, 0 at the timeout, -1 when cancelled. */
int leat_cancel_poll(LeatCancel *cancel, int fd, short events, int64_t timeout_ns);

/* Calls `wake(data)` once, on the triggering thread, or at once when already set; listeners are
 * called in the order in which they were added. It must only wake something up. Memory is the
 * listener's: it must stay valid until removed. When remove returns, wake is not running on another
 * thread and will not be called again. Do not remove a listener from inside its own wake. */
typedef struct LeatCancelListener {
    void (*wake)(void *data);
    void *data;
    struct LeatCancelListener *next, *previous; /* the cancel's own */
    bool linked;                                /* the cancel's own */
} LeatCancelListener;

void leat_cancel_add_listener(LeatCancel *cancel, LeatCancelListener *listener);
void leat_cancel_remove_listener(LeatCancel *cancel, LeatCancelListener *listener);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LeatCancel, leat_cancel_unref)

#endif
