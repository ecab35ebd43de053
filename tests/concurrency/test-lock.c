/* SPDX-License-Identifier: MIT */
#include "concurrency/lock.h"

#include "support.h"

enum { THREADS = 4, ROUNDS = 20000 };

typedef struct {
    LeatLock lock;
    int64_t sum;
    bool open;
    int passed;
} Shared;

static void init(Shared *shared)
{
    GError *error = NULL;

    *shared = (Shared){0};
    leat_lock_init(&shared->lock, &error);
    g_assert_no_error(error);
}

static void add_up(void *data)
{
    Shared *shared = data;

    for (int i = 0; i < ROUNDS; i++) {
        leat_lock_acquire(&shared->lock);
        shared->sum++;
        leat_lock_release(&shared->lock);
    }
}

static void test_sums_of_many_threads_agree(void)
{
    LeatThread *threads[THREADS];
    Shared shared;

    init(&shared);
    for (int i = 0; i < THREADS; i++)
        threads[i] = start_thread("adder", add_up, &shared);
    join_threads(threads, THREADS);
    g_assert_cmpint(shared.sum, ==, THREADS * ROUNDS);
    leat_lock_finish(&shared.lock);
}

static void pass_gate(void *data)
{
    Shared *shared = data;

    leat_lock_acquire(&shared->lock);
    while (!shared->open)
        g_assert_true(leat_lock_wait(&shared->lock, LEAT_FOREVER));
    shared->passed++;
    leat_lock_release(&shared->lock);
}

static void test_wake_reaches_every_waiter(void)
{
    LeatThread *threads[THREADS];
    Shared shared;

    init(&shared);
    for (int i = 0; i < THREADS; i++)
        threads[i] = start_thread("waiter", pass_gate, &shared);
    for (int i = 0; i < THREADS; i++)
        ASSERT_COMES_TRUE(is_waiting(threads[i]));
    leat_lock_acquire(&shared.lock);
    shared.open = true;
    leat_lock_wake(&shared.lock);
    leat_lock_release(&shared.lock);
    join_threads(threads, THREADS);
    g_assert_cmpint(shared.passed, ==, THREADS);
    leat_lock_finish(&shared.lock);
}

static void test_wait_ends_at_the_deadline(void)
{
    Shared shared;
    int64_t deadline;

    init(&shared);
    leat_lock_acquire(&shared.lock);
    deadline = leat_clock_deadline_ns(10 * LEAT_NS_PER_MS);
    while (leat_lock_wait(&shared.lock, deadline))
        ;
    g_assert_cmpint(leat_clock_now_ns(), >=, deadline);
    g_assert_false(leat_lock_wait(&shared.lock, deadline));
    g_assert_false(leat_lock_wait(&shared.lock, 0));
    g_assert_false(leat_lock_wait(&shared.lock, -5));
    leat_lock_release(&shared.lock);
    leat_lock_finish(&shared.lock);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/lock/sums-of-many-threads-agree", test_sums_of_many_threads_agree);
    g_test_add_func("/lock/wake-reaches-every-waiter", test_wake_reaches_every_waiter);
    g_test_add_func("/lock/wait-ends-at-the-deadline", test_wait_ends_at_the_deadline);
    return g_test_run();
}
