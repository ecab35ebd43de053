/* SPDX-License-Identifier: MIT */
#include "gui/stack-sampler.h"

#include "base/clock.h"
#include "base/error.h"

#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define SIGNAL SIGRTMIN

/* Its handler's, and the kernel's way into that. */
#define OWN_FRAMES 2

/* A signal's handler is given nothing, so that what it uses must be known to all. Set while no
 * signal can come; `sample` is the looked-at thread's from the signal to its answer. */
static struct {
    int tid;
    int schedstat; /* the kernel's file on the thread */
    int answer;    /* an eventfd, which also orders what was written to `sample` */
    LeatStackSample sample;
} sampler;

static int64_t ns_of(clockid_t clock)
{
    struct timespec time = {0};

    clock_gettime(clock, &time);
    return (int64_t)time.tv_sec * LEAT_NS_PER_S + time.tv_nsec;
}

/* Of "CPU QUEUED SLICES", ns and a count. */
static int64_t read_queue_ns(void)
{
    char text[128];
    ssize_t length = pread(sampler.schedstat, text, sizeof text - 1, 0);
    const char *second;

    text[MAX(length, 0)] = '\0';
    second = strchr(text, ' ');
    return second ? strtoll(second, NULL, 10) : 0;
}

static LeatTimeSpent read_time_spent(void)
{
    struct rusage usage = {0};

    getrusage(RUSAGE_THREAD, &usage);
    return (LeatTimeSpent){
        .wall_ns = ns_of(CLOCK_MONOTONIC),
        .cpu_ns = ns_of(CLOCK_THREAD_CPUTIME_ID),
        .queue_ns = read_queue_ns(),
        .blocks = usage.ru_nvcsw,
    };
}

/* Calls only what a signal's handler may, and backtrace, which is ready since the start. */
static void on_signal(int number)
{
    static void *frames[LEAT_STACK_DEPTH + OWN_FRAMES];
    const uint64_t one = 1;
    int saved = errno, depth;

    sampler.sample.before = read_time_spent();
    depth = backtrace(frames, G_N_ELEMENTS(frames)) - OWN_FRAMES;
    sampler.sample.depth = MAX(depth, 0);
    memcpy(sampler.sample.frames, frames + OWN_FRAMES, sizeof sampler.sample.frames);
    sampler.sample.after = read_time_spent();
    while (write(sampler.answer, &one, sizeof one) < 0 && errno == EINTR)
        ;
    errno = saved;
}

bool leat_stack_sampler_open(GError **error)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    void *frame;

    sampler.tid = gettid();
    sampler.schedstat = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
    sampler.answer = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (sampler.schedstat < 0 || sampler.answer < 0) {
        leat_error_set_errno(error, errno, "cannot look at the main thread");
        leat_stack_sampler_close();
        return false;
    }
    /* The first call loads a library, which must not happen in the handler. */
    backtrace(&frame, 1);
    sigaction(SIGNAL, &action, NULL);
    return true;
}

void leat_stack_sampler_close(void)
{
    signal(SIGNAL, SIG_IGN);
    if (sampler.schedstat >= 0)
        close(sampler.schedstat);
    if (sampler.answer >= 0)
        close(sampler.answer);
}

const LeatStackSample *leat_stack_sampler_take(LeatCancel *cancel)
{
    uint64_t answers;

    if (tgkill(getpid(), sampler.tid, SIGNAL) != 0)
        return NULL;
    if (leat_cancel_poll(cancel, sampler.answer, POLLIN, LEAT_FOREVER) != 1)
        return NULL;
    return read(sampler.answer, &answers, sizeof answers) > 0 ? &sampler.sample : NULL;
}
