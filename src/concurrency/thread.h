/* SPDX-License-Identifier: MIT */
/* A named thread with a visible life cycle, and the registry of all of them.
 *
 *     New -> Runnable -> Running <-> Waiting
 *                           |
 *                           v
 *                          Dead
 *
 * New: made, not started. Runnable: started, but a core has not taken it up (the kernel says it is
 * ready, and it is not executing). Running: executing. Waiting: in leat_lock_wait, between
 * leat_thread_begin_wait and leat_thread_end_wait, or asleep in the kernel. Dead: its function has
 * returned. A dead thread stays in the registry until it is freed.
 *
 * The registry belongs to the process, as the kernel's table of threads does: it is the one piece
 * of global state below the log, it has its own lock, and it only describes. */
#ifndef LEAT_CONCURRENCY_THREAD_H
#define LEAT_CONCURRENCY_THREAD_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct LeatThread LeatThread;

typedef void (*LeatThreadFunc)(void *data);

typedef enum {
    LEAT_THREAD_NEW,
    LEAT_THREAD_RUNNABLE,
    LEAT_THREAD_RUNNING,
    LEAT_THREAD_WAITING,
    LEAT_THREAD_DEAD,
} LeatThreadState;

/* What the scheduler is told; each is asked for, and taken quietly if the system refuses. */
typedef enum {
    LEAT_THREAD_NORMAL,
    LEAT_THREAD_LIVE,       /* capture, window: a short time slice, and a higher priority where the
                             * user may have one */
    LEAT_THREAD_BACKGROUND, /* computation: SCHED_IDLE, or SCHED_BATCH with nice */
} LeatThreadClass;

typedef struct {
    char name[16];
    int tid; /* the kernel's number, 0 while New */
    LeatThreadState state;
    LeatThreadClass sched_class;
    int64_t cpu_ns;     /* CPU time used */
    int64_t started_ns; /* CLOCK_MONOTONIC, 0 while New */
    int64_t ended_ns;   /* 0 until Dead */
} LeatThreadInfo;

/* `name`: at most 15 bytes, also seen in `top -H`. The thread is New. */
LeatThread *leat_thread_new(const char *name, LeatThreadClass sched_class, LeatThreadFunc func,
                            void *data, GError **error);

/* Once. False when the system has no thread to give; the thread is then still New. Signals are
 * blocked in the new thread: they are the main thread's. */
bool leat_thread_start(LeatThread *thread, GError **error);

/* Waits for the end. May be called once by one thread; returns at once for a New thread. */
void leat_thread_join(LeatThread *thread);

/* Joins when that was not done, removes it from the registry. NULL is fine. */
void leat_thread_free(LeatThread *thread);

/* In place of leat_thread_free, for whoever must not wait: the thread is on its own, is freed when
 * it ends, and is no longer known to the caller. What its function still uses then must be its own.
 * It ends with the program, wherever it is by then. NULL is fine. */
void leat_thread_let_go(LeatThread *thread);

LeatThreadInfo leat_thread_get_info(LeatThread *thread);

/* Registers the calling thread (the main thread, a library's) under a name until it ends, and
 * applies the class to it; on a thread that is registered, changes both. The main thread keeps the
 * program's name in `top`. When memory runs out the thread stays unlisted, which harms nothing. */
void leat_thread_adopt(const char *name, LeatThreadClass sched_class);

/* Brackets a wait that is not one of ours, such as a poll or a library's blocking read. Does
 * nothing on a thread that is not registered. */
void leat_thread_begin_wait(void);
void leat_thread_end_wait(void);

/* All registered threads in order of creation, as an array of `count` to be freed with free().
 * NULL and 0 when memory runs out. */
LeatThreadInfo *leat_thread_list(size_t *count);

const char *leat_thread_state_name(LeatThreadState state);

#endif
