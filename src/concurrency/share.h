/* SPDX-License-Identifier: MIT */
/* Lets threads that are woken together begin on cores of their own.
 *
 * The kernel wakes a thread on an idle core, and counts a core that runs nothing but SCHED_IDLE
 * work as idle, even for a thread that is SCHED_IDLE itself (before Linux's commit fd54d81c2c0e of
 * 2026, "sched/fair: Skip SCHED_IDLE rq for SCHED_IDLE task"). So background threads that are woken
 * together may all begin on one core, and stay there for ten milliseconds and more while another
 * core has nothing to do. Whoever wakes them deals the cores out before, and gives every thread all
 * of its cores back right after. From then on the kernel moves them as ever.
 *
 * A thread of this process, or of a child, is known by its number. What the system refuses is left
 * as it is. Owned by the caller; any thread, one at a time. */
#ifndef LEAT_CONCURRENCY_SHARE_H
#define LEAT_CONCURRENCY_SHARE_H

#include <sched.h>

typedef struct {
    int tid; /* 0: nothing to give back */
    cpu_set_t cores;
} LeatShare;

/* Before the wake: thread `index` of `count` (at least 1) keeps every count-th of the cores that it
 * may use, or one, if they are fewer than the threads. A thread that runs is moved there. One
 * thread alone, and threads with one core, keep what they have. */
void leat_share_begin(LeatShare *share, int tid, unsigned index, unsigned count);

/* After the wake. */
void leat_share_end(LeatShare *share);

#endif
