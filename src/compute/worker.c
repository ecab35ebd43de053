/* SPDX-License-Identifier: MIT */
#include "compute/worker.h"

#include "base/error.h"
#include "base/log.h"
#include "compute/memory-internal.h"
#include "compute/unit-internal.h"
#include "compute/worker-link.h"
#include "concurrency/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define NOT_STARTED_BY_LEAT 2

/* A workset of the executor, as this process has it. */
typedef struct Opened {
    uint32_t number;
    LeatWorkArea area;
    LeatMemory input, output, scratch;
    size_t scratch_bytes;
    struct Opened *next;
} Opened;

typedef struct {
    const LeatWorkKind *const *kinds;
    LeatMessageSetup setup;
    LeatMemory control_memory;
    LeatControl *control;
    size_t mapped; /* bytes of the worksets, which the limit does not count */
    size_t base;   /* bytes of address space at the start */
    Opened *worksets;
} Worker;

static size_t read_address_space(void)
{
    FILE *file = fopen("/proc/self/statm", "re");
    size_t pages = 0;
    char line[128];

    if (file) {
        if (fgets(line, sizeof line, file))
            pages = (size_t)g_ascii_strtoull(line, NULL, 10);
        fclose(file);
    }
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

/* What units may allocate comes on top of the program and of the worksets. */
static void apply_memory_limit(const Worker *worker)
{
    struct rlimit limit;

    if (worker->setup.memory_limit == 0 || getrlimit(RLIMIT_AS, &limit) < 0)
        return;
    limit.rlim_cur =
        MIN(worker->base + worker->mapped + worker->setup.memory_limit, limit.rlim_max);
    setrlimit(RLIMIT_AS, &limit);
}

static void opened_free(Opened *opened)
{
    leat_memory_finish(&opened->input);
    leat_memory_finish(&opened->output);
    leat_memory_finish(&opened->scratch);
    g_free(opened);
}

static void allow_mapped(Worker *worker, uint64_t bytes)
{
    worker->mapped += bytes;
    apply_memory_limit(worker);
}

static size_t mapped_bytes(const Opened *opened)
{
    return opened->input.bytes + opened->output.bytes + opened->scratch_bytes;
}

/* Takes over the descriptors. */
static Opened *open_workset(const LeatMessageOpen *open, const int *fds,
                            const LeatWorkKind *const *kinds, GError **error)
{
    Opened *opened = g_new0(Opened, 1);
    bool mapped;

    opened->scratch.fd = -1;
    mapped =
        leat_memory_init_mapped(&opened->input, fds[0], open->input_mapped, false, "input", error);
    mapped = leat_memory_init_mapped(&opened->output, fds[1], open->output_mapped, true, "output",
                                     mapped ? error : NULL) &&
             mapped;
    opened->area = (LeatWorkArea){
        .kind = mapped ? leat_work_kind_find(kinds, open->kind, error) : NULL,
        .input = opened->input.data,
        .input_bytes = open->input_bytes,
        .output = (uint8_t *)opened->output.data + open->output_offset,
        .output_bytes = open->output_bytes,
        .stride = open->stride,
        .records = opened->output.data,
    };
    opened->scratch_bytes = open->scratch_bytes;
    if (!opened->area.kind ||
        !leat_memory_init_heap(&opened->scratch, open->scratch_bytes, "scratch memory", error)) {
        opened_free(opened);
        return NULL;
    }
    return opened;
}

static bool answer_open(Worker *worker, const LeatMessage *message, const int *fds)
{
    LeatMessage answer = {.type = LEAT_MESSAGE_OPENED, .workset = message->workset, .code = -1};
    uint64_t bytes =
        message->open.input_mapped + message->open.output_mapped + message->open.scratch_bytes;
    GError *error = NULL;
    Opened *opened;

    allow_mapped(worker, bytes);
    opened = open_workset(&message->open, fds, worker->kinds, &error);
    if (opened) {
        opened->number = message->workset;
        opened->next = worker->worksets;
        worker->worksets = opened;
    } else {
        allow_mapped(worker, -bytes);
        leat_message_set_error(&answer, error);
    }
    return leat_message_send(LEAT_WORKER_SOCKET_FD, &answer, NULL);
}

/* Where it hangs, or the end of the list. */
static Opened **find(Worker *worker, uint32_t number)
{
    Opened **place = &worker->worksets;

    while (*place && (*place)->number != number)
        place = &(*place)->next;
    return place;
}

static void close_workset(Worker *worker, uint32_t number)
{
    Opened **place = find(worker, number), *opened = *place;
    uint64_t bytes;

    if (!opened)
        return;
    *place = opened->next;
    bytes = mapped_bytes(opened);
    opened_free(opened);
    allow_mapped(worker, -bytes);
}

/* Does the unit that was asked for, or claims units until there is none for this worker. */
static bool answer_round(Worker *worker, const LeatMessage *message)
{
    LeatMessage answer = {.type = LEAT_MESSAGE_DONE, .workset = message->workset, .code = -1};
    const Opened *opened = *find(worker, message->workset);
    GError *error = NULL;

    if (opened) {
        const LeatUnitWorker in_round = {
            .area = &opened->area,
            .control = worker->control,
            .index = worker->setup.index,
            .units = message->units,
            .scratch = opened->scratch.data,
            .scratch_bytes = opened->scratch_bytes,
        };
        unsigned unit = (unsigned)message->unit;
        bool going = message->unit >= 0 ||
                     leat_control_claim(worker->control, in_round.index, in_round.units, &unit);

        while (going) {
            int goes_on = LEAT_ROUND_GOES_ON;

            if (!leat_unit_run(&in_round, unit, &error)) {
                atomic_compare_exchange_strong(&worker->control->stop, &goes_on, LEAT_ROUND_FAILED);
                answer.unit = unit;
                break;
            }
            going = message->unit < 0 &&
                    leat_control_claim(worker->control, in_round.index, in_round.units, &unit);
        }
    } else {
        g_set_error_literal(&error, LEAT_ERROR, LEAT_ERROR_FAILED,
                            "a worker was asked for work that it does not know");
    }
    if (error)
        leat_message_set_error(&answer, error);
    return leat_message_send(LEAT_WORKER_SOCKET_FD, &answer, NULL);
}

/* Until the executor is gone. */
static void serve(Worker *worker)
{
    bool connected = true;
    LeatMessage message;
    int fds[LEAT_MESSAGE_FDS];

    while (connected && leat_message_receive(LEAT_WORKER_SOCKET_FD, 0, &message, fds) > 0) {
        switch ((LeatMessageType)message.type) {
        case LEAT_MESSAGE_OPEN:
            connected = answer_open(worker, &message, fds);
            break;
        case LEAT_MESSAGE_ROUND:
            connected = answer_round(worker, &message);
            break;
        case LEAT_MESSAGE_CLOSE:
            close_workset(worker, message.workset);
            break;
        case LEAT_MESSAGE_SETUP:
        case LEAT_MESSAGE_READY:
        case LEAT_MESSAGE_OPENED:
        case LEAT_MESSAGE_DONE:
            connected = false;
            break;
        }
    }
}

static bool was_started_by_executor(void)
{
    int type = 0;
    socklen_t length = sizeof type;

    return getsockopt(LEAT_WORKER_SOCKET_FD, SOL_SOCKET, SO_TYPE, &type, &length) == 0 &&
           type == SOCK_SEQPACKET && fcntl(LEAT_WORKER_CONTROL_FD, F_GETFD) >= 0;
}

/* The executor's death is this process's, at once, even in the middle of a unit. The thread that
 * started it lives as long as the executor: to the kernel that thread is the parent. */
static bool follow_parent(int parent)
{
    return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent;
}

static bool set_up(Worker *worker, GError **error)
{
    LeatMessage message;
    int fds[LEAT_MESSAGE_FDS];
    char name[16];
    int received = leat_message_receive(LEAT_WORKER_SOCKET_FD, 0, &message, fds);

    if (received > 0 &&
        (message.type != LEAT_MESSAGE_SETUP || message.setup.protocol != LEAT_WORKER_PROTOCOL)) {
        g_set_error_literal(error, LEAT_ERROR, LEAT_ERROR_FAILED,
                            "a worker was started by another version of leat");
        return false;
    }
    if (received <= 0 || !follow_parent(message.setup.parent)) {
        g_set_error_literal(error, LEAT_ERROR, LEAT_ERROR_LOST,
                            "the leat that started a worker has ended before it was ready");
        return false;
    }
    worker->setup = message.setup;
    if (!leat_memory_init_mapped(&worker->control_memory, LEAT_WORKER_CONTROL_FD,
                                 message.setup.control_bytes, true, "an executor's state", error))
        return false;
    worker->control = worker->control_memory.data;
    worker->base = read_address_space();
    apply_memory_limit(worker);
    snprintf(name, sizeof name, "leat-worker-%u", message.setup.index % 1000);
    prctl(PR_SET_NAME, name);
    return true;
}

int leat_worker_main(const LeatWorkKind *const *kinds)
{
    const LeatMessage ready = {.type = LEAT_MESSAGE_READY, .code = -1};
    Worker worker = {.kinds = kinds, .control_memory = {.fd = -1}};
    GError *error = NULL;

    if (!was_started_by_executor()) {
        leat_log(LEAT_LOG_ERROR, "a worker is started by leat itself, not by hand");
        return NOT_STARTED_BY_LEAT;
    }
    /* The terminal's signals go to every process in front of it; they are the executor's to heed.
     */
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    fcntl(LEAT_WORKER_SOCKET_FD, F_SETFD, FD_CLOEXEC);
    fcntl(LEAT_WORKER_CONTROL_FD, F_SETFD, FD_CLOEXEC);
    if (!set_up(&worker, &error)) {
        leat_log(LEAT_LOG_ERROR, "%s", error->message);
        g_error_free(error);
        leat_memory_finish(&worker.control_memory);
        return 1;
    }
    /* Only now below the others: on a busy machine it would be long before it had started. */
    if (leat_message_send(LEAT_WORKER_SOCKET_FD, &ready, NULL)) {
        leat_thread_adopt("worker", (LeatThreadClass)worker.setup.sched_class);
        serve(&worker);
    }
    while (worker.worksets)
        close_workset(&worker, worker.worksets->number);
    leat_memory_finish(&worker.control_memory);
    return 0;
}
