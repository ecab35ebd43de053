/* SPDX-License-Identifier: MIT */
#include "compute/processes-internal.h"

#include "base/clock.h"
#include "base/error.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *const own_worker[] = {"/proc/self/exe", "worker", NULL};

unsigned leat_processes_count(const LeatProcesses *processes, LeatWorkerState state)
{
    unsigned count = 0;

    for (unsigned i = 0; i < processes->executor->workers; i++)
        if (processes->workers[i].state == state)
            count++;
    return count;
}

/* Takes what a worker has sent. */
static void hear(LeatProcesses *processes, LeatWorker *worker, LeatWorkerFunc func, void *data)
{
    static const LeatMessageType expected[] = {
        [LEAT_WORKER_STARTING] = LEAT_MESSAGE_READY,
        [LEAT_WORKER_OPENING] = LEAT_MESSAGE_OPENED,
        [LEAT_WORKER_BUSY] = LEAT_MESSAGE_DONE,
    };
    LeatMessage message;
    int fds[LEAT_MESSAGE_FDS];
    int received = leat_message_receive(worker->socket, MSG_DONTWAIT, &message, fds);

    if (received < 0)
        return;
    if (received == 0 || worker->state <= LEAT_WORKER_IDLE ||
        message.type != expected[worker->state]) {
        int64_t unit = leat_worker_end(processes, worker, NULL);

        func(data, worker, NULL, unit);
        return;
    }
    if (worker->state == LEAT_WORKER_BUSY)
        worker->failed_starts = 0;
    worker->state = LEAT_WORKER_IDLE;
    func(data, worker, &message, -1);
}

/* Ends who owes an answer for too long; a round is another matter. */
static void end_silent(LeatProcesses *processes, LeatWorkerFunc func, void *data)
{
    int64_t now_ns = leat_clock_now_ns();

    for (unsigned i = 0; i < processes->executor->workers; i++) {
        LeatWorker *worker = &processes->workers[i];

        if ((worker->state == LEAT_WORKER_STARTING || worker->state == LEAT_WORKER_OPENING) &&
            now_ns - worker->since_ns > LEAT_WORKER_ANSWER_NS) {
            leat_worker_end(processes, worker, "no answer");
            func(data, worker, NULL, -1);
        }
    }
}

void leat_processes_wait(LeatProcesses *processes, LeatCancel *cancel, int64_t timeout_ns,
                         LeatWorkerFunc func, void *data)
{
    unsigned workers = processes->executor->workers;
    struct pollfd *polls = processes->polls;
    int64_t longest_ns = MIN(timeout_ns, LEAT_WORKER_ANSWER_NS);
    const struct timespec timeout = {longest_ns / LEAT_NS_PER_S, longest_ns % LEAT_NS_PER_S};

    for (unsigned i = 0; i < workers; i++)
        polls[i] = (struct pollfd){.fd = processes->workers[i].socket, .events = POLLIN};
    polls[workers] = (struct pollfd){.fd = processes->limit_fd, .events = POLLIN};
    polls[workers + 1] =
        (struct pollfd){.fd = cancel ? leat_cancel_fd(cancel) : -1, .events = POLLIN};
    leat_thread_begin_wait();
    if (ppoll(polls, workers + 2, &timeout, NULL) < 0)
        for (unsigned i = 0; i < workers + 2; i++)
            polls[i].revents = 0;
    leat_thread_end_wait();
    if (polls[workers].revents) {
        uint64_t count;

        if (read(processes->limit_fd, &count, sizeof count) < 0)
            g_assert(errno == EAGAIN);
    }
    for (unsigned i = 0; i < workers; i++)
        if (polls[i].revents && processes->workers[i].socket >= 0)
            hear(processes, &processes->workers[i], func, data);
    end_silent(processes, func, data);
}

static void stop(LeatExecutor *executor)
{
    LeatProcesses *processes = executor->state;

    for (unsigned i = 0; processes->workers && i < executor->workers; i++) {
        if (processes->workers[i].state != LEAT_WORKER_DEAD)
            leat_worker_end(processes, &processes->workers[i], NULL);
        g_free(processes->workers[i].end);
    }
    /* After the workers, which die with it. */
    leat_pool_free(processes->spawner);
    if (processes->limit_fd >= 0)
        close(processes->limit_fd);
    free(processes->workers);
    free(processes->polls);
    free(processes);
}

static void note_death(void *data, LeatWorker *worker, const LeatMessage *message, int64_t unit)
{
    LeatWorker **dead = data;

    if (!message)
        *dead = worker;
}

