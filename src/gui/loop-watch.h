/* SPDX-License-Identifier: MIT */
/* The main loop's watchdog, for developers: names each handler of ours that holds the loop for over
 * LEAT_LOOP_LIMIT_NS, so that the window can never learn to stutter unseen.
 *
 * A thread of its own looks at every turn of the loop that takes longer than a millisecond: once a
 * millisecond it takes the main thread's stack. The outermost function of ours on it, above the
 * loop itself, is the handler. Where there is none the time is GTK's own, for layout and drawing
 * above all, and is told apart. Only the thread's own time counts, on a core or blocked in a call:
 * that others had the cores is not the handler's fault. What is measured is between the first look
 * that found the handler and the last, so that none is blamed for too much.
 *
 * Made and freed on the main thread; costs nothing when there is none. */
#ifndef LEAT_GUI_LOOP_WATCH_H
#define LEAT_GUI_LOOP_WATCH_H

#include "base/clock.h"

#include <glib.h>

#define LEAT_LOOP_LIMIT_NS (4 * LEAT_NS_PER_MS)

typedef struct LeatLoopWatch LeatLoopWatch;

/* Watches the default main context from now on. In the function that runs it, or in one that that
 * calls. */
LeatLoopWatch *leat_loop_watch_new(GError **error);

/* Ends it and sums up in the log. NULL is fine. */
void leat_loop_watch_free(LeatLoopWatch *watch);

#endif
