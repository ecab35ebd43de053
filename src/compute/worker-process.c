/* SPDX-License-Identifier: MIT */
#include "compute/processes-internal.h"

#include "base/clock.h"
#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void set_state(LeatWorker *worker, LeatWorkerState state)
{
    worker->state = state;
    worker->since_ns = leat_clock_now_ns();
}

static void set_end(LeatWorker *worker, char *end)
{
    g_free(worker->end);
    worker->end = end;
}

typedef struct {
    const char *const *command;
    LeatProcessFd fds[4];
} Spawn;

/* On the spawner's thread. */
static void *spawn(void *data, LeatCancel *cancel, GError **error)
{
    const Spawn *task = data;

    /* It lowers its own class once it is ready. */
    return leat_process_start(
        task->command, &(LeatProcessOptions){.fds = task->fds, .fd_count = G_N_ELEMENTS(task->fds)},
        error);
}

static void destroy_process(void *process)
{
    leat_process_free(process);
}

/* A process that has the other end of `socket` for its own. */
static LeatProcess *start_process(LeatProcesses *processes, int socket, GError **error)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    Spawn task = {
        .command = processes->command,
        /* Units have nothing to read or to print; what goes wrong is told on stderr. */
        .fds = {{null, STDIN_FILENO},
                {null, STDOUT_FILENO},
                {socket, LEAT_WORKER_SOCKET_FD},
                {processes->executor->control_memory.fd, LEAT_WORKER_CONTROL_FD}},
    };
    LeatFuture *future;
    void *process = NULL;

    if (null < 0) {
        leat_error_set_errno(error, errno, "cannot open /dev/null");
        return NULL;
    }
    future = leat_pool_submit(processes->spawner, spawn, &task, destroy_process, error);
    if (future)
        leat_future_take(future, &process, error);
    leat_future_unref(future);
    close(null);
    return process;
}

static bool start(LeatProcesses *processes, LeatWorker *worker, GError **error)
{
    LeatExecutor *executor = processes->executor;
    LeatControlWorker *entry = &executor->control->workers[worker->index];
    const LeatMessage setup = {
        .type = LEAT_MESSAGE_SETUP,
        .setup = {.protocol = LEAT_WORKER_PROTOCOL,
                  .index = worker->index,
                  .workers = executor->workers,
                  .parent = getpid(),
                  .sched_class = executor->sched_class,
                  .control_bytes = executor->control_memory.bytes,
                  .memory_limit = processes->memory_limit},
    };
    char *name;
    int sockets[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) < 0) {
        leat_error_set_errno(error, errno, "cannot make a pair of sockets");
        return false;
    }
    worker->process = start_process(processes, sockets[1], error);
    close(sockets[1]);
    if (!worker->process) {
        close(sockets[0]);
        return false;
    }
    worker->socket = sockets[0];
    worker->start++;
    set_state(worker, LEAT_WORKER_STARTING);
    atomic_store(&entry->tid, leat_process_pid(worker->process));
    name = g_strdup_printf("leat-worker-%u", worker->index);
    leat_trace_name_process(executor->trace, leat_process_pid(worker->process), name);
    g_free(name);
    /* The first message always fits; if the process is gone already, that is seen soon. */
    leat_message_send(worker->socket, &setup, NULL);
    return true;
}

bool leat_worker_start(LeatProcesses *processes, LeatWorker *worker)
{
    GError *error = NULL;

    if (start(processes, worker, &error))
        return true;
    worker->failed_starts++;
    set_end(worker, g_strdup_printf("worker %u: %s", worker->index, error->message));
    g_error_free(error);
    return false;
}

bool leat_worker_send(LeatProcesses *processes, LeatWorker *worker, const LeatMessage *message,
                      const int *fds)
{
    if (!leat_message_send(worker->socket, message, fds)) {
        leat_worker_end(processes, worker, errno == EAGAIN ? "not listening" : NULL);
        return false;
    }
    if (message->type == LEAT_MESSAGE_OPEN)
        set_state(worker, LEAT_WORKER_OPENING);
    else if (message->type == LEAT_MESSAGE_ROUND)
        set_state(worker, LEAT_WORKER_BUSY);
    return true;
}

bool leat_worker_open(LeatProcesses *processes, LeatWorker *worker, const LeatWorkset *workset)
{
    const LeatWorkArea *area = &workset->area;
    LeatSharedWorkset *shared = workset->state;
    const int fds[LEAT_MESSAGE_FDS] = {workset->input.fd, workset->output.fd};
    LeatMessage message = {
        .type = LEAT_MESSAGE_OPEN,
        .workset = shared->number,
        .open = {.units = workset->units,
                 .input_bytes = area->input_bytes,
                 .input_mapped = workset->input.bytes,
                 .output_mapped = workset->output.bytes,
                 .output_offset = (size_t)(area->output - (uint8_t *)workset->output.data),
                 .output_bytes = area->output_bytes,
                 .stride = area->stride,
                 .scratch_bytes = workset->scratch_bytes},
    };

    g_strlcpy(message.open.kind, area->kind->name, sizeof message.open.kind);
    shared->known[worker->index] = worker->start;
    return leat_worker_send(processes, worker, &message, fds);
}

static char *describe_end(const LeatWorker *worker, const LeatProcessEnd *end, const char *why)
{
    int pid = leat_process_pid(worker->process);

    if (!end->exited && end->status == SIGKILL && why)
        return g_strdup_printf("worker %u (process %d, %s)", worker->index, pid, why);
    if (!end->exited)
        return g_strdup_printf("worker %u (process %d, signal %d: %s)", worker->index, pid,
                               end->status, sigdescr_np(end->status));
    return g_strdup_printf("worker %u (process %d, exit status %d)", worker->index, pid,
                           end->status);
}

int64_t leat_worker_end(LeatProcesses *processes, LeatWorker *worker, const char *why)
{
    LeatExecutor *executor = processes->executor;
    LeatControlWorker *entry = &executor->control->workers[worker->index];
    LeatProcessEnd end;
    int64_t unit;

    /* One that has ended by itself keeps the end that it had. */
    leat_process_kill(worker->process, SIGKILL);
    leat_process_join(worker->process, NULL, LEAT_FOREVER, &end);
    set_end(worker, describe_end(worker, &end, why));
    leat_process_free(worker->process);
    worker->process = NULL;
    close(worker->socket);
    worker->socket = -1;
    if (worker->state == LEAT_WORKER_STARTING || worker->state == LEAT_WORKER_OPENING)
        worker->failed_starts++;
    set_state(worker, LEAT_WORKER_DEAD);
    unit = atomic_load(&entry->unit);
    if (unit >= 0)
        leat_trace_slice_of(executor->trace, atomic_load(&entry->tid), "lost with its worker", unit,
                            atomic_load(&entry->start_ns), leat_clock_now_ns());
    atomic_store(&entry->unit, -1);
    atomic_store(&entry->tid, 0);
    return unit;
}
