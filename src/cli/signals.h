/* SPDX-License-Identifier: MIT */
/* SIGINT, SIGTERM and SIGHUP as calls on a small thread of their own, so that they are heard even
 * while the main loop stands still. Make it before any other thread is started: the signals are
 * blocked in the calling thread, and threads inherit that. */
#ifndef LEAT_CLI_SIGNALS_H
#define LEAT_CLI_SIGNALS_H

#include <glib.h>

typedef struct LeatSignals LeatSignals;

/* `count` is 1 for the first signal, 2 for the second. On the thread of its own. The third one ends
 * the program at once, whatever it does. */
typedef void (*LeatSignalFunc)(int count, void *data);

LeatSignals *leat_signals_watch(LeatSignalFunc caught, void *data, GError **error);

/* Signals stay blocked. NULL is fine. */
void leat_signals_free(LeatSignals *signals);

#endif
