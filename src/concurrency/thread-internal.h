/* SPDX-License-Identifier: MIT */
/* What the thread's own file and the registry share. */
#ifndef LEAT_CONCURRENCY_THREAD_INTERNAL_H
#define LEAT_CONCURRENCY_THREAD_INTERNAL_H

#include "concurrency/thread.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

/* Where the thread is by its own account; the kernel knows the rest. */
typedef enum {
    LEAT_THREAD_STAGE_NEW,
    LEAT_THREAD_STAGE_STARTED, /* the system has been asked for it */
    LEAT_THREAD_STAGE_ALIVE,   /* it runs our code: tid, clock and started_ns are set */
    LEAT_THREAD_STAGE_DEAD,    /* its function returned: ended_ns and cpu_ns are set */
} LeatThreadStage;

struct LeatThread {
    /* Set once. */
    LeatThreadFunc func;
    void *data;

    /* The starter's and joiner's. */
    pthread_t handle;
    bool joinable;

    atomic_int holders; /* its owner, and the thread itself from its start to its end */

    /* Written by the thread itself before it raises `stage`, then constant. */
    int tid;
    clockid_t clock;
    int64_t started_ns, ended_ns, cpu_ns;
    atomic_int stage; /* LeatThreadStage */

    /* Written by the thread itself. */
    atomic_uint waits; /* how deep it is in begin_wait */

    /* Under the registry's lock. */
    char name[16];
    LeatThreadClass sched_class;
    LeatThread *next, *previous;
};

void leat_thread_registry_add(LeatThread *thread);
void leat_thread_registry_remove(LeatThread *thread);
void leat_thread_registry_describe(LeatThread *thread, const char *name,
                                   LeatThreadClass sched_class);

/* The calling thread's registered name; false when it has none. */
bool leat_thread_current_name(char name[16]);

#endif
