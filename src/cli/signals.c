/* SPDX-License-Identifier: MIT */
#include "cli/signals.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "cli/cli.h"
#include "concurrency/cancel.h"
#include "concurrency/thread.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/signalfd.h>
#include <ucontext.h>
#include <unistd.h>

struct LeatSignals {
    LeatSignalFunc caught;
    void *data;
    int fd;
    LeatCancel *ended;
    LeatThread *thread;
    int count; /* the thread's own */
};

static void listen_for_signals(void *data)
{
    LeatSignals *signals = data;

    while (leat_cancel_poll(signals->ended, signals->fd, POLLIN, LEAT_FOREVER) == 1) {
        struct signalfd_siginfo info;

        if (read(signals->fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
            continue;
        if (++signals->count > 2) {
            leat_log(LEAT_LOG_ERROR, "ended by force; what was not committed yet is lost");
            _exit(LEAT_CLI_FAILED);
        }
        signals->caught(signals->count, signals->data);
    }
}

static void choose_signals(sigset_t *set)
{
    struct sigaction hang_up;

    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
    /* nohup has it ignored, and wants the program to go on. */
    if (sigaction(SIGHUP, NULL, &hang_up) == 0 && hang_up.sa_handler != SIG_IGN)
        sigaddset(set, SIGHUP);
}

/* A library may have begun threads before main, in which these signals are not blocked (OpenBLAS
 * does, where it takes the place of the BLAS that FFmpeg is linked with): one that takes a signal
 * blocks it from then on, and gives it back to the process, for the descriptor. */
static void pass_on(int number, siginfo_t *info, void *context)
{
    ucontext_t *interrupted = context;
    int error = errno;

    (void)info;
    sigaddset(&interrupted->uc_sigmask, number);
    kill(getpid(), number);
    errno = error;
}

static void have_passed_on(const sigset_t *set)
{
    struct sigaction action = {.sa_sigaction = pass_on, .sa_flags = SA_SIGINFO | SA_RESTART};
    struct sigaction before;

    for (int number = 1; number < NSIG; number++)
        if (sigismember(set, number) == 1 && sigaction(number, NULL, &before) == 0 &&
            before.sa_handler == SIG_DFL)
            sigaction(number, &action, NULL);
}

LeatSignals *leat_signals_watch(LeatSignalFunc caught, void *data, GError **error)
{
    LeatSignals *signals = g_new0(LeatSignals, 1);
    sigset_t set;

    choose_signals(&set);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    have_passed_on(&set);
    signals->caught = caught;
    signals->data = data;
    signals->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals->fd < 0) {
        leat_error_set_errno(error, errno, "cannot listen for signals");
        goto failed;
    }
    signals->ended = leat_cancel_new(NULL, error);
    if (!signals->ended)
        goto failed;
    signals->thread =
        leat_thread_new("signals", LEAT_THREAD_NORMAL, listen_for_signals, signals, error);
    if (!signals->thread || !leat_thread_start(signals->thread, error))
        goto failed;
    return signals;

failed:
    leat_signals_free(signals);
    return NULL;
}

void leat_signals_free(LeatSignals *signals)
{
    if (!signals)
        return;
    if (signals->ended)
        leat_cancel_trigger(signals->ended);
    leat_thread_free(signals->thread);
    if (signals->ended)
        leat_cancel_unref(signals->ended);
    if (signals->fd >= 0)
        close(signals->fd);
    g_free(signals);
}
