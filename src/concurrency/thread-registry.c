/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "concurrency/thread-internal.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static LeatThread *first, *last; /* under the lock, in order of creation */
static size_t registered;

/* A copy of what a thread says of itself, to be completed without the lock. */
typedef struct {
    LeatThreadInfo info;
    LeatThreadStage stage;
    clockid_t clock;
    bool waits;
} Snapshot;

void leat_thread_registry_add(LeatThread *thread)
{
    pthread_mutex_lock(&lock);
    thread->previous = last;
    thread->next = NULL;
    if (last)
        last->next = thread;
    else
        first = thread;
    last = thread;
    registered++;
    pthread_mutex_unlock(&lock);
}

void leat_thread_registry_remove(LeatThread *thread)
{
    pthread_mutex_lock(&lock);
    if (thread->previous)
        thread->previous->next = thread->next;
    else
        first = thread->next;
    if (thread->next)
        thread->next->previous = thread->previous;
    else
        last = thread->previous;
    registered--;
    pthread_mutex_unlock(&lock);
}

void leat_thread_registry_describe(LeatThread *thread, const char *name,
                                   LeatThreadClass sched_class)
{
    pthread_mutex_lock(&lock);
    g_strlcpy(thread->name, name, sizeof thread->name);
    thread->sched_class = sched_class;
    pthread_mutex_unlock(&lock);
}

static int64_t cpu_ns(clockid_t clock)
{
    struct timespec used;

    if (clock_gettime(clock, &used) != 0)
        return -1;
    return (int64_t)used.tv_sec * LEAT_NS_PER_S + used.tv_nsec;
}

/* The kernel's letter for the thread: R for ready, whether it has a core or not; 0 when there is
 * no such thread. */
static char kernel_state(int tid)
{
    char path[64], text[128];
    const char *end;
    ssize_t length;
    int fd;

    g_snprintf(path, sizeof path, "/proc/self/task/%d/stat", tid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    length = read(fd, text, sizeof text - 1);
    close(fd);
    text[MAX(length, 0)] = '\0';
    /* The name before it, at most 15 bytes, may hold spaces and brackets. */
    end = strrchr(text, ')');
    return end && end[1] == ' ' ? end[2] : 0;
}

static void complete_alive(Snapshot *snapshot)
{
    LeatThreadInfo *info = &snapshot->info;
    int64_t before = cpu_ns(snapshot->clock);
    char letter = info->tid == gettid() ? 'R' : kernel_state(info->tid);
    int64_t after = cpu_ns(snapshot->clock);

    info->cpu_ns = MAX(after, 0);
    if (info->tid == gettid())
        info->state = LEAT_THREAD_RUNNING;
    else if (after < 0)
        info->state = LEAT_THREAD_DEAD; /* it ended since the copy was made */
    else if (snapshot->waits || (letter != 'R' && letter != 0))
        info->state = LEAT_THREAD_WAITING;
    else
        /* What has a core uses it up while we look. */
        info->state = after > before ? LEAT_THREAD_RUNNING : LEAT_THREAD_RUNNABLE;
}

static void complete(Snapshot *snapshot)
{
    switch (snapshot->stage) {
    case LEAT_THREAD_STAGE_NEW:
        snapshot->info.state = LEAT_THREAD_NEW;
        break;
    case LEAT_THREAD_STAGE_STARTED:
        snapshot->info.state = LEAT_THREAD_RUNNABLE;
        break;
    case LEAT_THREAD_STAGE_ALIVE:
        complete_alive(snapshot);
        break;
    case LEAT_THREAD_STAGE_DEAD:
        snapshot->info.state = LEAT_THREAD_DEAD;
        break;
    }
}

/* With the lock held. */
static Snapshot take_snapshot(LeatThread *thread)
{
    Snapshot snapshot = {
        .stage = (LeatThreadStage)atomic_load_explicit(&thread->stage, memory_order_acquire),
        .info.sched_class = thread->sched_class,
    };

    memcpy(snapshot.info.name, thread->name, sizeof snapshot.info.name);
    if (snapshot.stage >= LEAT_THREAD_STAGE_ALIVE) {
        snapshot.info.tid = thread->tid;
        snapshot.info.started_ns = thread->started_ns;
        snapshot.clock = thread->clock;
        snapshot.waits = atomic_load_explicit(&thread->waits, memory_order_relaxed) > 0;
    }
    if (snapshot.stage == LEAT_THREAD_STAGE_DEAD) {
        snapshot.info.ended_ns = thread->ended_ns;
        snapshot.info.cpu_ns = thread->cpu_ns;
    }
    return snapshot;
}

LeatThreadInfo leat_thread_get_info(LeatThread *thread)
{
    Snapshot snapshot;

    pthread_mutex_lock(&lock);
    snapshot = take_snapshot(thread);
    pthread_mutex_unlock(&lock);
    complete(&snapshot);
    return snapshot.info;
}

LeatThreadInfo *leat_thread_list(size_t *count)
{
    Snapshot *snapshots = NULL;
    LeatThreadInfo *infos;
    size_t room = 0, used = 0;

    *count = 0;
    pthread_mutex_lock(&lock);
    while (room < registered) {
        Snapshot *grown;

        room = registered + 8;
        pthread_mutex_unlock(&lock);
        grown = realloc(snapshots, room * sizeof *snapshots);
        if (!grown) {
            free(snapshots);
            return NULL;
        }
        snapshots = grown;
        pthread_mutex_lock(&lock);
    }
    for (LeatThread *thread = first; thread && used < room; thread = thread->next)
        snapshots[used++] = take_snapshot(thread);
    pthread_mutex_unlock(&lock);

    infos = malloc(MAX(used, 1) * sizeof *infos);
    for (size_t i = 0; infos && i < used; i++) {
        complete(&snapshots[i]);
        infos[i] = snapshots[i].info;
    }
    free(snapshots);
    *count = infos ? used : 0;
    return infos;
}
