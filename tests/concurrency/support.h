/* SPDX-License-Identifier: MIT */
/* What the tests of this layer share. */
#ifndef LEAT_TESTS_CONCURRENCY_SUPPORT_H
#define LEAT_TESTS_CONCURRENCY_SUPPORT_H

#include "base/clock.h"
#include "base/error.h"
#include "concurrency/thread.h"

#include <dirent.h>
#include <glib.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

/* For what another thread shows of itself and nothing can wait for, such as its state. */
#define ASSERT_COMES_TRUE(condition)                                    \
    do {                                                                \
        int64_t deadline_ = leat_clock_deadline_ns(60 * LEAT_NS_PER_S); \
        while (!(condition)) {                                          \
            g_assert_cmpint(leat_clock_now_ns(), <, deadline_);         \
            sched_yield();                                              \
        }                                                               \
    } while (0)

static inline LeatThread *start_thread(const char *name, LeatThreadFunc func, void *data)
{
    GError *error = NULL;
    LeatThread *thread = leat_thread_new(name, LEAT_THREAD_NORMAL, func, data, &error);

    g_assert_no_error(error);
    leat_thread_start(thread, &error);
    g_assert_no_error(error);
    return thread;
}

static inline void join_threads(LeatThread **threads, int count)
{
    for (int i = 0; i < count; i++)
        leat_thread_free(threads[i]);
}

static inline bool is_waiting(LeatThread *thread)
{
    return leat_thread_get_info(thread).state == LEAT_THREAD_WAITING;
}

/* Descriptors do not show up as leaks in a sanitizer. */
static inline int count_descriptors(void)
{
    DIR *directory = opendir("/proc/self/fd");
    int count = 0;

    g_assert_nonnull(directory);
    while (readdir(directory))
        count++;
    closedir(directory);
    return count;
}

static inline size_t count_registered(void)
{
    size_t count;

    free(leat_thread_list(&count));
    return count;
}

#endif
