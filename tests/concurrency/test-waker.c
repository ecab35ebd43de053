/* SPDX-License-Identifier: MIT */
#include "concurrency/waker.h"

#include "faults.h"
#include "support.h"

enum { WAKERS = 3, WAKES = 5000 };

typedef struct {
    GMainContext *context;
    LeatWaker *waker;
    atomic_int published; /* by the wakers */
    int seen, turns;      /* the loop's */
} Bridge;

static void look(void *data)
{
    Bridge *bridge = data;

    bridge->seen = atomic_load(&bridge->published);
    bridge->turns++;
}

static void init(Bridge *bridge)
{
    GError *error = NULL;

    *bridge = (Bridge){.context = g_main_context_new()};
    bridge->waker = leat_waker_new(bridge->context, G_PRIORITY_DEFAULT, look, bridge, &error);
    g_assert_no_error(error);
}

static void finish(Bridge *bridge)
{
    leat_waker_free(bridge->waker);
    g_main_context_unref(bridge->context);
}

static void drain(Bridge *bridge)
{
    while (g_main_context_iteration(bridge->context, FALSE))
        ;
}

static void test_wakes_before_a_turn_are_one_call(void)
{
    Bridge bridge;

    init(&bridge);
    drain(&bridge);
    g_assert_cmpint(bridge.turns, ==, 0);
    for (int i = 0; i < 3; i++)
        leat_waker_wake(bridge.waker);
    drain(&bridge);
    g_assert_cmpint(bridge.turns, ==, 1);
    leat_waker_wake(bridge.waker);
    drain(&bridge);
    g_assert_cmpint(bridge.turns, ==, 2);
    finish(&bridge);
    leat_waker_free(NULL);
}

static void publish(void *data)
{
    Bridge *bridge = data;

    for (int i = 0; i < WAKES; i++) {
        atomic_fetch_add(&bridge->published, 1);
        leat_waker_wake(bridge->waker);
    }
}

static void test_nothing_published_is_missed(void)
{
    LeatThread *threads[WAKERS];
    Bridge bridge;

    init(&bridge);
    for (int i = 0; i < WAKERS; i++)
        threads[i] = start_thread("waker", publish, &bridge);
    while (bridge.seen < WAKERS * WAKES)
        g_main_context_iteration(bridge.context, TRUE);
    join_threads(threads, WAKERS);
    g_assert_cmpint(bridge.seen, ==, WAKERS * WAKES);
    finish(&bridge);
}

static gboolean note_idle(gpointer data)
{
    Bridge *bridge = data;

    /* Priority decides, not the order of attaching. */
    g_assert_cmpint(bridge->turns, ==, 1);
    bridge->seen = -1;
    return G_SOURCE_REMOVE;
}

static void test_a_wake_comes_before_idle_work(void)
{
    GSource *idle = g_idle_source_new();
    Bridge bridge;

    init(&bridge);
    g_source_set_callback(idle, note_idle, &bridge, NULL);
    g_source_attach(idle, bridge.context);
    leat_waker_wake(bridge.waker);
    drain(&bridge);
    g_assert_cmpint(bridge.seen, ==, -1);
    g_source_unref(idle);
    finish(&bridge);
}

static void test_no_call_follows_the_free(void)
{
    Bridge bridge;

    init(&bridge);
    leat_waker_wake(bridge.waker);
    leat_waker_free(bridge.waker);
    bridge.waker = NULL;
    drain(&bridge);
    g_assert_cmpint(bridge.turns, ==, 0);
    finish(&bridge);
}

static void test_every_failure_of_new_is_clean(void)
{
    GMainContext *context = g_main_context_new();
    int before = count_descriptors(), failures = 0;
    LeatWaker *waker = NULL;
    Bridge bridge = {0};

    for (int n = 1; !waker; n++) {
        GError *error = NULL;

        leat_faults_arm(n);
        waker = leat_waker_new(context, 0, look, &bridge, &error);
        g_assert_true(leat_faults_disarm() == !waker);
        g_assert_true(!waker == (error != NULL));
        if (!waker) {
            g_assert_cmpint(count_descriptors(), ==, before);
            failures++;
        }
        g_clear_error(&error);
    }
    g_assert_cmpint(failures, ==, 2);
    leat_waker_free(waker);
    g_main_context_unref(context);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/waker/wakes-before-a-turn-are-one-call",
                    test_wakes_before_a_turn_are_one_call);
    g_test_add_func("/waker/nothing-published-is-missed", test_nothing_published_is_missed);
    g_test_add_func("/waker/a-wake-comes-before-idle-work", test_a_wake_comes_before_idle_work);
    g_test_add_func("/waker/no-call-follows-the-free", test_no_call_follows_the_free);
    g_test_add_func("/waker/every-failure-of-new-is-clean", test_every_failure_of_new_is_clean);
    return g_test_run();
}
