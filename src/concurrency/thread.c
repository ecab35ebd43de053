/* SPDX-License-Identifier: MIT */
#include "concurrency/thread.h"

#include "base/clock.h"
#include "base/error.h"
#include "concurrency/sched-internal.h"
#include "concurrency/thread-internal.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The calling thread's own record. */
static _Thread_local LeatThread *current;

/* Ends the record of an adopted thread when the thread ends. */
static pthread_once_t adopted_once = PTHREAD_ONCE_INIT;
static pthread_key_t adopted_key;
static bool adopted_key_made;

static pthread_once_t first_error_once = PTHREAD_ONCE_INIT;

static int64_t own_cpu_ns(void)
{
    struct timespec used = {0};

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return (int64_t)used.tv_sec * LEAT_NS_PER_S + used.tv_nsec;
}

static void become(LeatThread *thread)
{
    current = thread;
    thread->tid = gettid();
    if (pthread_getcpuclockid(pthread_self(), &thread->clock) != 0)
        thread->clock = CLOCK_THREAD_CPUTIME_ID;
    thread->started_ns = leat_clock_now_ns();
    atomic_store_explicit(&thread->stage, LEAT_THREAD_STAGE_ALIVE, memory_order_release);
}

/* The last of the thread and its owner clears up. */
static void drop(LeatThread *thread)
{
    if (atomic_fetch_sub_explicit(&thread->holders, 1, memory_order_acq_rel) > 1)
        return;
    leat_thread_registry_remove(thread);
    free(thread);
}

static void *run(void *data)
{
    LeatThread *thread = data;

    pthread_setname_np(pthread_self(), thread->name);
    leat_sched_apply(0, thread->sched_class);
    become(thread);
    thread->func(thread->data);
    thread->cpu_ns = own_cpu_ns();
    thread->ended_ns = leat_clock_now_ns();
    current = NULL;
    atomic_store_explicit(&thread->stage, LEAT_THREAD_STAGE_DEAD, memory_order_release);
    drop(thread);
    return NULL;
}

/* GLib makes the lock of its error domains with the first error. When two threads make theirs at
 * once that is sound, but ThreadSanitizer, which does not know GLib's locks, takes it for a race.
 */
static void make_first_error(void)
{
    g_error_free(g_error_new_literal(LEAT_ERROR, LEAT_ERROR_FAILED, "the first"));
}

LeatThread *leat_thread_new(const char *name, LeatThreadClass sched_class, LeatThreadFunc func,
                            void *data, GError **error)
{
    LeatThread *thread = calloc(1, sizeof *thread);

    if (!thread)
        return leat_error_no_memory(error, sizeof *thread, "a thread");
    leat_sched_remember_normal();
    pthread_once(&first_error_once, make_first_error);
    thread->func = func;
    thread->data = data;
    atomic_init(&thread->stage, LEAT_THREAD_STAGE_NEW);
    atomic_init(&thread->holders, 1);
    atomic_init(&thread->waits, 0);
    leat_thread_registry_describe(thread, name, sched_class);
    leat_thread_registry_add(thread);
    return thread;
}

/* Signals of the process are the main thread's; a fault stays with the thread that made it. */
static int block_signals(pthread_attr_t *attributes)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};
    sigset_t blocked;

    sigfillset(&blocked);
    for (size_t i = 0; i < G_N_ELEMENTS(faults); i++)
        sigdelset(&blocked, faults[i]);
    return pthread_attr_setsigmask_np(attributes, &blocked);
}

bool leat_thread_start(LeatThread *thread, GError **error)
{
    pthread_attr_t attributes;
    int failure;

    g_assert(atomic_load(&thread->stage) == LEAT_THREAD_STAGE_NEW);
    failure = pthread_attr_init(&attributes);
    if (!failure) {
        failure = block_signals(&attributes);
        if (!failure) {
            atomic_store(&thread->stage, LEAT_THREAD_STAGE_STARTED);
            atomic_store(&thread->holders, 2);
            failure = pthread_create(&thread->handle, &attributes, run, thread);
        }
        pthread_attr_destroy(&attributes);
    }
    if (failure) {
        atomic_store(&thread->stage, LEAT_THREAD_STAGE_NEW);
        atomic_store(&thread->holders, 1);
        leat_error_set_errno(error, failure,
                             "cannot start thread '%s' (see 'ulimit -u' and the memory in use)",
                             thread->name);
        return false;
    }
    thread->joinable = true;
    return true;
}

void leat_thread_join(LeatThread *thread)
{
    if (!thread->joinable)
        return;
    thread->joinable = false;
    leat_thread_begin_wait();
    pthread_join(thread->handle, NULL);
    leat_thread_end_wait();
}

void leat_thread_free(LeatThread *thread)
{
    if (!thread)
        return;
    leat_thread_join(thread);
    drop(thread);
}

void leat_thread_let_go(LeatThread *thread)
{
    if (!thread)
        return;
    if (thread->joinable)
        pthread_detach(thread->handle);
    drop(thread);
}

static void forget_adopted(void *data)
{
    LeatThread *thread = data;

    current = NULL;
    leat_thread_registry_remove(thread);
    free(thread);
}

static void make_adopted_key(void)
{
    adopted_key_made = pthread_key_create(&adopted_key, forget_adopted) == 0;
}

void leat_thread_adopt(const char *name, LeatThreadClass sched_class)
{
    pthread_once(&adopted_once, make_adopted_key);
    leat_sched_remember_normal();
    if (current) {
        leat_thread_registry_describe(current, name, sched_class);
    } else {
        LeatThread *thread = calloc(1, sizeof *thread);

        if (thread && (!adopted_key_made || pthread_setspecific(adopted_key, thread) != 0)) {
            free(thread);
            thread = NULL;
        }
        if (thread) {
            atomic_init(&thread->waits, 0);
            leat_thread_registry_describe(thread, name, sched_class);
            become(thread);
            leat_thread_registry_add(thread);
        }
    }
    /* The main thread's name is the one that `ps` and `pkill` know the program by. */
    if (gettid() != getpid()) {
        char shown[16];

        g_strlcpy(shown, name, sizeof shown);
        pthread_setname_np(pthread_self(), shown);
    }
    leat_sched_apply(0, sched_class);
}

bool leat_thread_current_name(char name[16])
{
    if (!current)
        return false;
    memcpy(name, current->name, sizeof current->name);
    return true;
}

void leat_thread_begin_wait(void)
{
    if (current)
        atomic_fetch_add_explicit(&current->waits, 1, memory_order_relaxed);
}

void leat_thread_end_wait(void)
{
    if (current)
        atomic_fetch_sub_explicit(&current->waits, 1, memory_order_relaxed);
}

const char *leat_thread_state_name(LeatThreadState state)
{
    switch (state) {
    case LEAT_THREAD_NEW:
        return "New";
    case LEAT_THREAD_RUNNABLE:
        return "Runnable";
    case LEAT_THREAD_RUNNING:
        return "Running";
    case LEAT_THREAD_WAITING:
        return "Waiting";
    case LEAT_THREAD_DEAD:
        return "Dead";
    }
    return "Unknown";
}
