/* SPDX-License-Identifier: MIT */
/* The worker processes of an executor, as the executor has them. The owner of the executor calls
 * everything here. */
#ifndef LEAT_COMPUTE_PROCESSES_INTERNAL_H
#define LEAT_COMPUTE_PROCESSES_INTERNAL_H

#include "compute/executor-internal.h"
#include "compute/worker-link.h"
#include "concurrency/pool.h"
#include "concurrency/process.h"

#include <poll.h>

/* A worker that starts or opens a workset takes milliseconds; on a loaded machine, longer. */
#define LEAT_WORKER_ANSWER_NS (60 * LEAT_NS_PER_S)

/* What a worker is doing; each but the first two ends with a message from it. */
typedef enum {
    LEAT_WORKER_DEAD,
    LEAT_WORKER_IDLE,
    LEAT_WORKER_STARTING,
    LEAT_WORKER_OPENING,
    LEAT_WORKER_BUSY,
} LeatWorkerState;

typedef struct {
    unsigned index;
    LeatWorkerState state;
    int64_t since_ns; /* in that state */
    LeatProcess *process;
    int socket;
    uint64_t start;         /* which of its processes this is, from 1 */
    unsigned failed_starts; /* since one of its processes last answered a round */
    char *end;              /* how the last process ended, or why it did not start; or NULL */
} LeatWorker;

typedef struct {
    LeatExecutor *executor;
    const char *const *command;
    size_t memory_limit;
    LeatPool *spawner; /* its one thread is the parent of all workers, see worker.c */
    int limit_fd;      /* readable when the limit has changed */
    LeatWorker *workers;
    struct pollfd *polls; /* a worker each, the limit, the cancel */
    uint32_t worksets;    /* opened ever */
} LeatProcesses;

/* A workset's state. */
typedef struct {
    uint32_t number;
    uint64_t known[]; /* for each worker, the start that it was opened in */
} LeatSharedWorkset;

/* A worker has answered, or, when `message` is NULL, has died; its state has changed already.
 * `unit` is the one that it was in when it died, or -1. */
typedef void (*LeatWorkerFunc)(void *data, LeatWorker *worker, const LeatMessage *message,
                               int64_t unit);

/* Starts a worker that is dead. On failure it stays dead, and its `end` says why. */
bool leat_worker_start(LeatProcesses *processes, LeatWorker *worker);

/* Sends, and changes the state, unless the message has no answer. False when the worker has died
 * of it: it is dead then. */
bool leat_worker_send(LeatProcesses *processes, LeatWorker *worker, const LeatMessage *message,
                      const int *fds);

/* Makes a workset known to an idle worker. */
bool leat_worker_open(LeatProcesses *processes, LeatWorker *worker, const LeatWorkset *workset);

/* Kills it if it still runs, and takes its end. `why` (may be NULL) stands for the signal that it
 * was then killed with. Returns the unit that it was in, or -1. */
int64_t leat_worker_end(LeatProcesses *processes, LeatWorker *worker, const char *why);

unsigned leat_processes_count(const LeatProcesses *processes, LeatWorkerState state);

/* Waits until a worker has answered or died, the limit has changed, `cancel` (may be NULL) is set,
 * or the timeout; takes all answers. Workers that owe the answer to a start or an open for too long
 * are ended. */
void leat_processes_wait(LeatProcesses *processes, LeatCancel *cancel, int64_t timeout_ns,
                         LeatWorkerFunc func, void *data);

/* The operation `run`. */
bool leat_processes_run(LeatRound *round, GError **error);

#endif
