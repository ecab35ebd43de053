/* SPDX-License-Identifier: MIT */
#include "concurrency/cancel.h"

#include "faults.h"
#include "support.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

static LeatCancel *make(LeatCancel *parent)
{
    GError *error = NULL;
    LeatCancel *cancel = leat_cancel_new(parent, &error);

    g_assert_no_error(error);
    return cancel;
}

static bool is_readable(int fd)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

    return poll(&poll_fd, 1, 0) == 1;
}

static void count_wake(void *data)
{
    atomic_fetch_add((atomic_int *)data, 1);
}

static void test_trigger_sets_flag_and_descriptor(void)
{
    LeatCancel *cancel = make(NULL);
    GError *error = NULL;

    g_assert_false(leat_cancel_is_set(cancel));
    g_assert_true(leat_cancel_check(cancel, &error));
    g_assert_false(is_readable(leat_cancel_fd(cancel)));
    g_assert_true(fcntl(leat_cancel_fd(cancel), F_GETFD) & FD_CLOEXEC);
    leat_cancel_trigger(cancel);
    leat_cancel_trigger(cancel);
    g_assert_true(leat_cancel_is_set(cancel));
    g_assert_true(is_readable(leat_cancel_fd(cancel)));
    g_assert_false(leat_cancel_check(cancel, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_CANCELLED);
    g_clear_error(&error);
    leat_cancel_unref(cancel);
}

static void test_null_is_never_set(void)
{
    g_assert_false(leat_cancel_is_set(NULL));
    g_assert_true(leat_cancel_check(NULL, NULL));
    g_assert_null(leat_cancel_ref(NULL));
    leat_cancel_trigger(NULL);
    leat_cancel_unref(NULL);
}

static void test_trigger_reaches_descendants_but_not_the_parent(void)
{
    enum { DEPTH = 50 };
    LeatCancel *chain[DEPTH], *side = NULL;

    for (int i = 0; i < DEPTH; i++)
        chain[i] = make(i > 0 ? chain[i - 1] : NULL);
    side = make(chain[10]);
    leat_cancel_trigger(chain[20]);
    for (int i = 0; i < DEPTH; i++) {
        g_assert_true(leat_cancel_is_set(chain[i]) == (i >= 20));
        g_assert_true(is_readable(leat_cancel_fd(chain[i])) == (i >= 20));
    }
    g_assert_false(leat_cancel_is_set(side));
    leat_cancel_trigger(chain[0]);
    g_assert_true(leat_cancel_is_set(side));
    for (int i = 0; i < DEPTH; i++)
        leat_cancel_unref(chain[i]);
    leat_cancel_unref(side);
}

static void test_child_of_a_triggered_parent_is_born_triggered(void)
{
    LeatCancel *parent = make(NULL), *child;

    leat_cancel_trigger(parent);
    child = make(parent);
    g_assert_true(leat_cancel_is_set(child));
    leat_cancel_unref(parent);
    leat_cancel_unref(child);
}

static void test_child_keeps_its_parent(void)
{
    LeatCancel *parent = make(NULL), *child = make(parent), *grandchild = make(child);

    leat_cancel_unref(parent);
    leat_cancel_unref(child);
    leat_cancel_trigger(parent);
    g_assert_true(leat_cancel_is_set(grandchild));
    leat_cancel_unref(grandchild);
}

static void test_listener_is_called_once(void)
{
    LeatCancel *cancel = make(NULL);
    atomic_int early = 0, removed = 0, late = 0;
    LeatCancelListener a = {.wake = count_wake, .data = &early};
    LeatCancelListener b = {.wake = count_wake, .data = &removed};
    LeatCancelListener c = {.wake = count_wake, .data = &early};
    LeatCancelListener d = {.wake = count_wake, .data = &late};

    leat_cancel_add_listener(cancel, &a);
    leat_cancel_add_listener(cancel, &b);
    leat_cancel_add_listener(cancel, &c);
    leat_cancel_remove_listener(cancel, &b);
    leat_cancel_trigger(cancel);
    leat_cancel_trigger(cancel);
    g_assert_cmpint(early, ==, 2);
    g_assert_cmpint(removed, ==, 0);
    leat_cancel_add_listener(cancel, &d);
    g_assert_cmpint(late, ==, 1);
    leat_cancel_remove_listener(cancel, &a);
    leat_cancel_remove_listener(cancel, &c);
    leat_cancel_remove_listener(cancel, &d);
    leat_cancel_unref(cancel);
}

typedef struct {
    LeatCancel *cancel;
    pthread_barrier_t in_wake, may_return;
    atomic_bool removed;
    LeatCancelListener listener;
} Slow;

static void wake_slowly(void *data)
{
    Slow *slow = data;

    pthread_barrier_wait(&slow->in_wake);
    pthread_barrier_wait(&slow->may_return);
    g_assert_false(atomic_load(&slow->removed));
}

static void trigger(void *data)
{
    leat_cancel_trigger(data);
}

static void remove_slow(void *data)
{
    Slow *slow = data;

    leat_cancel_remove_listener(slow->cancel, &slow->listener);
    atomic_store(&slow->removed, true);
}

static void test_remove_waits_for_a_running_wake(void)
{
    Slow slow = {.cancel = make(NULL)};
    LeatThread *threads[2];

    pthread_barrier_init(&slow.in_wake, NULL, 2);
    pthread_barrier_init(&slow.may_return, NULL, 2);
    slow.listener = (LeatCancelListener){.wake = wake_slowly, .data = &slow};
    leat_cancel_add_listener(slow.cancel, &slow.listener);
    threads[0] = start_thread("trigger", trigger, slow.cancel);
    pthread_barrier_wait(&slow.in_wake);
    threads[1] = start_thread("remove", remove_slow, &slow);
    ASSERT_COMES_TRUE(is_waiting(threads[1]));
    g_assert_false(atomic_load(&slow.removed));
    pthread_barrier_wait(&slow.may_return);
    join_threads(threads, 2);
    g_assert_true(atomic_load(&slow.removed));
    pthread_barrier_destroy(&slow.in_wake);
    pthread_barrier_destroy(&slow.may_return);
    leat_cancel_unref(slow.cancel);
}

static void wait_for_cancel(void *data)
{
    g_assert_true(leat_cancel_wait(data, LEAT_FOREVER));
}

static void test_wait_sleeps_until_the_trigger(void)
{
    LeatCancel *parent = make(NULL), *cancel = make(parent);
    LeatThread *threads[3];

    for (int i = 0; i < 3; i++)
        threads[i] = start_thread("waiter", wait_for_cancel, cancel);
    for (int i = 0; i < 3; i++)
        ASSERT_COMES_TRUE(is_waiting(threads[i]));
    leat_cancel_trigger(parent);
    join_threads(threads, 3);
    leat_cancel_unref(cancel);
    leat_cancel_unref(parent);
}

static void test_wait_ends_at_the_timeout(void)
{
    LeatCancel *cancel = make(NULL);
    int64_t start = leat_clock_now_ns();

    g_assert_false(leat_cancel_wait(cancel, 0));
    g_assert_false(leat_cancel_wait(cancel, 10 * LEAT_NS_PER_MS));
    g_assert_cmpint(leat_clock_now_ns() - start, >=, 10 * LEAT_NS_PER_MS);
    leat_cancel_unref(cancel);
}

static void test_poll_tells_ready_timeout_and_cancelled_apart(void)
{
    LeatCancel *cancel = make(NULL);
    int ends[2];

    g_assert_cmpint(pipe(ends), ==, 0);
    g_assert_cmpint(leat_cancel_poll(cancel, ends[0], POLLIN, LEAT_NS_PER_MS), ==, 0);
    g_assert_cmpint(leat_cancel_poll(NULL, ends[0], POLLIN, 0), ==, 0);
    g_assert_cmpint(leat_cancel_poll(cancel, ends[1], POLLOUT, LEAT_FOREVER), ==, 1);
    g_assert_cmpint(write(ends[1], "x", 1), ==, 1);
    g_assert_cmpint(leat_cancel_poll(cancel, ends[0], POLLIN, LEAT_FOREVER), ==, 1);
    g_assert_cmpint(leat_cancel_poll(NULL, ends[0], POLLIN, LEAT_FOREVER), ==, 1);
    leat_cancel_trigger(cancel);
    g_assert_cmpint(leat_cancel_poll(cancel, ends[0], POLLIN, LEAT_FOREVER), ==, -1);
    close(ends[1]);
    close(ends[0]);
    leat_cancel_unref(cancel);
}

static void test_poll_sees_a_hang_up(void)
{
    int ends[2];

    g_assert_cmpint(pipe(ends), ==, 0);
    close(ends[1]);
    g_assert_cmpint(leat_cancel_poll(NULL, ends[0], POLLIN, LEAT_FOREVER), ==, 1);
    close(ends[0]);
}

typedef struct {
    LeatCancel *root;
    pthread_barrier_t start;
} Race;

static void trigger_in_race(void *data)
{
    Race *race = data;

    pthread_barrier_wait(&race->start);
    leat_cancel_trigger(race->root);
}

/* Children and listeners come and go while two threads trigger. */
static void grow_in_race(void *data)
{
    Race *race = data;

    pthread_barrier_wait(&race->start);
    for (int i = 0; i < 50; i++) {
        atomic_int wakes = 0;
        LeatCancelListener listener = {.wake = count_wake, .data = &wakes};
        LeatCancel *child = make(race->root), *grandchild = make(child);

        leat_cancel_add_listener(grandchild, &listener);
        leat_cancel_unref(child);
        leat_cancel_remove_listener(grandchild, &listener);
        g_assert_cmpint(wakes, <=, 1);
        leat_cancel_unref(grandchild);
    }
    g_assert_true(leat_cancel_wait(race->root, LEAT_FOREVER));
}

static void test_race_of_triggers_listeners_and_children(void)
{
    for (int round = 0; round < 50; round++) {
        Race race = {.root = make(NULL)};
        LeatThread *threads[4];

        pthread_barrier_init(&race.start, NULL, 4);
        for (int i = 0; i < 4; i++)
            threads[i] = start_thread("racer", i < 2 ? trigger_in_race : grow_in_race, &race);
        join_threads(threads, 4);
        pthread_barrier_destroy(&race.start);
        leat_cancel_unref(race.root);
    }
}

static void test_every_failure_of_new_is_clean(void)
{
    LeatCancel *parent = make(NULL), *child = NULL;
    int before = count_descriptors();

    for (int n = 1; !child; n++) {
        GError *error = NULL;

        leat_faults_arm(n);
        child = leat_cancel_new(parent, &error);
        g_assert_true(leat_faults_disarm() == !child);
        g_assert_true(!child == (error != NULL));
        if (!child)
            g_assert_cmpint(count_descriptors(), ==, before);
        g_clear_error(&error);
    }
    leat_cancel_unref(parent);
    leat_cancel_unref(child);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cancel/trigger-sets-flag-and-descriptor",
                    test_trigger_sets_flag_and_descriptor);
    g_test_add_func("/cancel/null-is-never-set", test_null_is_never_set);
    g_test_add_func("/cancel/trigger-reaches-descendants-but-not-the-parent",
                    test_trigger_reaches_descendants_but_not_the_parent);
    g_test_add_func("/cancel/child-of-a-triggered-parent-is-born-triggered",
                    test_child_of_a_triggered_parent_is_born_triggered);
    g_test_add_func("/cancel/child-keeps-its-parent", test_child_keeps_its_parent);
    g_test_add_func("/cancel/listener-is-called-once", test_listener_is_called_once);
    g_test_add_func("/cancel/remove-waits-for-a-running-wake",
                    test_remove_waits_for_a_running_wake);
    g_test_add_func("/cancel/wait-sleeps-until-the-trigger", test_wait_sleeps_until_the_trigger);
    g_test_add_func("/cancel/wait-ends-at-the-timeout", test_wait_ends_at_the_timeout);
    g_test_add_func("/cancel/poll-tells-ready-timeout-and-cancelled-apart",
                    test_poll_tells_ready_timeout_and_cancelled_apart);
    g_test_add_func("/cancel/poll-sees-a-hang-up", test_poll_sees_a_hang_up);
    g_test_add_func("/cancel/race-of-triggers-listeners-and-children",
                    test_race_of_triggers_listeners_and_children);
    g_test_add_func("/cancel/every-failure-of-new-is-clean", test_every_failure_of_new_is_clean);
    return g_test_run();
}
