/* SPDX-License-Identifier: MIT */
#include "concurrency/process.h"

#include "base/error.h"
#include "concurrency/sched-internal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* A child that wants more has been given the wrong number. */
#define MAX_THEIRS 255

struct LeatProcess {
    pid_t pid;
    int pidfd;
    bool ended;
    LeatProcessEnd end;
};

/* Copies of the named descriptors, above every number that the child will see: with the originals,
 * one dup2 could overwrite what the next one is to copy. */
typedef struct {
    int *copies;
    size_t count;
    int first_free; /* the number after the highest that the child sees */
} Handover;

static void handover_finish(Handover *handover)
{
    for (size_t i = 0; i < handover->count; i++)
        close(handover->copies[i]);
    free(handover->copies);
}

static bool handover_init(Handover *handover, const LeatProcessOptions *options,
                          const char *program, GError **error)
{
    *handover = (Handover){.first_free = 3};
    if (options->fd_count == 0)
        return true;
    handover->copies = calloc(options->fd_count, sizeof *handover->copies);
    if (!handover->copies) {
        leat_error_no_memory(error, options->fd_count * sizeof *handover->copies,
                             "a child's descriptors");
        return false;
    }
    for (size_t i = 0; i < options->fd_count; i++) {
        g_assert(options->fds[i].theirs >= 0 && options->fds[i].theirs <= MAX_THEIRS);
        handover->first_free = MAX(handover->first_free, options->fds[i].theirs + 1);
    }
    for (size_t i = 0; i < options->fd_count; i++) {
        int copy = fcntl(options->fds[i].ours, F_DUPFD_CLOEXEC, handover->first_free);

        if (copy < 0) {
            leat_error_set_errno(error, errno, "cannot hand descriptor %d to '%s'",
                                 options->fds[i].ours, program);
            handover_finish(handover);
            return false;
        }
        handover->copies[handover->count++] = copy;
    }
    return true;
}

static bool is_named(const LeatProcessOptions *options, int theirs)
{
    for (size_t i = 0; i < options->fd_count; i++)
        if (options->fds[i].theirs == theirs)
            return true;
    return false;
}

static int add_file_actions(posix_spawn_file_actions_t *actions, const Handover *handover,
                            const LeatProcessOptions *options)
{
    int failure = 0;

    for (size_t i = 0; !failure && i < handover->count; i++)
        failure =
            posix_spawn_file_actions_adddup2(actions, handover->copies[i], options->fds[i].theirs);
    for (int fd = 3; !failure && fd < handover->first_free; fd++)
        if (!is_named(options, fd))
            failure = posix_spawn_file_actions_addclose(actions, fd);
    if (!failure)
        failure = posix_spawn_file_actions_addclosefrom_np(actions, handover->first_free);
    return failure;
}

static void set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t signals;

    sigemptyset(&signals);
    posix_spawnattr_setsigmask(attributes, &signals);
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(attributes, &signals);
    posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

/* Returns 0 or an errno value. */
static int spawn(pid_t *pid, const char *const *argv, const LeatProcessOptions *options,
                 const Handover *handover)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    const char *const *environment =
        options->environment ? options->environment : (const char *const *)environ;
    int failure = posix_spawn_file_actions_init(&actions);

    if (failure)
        return failure;
    failure = posix_spawnattr_init(&attributes);
    if (!failure) {
        set_attributes(&attributes);
        failure = add_file_actions(&actions, handover, options);
        if (!failure)
            failure = posix_spawnp(pid, argv[0], &actions, &attributes, (char *const *)argv,
                                   (char *const *)environment);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return failure;
}

LeatProcess *leat_process_start(const char *const *argv, const LeatProcessOptions *options,
                                GError **error)
{
    static const LeatProcessOptions no_options = {0};
    LeatProcess *process = calloc(1, sizeof *process);
    Handover handover;
    int failure;

    if (!process)
        return leat_error_no_memory(error, sizeof *process, "a child process");
    if (!options)
        options = &no_options;
    if (!handover_init(&handover, options, argv[0], error)) {
        free(process);
        return NULL;
    }
    failure = spawn(&process->pid, argv, options, &handover);
    handover_finish(&handover);
    if (failure) {
        leat_error_set_errno(error, failure, "cannot start '%s'", argv[0]);
        free(process);
        return NULL;
    }
    process->pidfd = pidfd_open(process->pid, 0);
    if (process->pidfd < 0) {
        leat_error_set_errno(error, errno, "cannot watch '%s'", argv[0]);
        kill(process->pid, SIGKILL);
        waitpid(process->pid, NULL, 0);
        free(process);
        return NULL;
    }
    /* Not by the spawn's attributes: the C library refuses SCHED_IDLE there. */
    leat_sched_apply(process->pid, options->sched_class);
    return process;
}

int leat_process_pid(const LeatProcess *process)
{
    return process->pid;
}

void leat_process_kill(LeatProcess *process, int signal)
{
    if (!process->ended)
        pidfd_send_signal(process->pidfd, signal, NULL, 0);
}

/* Takes the child's end from the kernel; `options` may be WNOHANG. */
static void reap(LeatProcess *process, int options)
{
    siginfo_t info = {0};
    int result;

    do
        result = waitid(P_PIDFD, (id_t)process->pidfd, &info, WEXITED | options);
    while (result < 0 && errno == EINTR);
    if (result == 0 && info.si_pid != 0) {
        process->ended = true;
        process->end = (LeatProcessEnd){info.si_code == CLD_EXITED, info.si_status};
    } else if (result < 0) {
        /* Somebody else in this process took it, or told the kernel to. */
        process->ended = true;
        process->end = (LeatProcessEnd){true, -1};
    }
}

int leat_process_join(LeatProcess *process, LeatCancel *cancel, int64_t timeout_ns,
                      LeatProcessEnd *end)
{
    int ready = 0;

    if (!process->ended)
        reap(process, WNOHANG);
    if (!process->ended) {
        ready = leat_cancel_poll(cancel, process->pidfd, POLLIN, timeout_ns);
        if (ready > 0)
            reap(process, 0);
    }
    if (!process->ended)
        return ready;
    if (end)
        *end = process->end;
    return 1;
}

void leat_process_free(LeatProcess *process)
{
    if (!process)
        return;
    leat_process_kill(process, SIGKILL);
    if (!process->ended) {
        leat_thread_begin_wait();
        reap(process, 0);
        leat_thread_end_wait();
    }
    close(process->pidfd);
    free(process);
}
