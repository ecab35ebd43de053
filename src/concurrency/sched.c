/* SPDX-License-Identifier: MIT */
#include "concurrency/sched-internal.h"

#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A thread with a short slice is given the core sooner when it wakes (EEVDF, Linux 6.12 and
 * later; ignored before). Capturing and blitting take far less than this at a time. */
#define LIVE_SLICE_NS 300000

#define LIVE_NICE (-10)
#define BACKGROUND_NICE 19

/* The kernel's struct sched_attr in its first version; its header cannot be had beside <sched.h> in
 * every release of the two. */
typedef struct {
    uint32_t size;
    uint32_t policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
} Attributes;

static pthread_once_t normal_once = PTHREAD_ONCE_INIT;
static Attributes normal = {.size = sizeof normal, .policy = SCHED_OTHER};

static bool set(pid_t tid, const Attributes *attributes)
{
    return syscall(SYS_sched_setattr, tid, attributes, 0) == 0;
}

static bool get(pid_t tid, Attributes *attributes)
{
    return syscall(SYS_sched_getattr, tid, attributes, sizeof *attributes, 0) == 0;
}

static void read_normal(void)
{
    Attributes now;

    if (!get(0, &now))
        return;
    /* Real-time classes are for the user to give to one thread, not for us to spread. */
    if (now.policy == SCHED_BATCH || now.policy == SCHED_IDLE)
        normal.policy = now.policy;
    normal.nice = now.nice;
}

void leat_sched_remember_normal(void)
{
    pthread_once(&normal_once, read_normal);
}

static void apply_live(pid_t tid)
{
    Attributes live = {
        .size = sizeof live,
        .policy = SCHED_OTHER,
        .nice = MIN(LIVE_NICE, normal.nice),
        .runtime = LIVE_SLICE_NS,
    };

    if (set(tid, &live))
        return;
    live.nice = normal.nice;
    set(tid, &live);
}

static void apply_background(pid_t tid)
{
    Attributes idle = {
        .size = sizeof idle,
        .policy = SCHED_IDLE,
        .nice = normal.nice,
    };
    Attributes batch = {
        .size = sizeof batch,
        .policy = SCHED_BATCH,
        .nice = BACKGROUND_NICE,
    };

    if (!set(tid, &idle) && !set(tid, &batch))
        setpriority(PRIO_PROCESS, (id_t)tid, BACKGROUND_NICE);
}

void leat_sched_apply(pid_t tid, LeatThreadClass sched_class)
{
    leat_sched_remember_normal();
    switch (sched_class) {
    case LEAT_THREAD_NORMAL:
        /* Also undoes what was inherited from a starting thread of another class. */
        set(tid, &normal);
        break;
    case LEAT_THREAD_LIVE:
        apply_live(tid);
        break;
    case LEAT_THREAD_BACKGROUND:
        apply_background(tid);
        break;
    }
}
