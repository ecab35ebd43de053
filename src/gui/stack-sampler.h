/* SPDX-License-Identifier: MIT */
/* Looks at what one thread is doing, from another: a signal makes the thread note its stack and how
 * it has spent its time so far. For the loop watch. There is one at most in a process, since a
 * signal has one handler. */
#ifndef LEAT_GUI_STACK_SAMPLER_H
#define LEAT_GUI_STACK_SAMPLER_H

#include "concurrency/cancel.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define LEAT_STACK_DEPTH 192

/* The thread's own account, ns. Of the time that passes, what is neither on a core nor in the queue
 * for one is time blocked in a call. */
typedef struct {
    int64_t wall_ns, cpu_ns;
    int64_t queue_ns; /* it was ready, and other threads had the cores */
    int64_t blocks;   /* how often it gave its core up by itself */
} LeatTimeSpent;

typedef struct {
    LeatTimeSpent before, after;    /* looking itself takes time, which is not the thread's */
    void *frames[LEAT_STACK_DEPTH]; /* return addresses, the innermost first */
    int depth;
} LeatStackSample;

/* Begins to look at the calling thread. */
bool leat_stack_sampler_open(GError **error);

/* On the same thread, once nobody takes samples any more. */
void leat_stack_sampler_close(void);

/* On any other thread, one at a time. False when `cancel` was triggered before the thread answered,
 * which it does once it has a core. The sample is good until the next call. */
const LeatStackSample *leat_stack_sampler_take(LeatCancel *cancel);

#endif
