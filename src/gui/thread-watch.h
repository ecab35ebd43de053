/* SPDX-License-Identifier: MIT */
/* Reads the threads' facts four times a second on a thread of its own, since they lie in files of
 * the kernel, and hands them to the main loop. Made, commanded and freed on the main thread. */
#ifndef LEAT_GUI_THREAD_WATCH_H
#define LEAT_GUI_THREAD_WATCH_H

#include "app/snapshot.h"

typedef struct LeatThreadWatch LeatThreadWatch;

/* On the main loop; the facts are good within the call. */
typedef void (*LeatThreadWatchFunc)(const LeatThreadFact *facts, size_t count, void *data);

/* Reads nothing until it is made active. */
LeatThreadWatch *leat_thread_watch_new(LeatThreadWatchFunc func, void *data, GError **error);

void leat_thread_watch_set_active(LeatThreadWatch *watch, bool active);

/* Nothing is called any more. Never waits: the program goes on until a reading under way is done.
 * NULL is fine. */
void leat_thread_watch_free(LeatThreadWatch *watch);

#endif
