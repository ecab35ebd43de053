/* SPDX-License-Identifier: MIT */
#include "gui/loop-watch.h"

#include "concurrency/cancel.h"
#include "concurrency/lock.h"
#include "concurrency/thread.h"

#include <pthread.h>
#include <stdio.h>
#include <time.h>

/* The sanitizers take signals over. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_INSTRUMENTED 1
#elif defined(__has_feature)
#define IS_INSTRUMENTED (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#else
#define IS_INSTRUMENTED 0
#endif

/* So long, on a core. */
static void work(int64_t ns)
{
    struct timespec used;
    int64_t end_ns = 0, now_ns;

    do {
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
        now_ns = used.tv_sec * LEAT_NS_PER_S + used.tv_nsec;
        end_ns = end_ns ? end_ns : now_ns + ns;
    } while (now_ns < end_ns);
}

static gboolean handler_that_computes(gpointer loop)
{
    work(30 * LEAT_NS_PER_MS);
    g_main_loop_quit(loop);
    return G_SOURCE_REMOVE;
}

static gboolean handler_that_is_blocked(gpointer loop)
{
    int64_t deadline_ns = leat_clock_deadline_ns(30 * LEAT_NS_PER_MS);
    LeatLock lock;

    leat_lock_init(&lock, NULL);
    leat_lock_acquire(&lock);
    while (leat_lock_wait(&lock, deadline_ns))
        ;
    leat_lock_release(&lock);
    leat_lock_finish(&lock);
    g_main_loop_quit(loop);
    return G_SOURCE_REMOVE;
}

/* A library's locks, and a thread that has them while the handler runs. The C library waits for
 * that of a stream as it does for malloc's. */
static GMutex glib_lock;
static pthread_mutex_t c_lock = PTHREAD_MUTEX_INITIALIZER;

static void hold_locks(void *cancel)
{
    g_mutex_lock(&glib_lock);
    pthread_mutex_lock(&c_lock);
    flockfile(stdin);
    leat_cancel_trigger(cancel);
    work(20 * LEAT_NS_PER_MS);
    g_mutex_unlock(&glib_lock);
    work(20 * LEAT_NS_PER_MS);
    pthread_mutex_unlock(&c_lock);
    work(20 * LEAT_NS_PER_MS);
    funlockfile(stdin);
}

static gboolean handler_at_a_librarys_lock(gpointer loop)
{
    g_mutex_lock(&glib_lock);
    g_mutex_unlock(&glib_lock);
    pthread_mutex_lock(&c_lock);
    pthread_mutex_unlock(&c_lock);
    flockfile(stdin);
    funlockfile(stdin);
    g_main_loop_quit(loop);
    return G_SOURCE_REMOVE;
}

static gboolean handler_that_is_short(gpointer loop)
{
    static int turns;

    work(LEAT_NS_PER_MS / 2);
    if (++turns == 50)
        g_main_loop_quit(loop);
    return turns < 50;
}

static void watch(GSourceFunc handler)
{
    GMainLoop *loop = g_main_loop_new(NULL, FALSE);
    GError *error = NULL;
    LeatLoopWatch *loop_watch = leat_loop_watch_new(&error);

    g_assert_no_error(error);
    g_timeout_add(1, handler, loop);
    g_main_loop_run(loop);
    leat_loop_watch_free(loop_watch);
    g_main_loop_unref(loop);
}

/* What it tells stands in the log of another process. */
static void expect(GSourceFunc handler, const char *told)
{
    if (IS_INSTRUMENTED) {
        g_test_skip("a sanitizer takes signals over");
        return;
    }
    if (g_test_subprocess()) {
        watch(handler);
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr(told);
}

static void one_that_computes_is_named(void)
{
    expect(handler_that_computes,
           "*test-loop-watch.c:handler_that_computes* held the main loop for * ms*"
           "over 4 ms 1 times*");
}

static void one_that_is_blocked_is_named(void)
{
    expect(handler_that_is_blocked,
           "*test-loop-watch.c:handler_that_is_blocked* held the main loop for * ms*"
           "over 4 ms 1 times*");
}

static void short_ones_are_not(void)
{
    expect(handler_that_is_short, "*over 4 ms 0 times*");
}

static void one_at_a_librarys_lock_is_not(void)
{
    LeatCancel *cancel = leat_cancel_new(NULL, NULL);
    LeatThread *holder = leat_thread_new("holder", LEAT_THREAD_NORMAL, hold_locks, cancel, NULL);

    if (g_test_subprocess()) {
        g_assert_true(leat_thread_start(holder, NULL));
        leat_cancel_wait(cancel, LEAT_FOREVER);
    }
    expect(handler_at_a_librarys_lock, "*over 4 ms 0 times*");
    leat_thread_free(holder);
    leat_cancel_unref(cancel);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/loop-watch/one-that-computes-is-named", one_that_computes_is_named);
    g_test_add_func("/loop-watch/one-that-is-blocked-is-named", one_that_is_blocked_is_named);
    g_test_add_func("/loop-watch/short-ones-are-not", short_ones_are_not);
    g_test_add_func("/loop-watch/one-at-a-librarys-lock-is-not", one_at_a_librarys_lock_is_not);
    return g_test_run();
}