static bool start_workers(LeatProcesses *processes, GError **error)
{
    unsigned workers = processes->executor->workers;
    LeatWorker *dead = NULL;

    for (unsigned i = 0; i < workers; i++) {
        processes->workers[i] = (LeatWorker){.index = i, .socket = -1};
        processes->polls[i].fd = -1;
    }
    for (unsigned i = 0; !dead && i < workers; i++)
        if (!leat_worker_start(processes, &processes->workers[i]))
            dead = &processes->workers[i];
    while (!dead && leat_processes_count(processes, LEAT_WORKER_IDLE) < workers)
        leat_processes_wait(processes, NULL, LEAT_FOREVER, note_death, &dead);
    if (dead)
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_FAILED, "no worker process: %s%s", dead->end,
                    dead->start > 0 ? " ended before it was ready" : "");
    return !dead;
}

static bool start(LeatExecutor *executor, const LeatExecutorOptions *options, GError **error)
{
    LeatProcesses *processes = calloc(1, sizeof *processes);

    if (!processes) {
        leat_error_no_memory(error, sizeof *processes, "an executor's processes");
        return false;
    }
    executor->state = processes;
    processes->executor = executor;
    processes->command = options->worker_command ? options->worker_command : own_worker;
    processes->memory_limit = options->memory_limit;
    processes->limit_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (processes->limit_fd < 0) {
        leat_error_set_errno(error, errno, "cannot make an event descriptor");
        goto fail;
    }
    processes->workers = calloc(executor->workers, sizeof *processes->workers);
    processes->polls = calloc(executor->workers + 2, sizeof *processes->polls);
    if (!processes->workers || !processes->polls) {
        leat_error_no_memory(error, executor->workers * sizeof *processes->workers,
                             "an executor's processes");
        goto fail;
    }
    processes->spawner = leat_pool_new("spawn", LEAT_THREAD_NORMAL, 1, 1, NULL, error);
    if (!processes->spawner || !start_workers(processes, error))
        goto fail;
    return true;

fail:
    stop(executor);
    return false;
}

static void close_workset(LeatWorkset *workset)
{
    LeatProcesses *processes = workset->executor->state;
    LeatSharedWorkset *shared = workset->state;
    const LeatMessage message = {.type = LEAT_MESSAGE_CLOSE, .workset = shared->number};

    for (unsigned i = 0; i < workset->executor->workers; i++)
        if (processes->workers[i].state != LEAT_WORKER_DEAD &&
            shared->known[i] == processes->workers[i].start)
            leat_worker_send(processes, &processes->workers[i], &message, NULL);
    free(shared);
}

static void note_failure(void *data, LeatWorker *worker, const LeatMessage *message, int64_t unit)
{
    GError **failure = data;

    if (message && message->type == LEAT_MESSAGE_OPENED && message->code >= 0 && !*failure)
        *failure = leat_message_get_error(message);
}

static bool open_workset(LeatWorkset *workset, GError **error)
{
    LeatProcesses *processes = workset->executor->state;
    unsigned workers = workset->executor->workers;
    LeatSharedWorkset *shared = calloc(1, sizeof *shared + workers * sizeof *shared->known);
    GError *failure = NULL;

    if (!shared) {
        leat_error_no_memory(error, sizeof *shared, "a workset");
        return false;
    }
    shared->number = ++processes->worksets;
    workset->state = shared;
    /* One that is dead or starting learns of it when it first takes part. */
    for (unsigned i = 0; i < workers; i++)
        if (processes->workers[i].state == LEAT_WORKER_IDLE)
            leat_worker_open(processes, &processes->workers[i], workset);
    while (leat_processes_count(processes, LEAT_WORKER_OPENING) > 0)
        leat_processes_wait(processes, NULL, LEAT_FOREVER, note_failure, &failure);
    if (failure) {
        close_workset(workset);
        g_propagate_error(error, failure);
        return false;
    }
    return true;
}

static void limit_changed(LeatExecutor *executor)
{
    LeatProcesses *processes = executor->state;
    const uint64_t one = 1;

    /* It can only fail when it is readable anyway. */
    if (write(processes->limit_fd, &one, sizeof one) < 0)
        g_assert(errno == EAGAIN);
}

const LeatExecutorOps leat_executor_processes_ops = {
    .start = start,
    .stop = stop,
    .init_memory = leat_memory_init_shared,
    .open = open_workset,
    .close = close_workset,
    .run = leat_processes_run,
    .limit_changed = limit_changed,
};
