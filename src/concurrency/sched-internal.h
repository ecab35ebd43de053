/* SPDX-License-Identifier: MIT */
/* How a class is told to the scheduler. Any thread. */
#ifndef LEAT_CONCURRENCY_SCHED_INTERNAL_H
#define LEAT_CONCURRENCY_SCHED_INTERNAL_H

#include "concurrency/thread.h"

#include <sys/types.h>

/* Remembers what the process was started with, which is what LEAT_THREAD_NORMAL means: a user's
 * own `nice` is respected. Call it before any class is applied; later calls do nothing. */
void leat_sched_remember_normal(void);

/* Applies the class to a thread, or to a child process, by its number. What the system refuses is
 * left as it is: no class is worth failing for. */
void leat_sched_apply(pid_t tid, LeatThreadClass sched_class);

#endif
