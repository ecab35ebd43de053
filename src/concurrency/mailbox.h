/* SPDX-License-Identifier: MIT */
/* A slot in which the latest item wins: for whatever is shown. Putting never waits; an item that
 * nobody took is replaced, freed and counted.
 *
 * The mailbox owns the item in it. Any number of threads on both ends. Free it when every
 * call has returned and none can follow. */
#ifndef LEAT_CONCURRENCY_MAILBOX_H
#define LEAT_CONCURRENCY_MAILBOX_H

#include "concurrency/queue.h"
#include "concurrency/waker.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct LeatMailbox LeatMailbox;

typedef struct {
    uint64_t put, taken, replaced;
    bool full;
} LeatMailboxStats;

LeatMailbox *leat_mailbox_new(LeatDestroyFunc destroy, LeatCancel *cancel, GError **error);
void leat_mailbox_free(LeatMailbox *mailbox);

/* `waker` (may be NULL) is woken after each put, at close and at abort. Set it before the first
 * put; the mailbox does not own it. */
void leat_mailbox_set_waker(LeatMailbox *mailbox, LeatWaker *waker);

/* LEAT_QUEUE_OK: the item was handed over, and `replaced` (may be NULL) says whether it took the
 * place of one that nobody had taken. CLOSED or ABORTED: the item is still the caller's. */
LeatQueueResult leat_mailbox_put(LeatMailbox *mailbox, void *item, bool *replaced);

/* Takes the item; see leat_queue_pop for the results. After close the last item can be taken. */
LeatQueueResult leat_mailbox_take(LeatMailbox *mailbox, void **item, int64_t timeout_ns);

void leat_mailbox_close(LeatMailbox *mailbox);
void leat_mailbox_abort(LeatMailbox *mailbox);

LeatMailboxStats leat_mailbox_get_stats(LeatMailbox *mailbox);

#endif
