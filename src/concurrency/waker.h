/* SPDX-License-Identifier: MIT */
/* The bridge to a main loop: any thread wakes it, the loop's thread runs the function. An eventfd
 * in the loop's poll set, so that sanitizers can follow it and a busy loop cannot starve it the
 * way redraws starve idle sources. Wakes that come before the function has run become one call:
 * publish the data first (mailbox, queue), then wake. */
#ifndef LEAT_CONCURRENCY_WAKER_H
#define LEAT_CONCURRENCY_WAKER_H

#include <glib.h>

typedef struct LeatWaker LeatWaker;

typedef void (*LeatWakerFunc)(void *data);

/* `context` NULL is the default one. `priority` is GLib's: G_PRIORITY_DEFAULT runs before
 * redraws. */
LeatWaker *leat_waker_new(GMainContext *context, int priority, LeatWakerFunc func, void *data,
                          GError **error);

/* Any thread. Never waits. As soon as `func` can be called for it, this is done with the waker. */
void leat_waker_wake(LeatWaker *waker);

/* On the loop's thread, when no other thread can wake it any more; `func` is not called after. */
void leat_waker_free(LeatWaker *waker);

#endif
