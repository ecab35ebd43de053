/* SPDX-License-Identifier: MIT */
/* A child process: started with posix_spawn (never a bare fork: threads run), joined through a
 * pidfd so that the wait has a timeout and a cancel. The child gets default signal handlers, no
 * blocked signals, and no descriptor but 0, 1, 2 and those named.
 *
 * Owned by the caller; one thread at a time. */
#ifndef LEAT_CONCURRENCY_PROCESS_H
#define LEAT_CONCURRENCY_PROCESS_H

#include "concurrency/cancel.h"
#include "concurrency/thread.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct LeatProcess LeatProcess;

/* `theirs` is the number that the child sees `ours` under. */
typedef struct {
    int ours, theirs;
} LeatProcessFd;

typedef struct {
    const LeatProcessFd *fds; /* may name 0, 1 and 2; those not named are inherited */
    size_t fd_count;
    const char *const *environment; /* NULL: this process's */
    LeatThreadClass sched_class; /* in force when start returns, for what the child then starts */
} LeatProcessOptions;

typedef struct {
    bool exited;
    int status; /* exit status when exited, else the signal */
} LeatProcessEnd;

/* `argv` is NULL-terminated; argv[0] is searched in PATH unless it has a slash. `options` may be
 * NULL. An error names the program and the cause. */
LeatProcess *leat_process_start(const char *const *argv, const LeatProcessOptions *options,
                                GError **error);

int leat_process_pid(const LeatProcess *process);

/* Sends `signal`; nothing happens when the child has ended. Never hits another process. */
void leat_process_kill(LeatProcess *process, int signal);

/* 1: ended, `end` (may be NULL) is filled; 0: the timeout; -1: cancelled. May be called again. */
int leat_process_join(LeatProcess *process, LeatCancel *cancel, int64_t timeout_ns,
                      LeatProcessEnd *end);

/* Kills with SIGKILL and reaps if it still runs. NULL is fine. */
void leat_process_free(LeatProcess *process);

#endif
