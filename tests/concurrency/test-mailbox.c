/* SPDX-License-Identifier: MIT */
#include "concurrency/mailbox.h"

#include "faults.h"
#include "support.h"

#include <stdlib.h>

enum { PUTTERS = 3, ITEMS = 20000 };

static LeatMailbox *make(LeatDestroyFunc destroy, LeatCancel *cancel)
{
    GError *error = NULL;
    LeatMailbox *mailbox = leat_mailbox_new(destroy, cancel, &error);

    g_assert_no_error(error);
    return mailbox;
}

static LeatCancel *make_cancel(void)
{
    GError *error = NULL;
    LeatCancel *cancel = leat_cancel_new(NULL, &error);

    g_assert_no_error(error);
    return cancel;
}

static void test_the_latest_item_wins(void)
{
    LeatMailbox *mailbox = make(free, NULL);
    void *first = malloc(1), *second = malloc(1), *taken;
    LeatMailboxStats stats;
    bool replaced;

    g_assert_cmpint(leat_mailbox_put(mailbox, first, &replaced), ==, LEAT_QUEUE_OK);
    g_assert_false(replaced);
    g_assert_true(leat_mailbox_get_stats(mailbox).full);
    g_assert_cmpint(leat_mailbox_put(mailbox, second, &replaced), ==, LEAT_QUEUE_OK);
    g_assert_true(replaced);
    g_assert_cmpint(leat_mailbox_take(mailbox, &taken, 0), ==, LEAT_QUEUE_OK);
    g_assert_true(taken == second);
    free(taken);
    g_assert_cmpint(leat_mailbox_take(mailbox, &taken, 0), ==, LEAT_QUEUE_TIMEOUT);
    g_assert_null(taken);
    g_assert_cmpint(leat_mailbox_take(mailbox, &taken, LEAT_NS_PER_MS), ==, LEAT_QUEUE_TIMEOUT);
    stats = leat_mailbox_get_stats(mailbox);
    g_assert_cmpuint(stats.put, ==, 2);
    g_assert_cmpuint(stats.taken, ==, 1);
    g_assert_cmpuint(stats.replaced, ==, 1);
    g_assert_false(stats.full);
    leat_mailbox_free(mailbox);
    leat_mailbox_free(NULL);
}

static void test_close_lets_the_last_item_out(void)
{
    LeatMailbox *mailbox = make(free, NULL);
    void *own = malloc(1), *taken;

    leat_mailbox_put(mailbox, malloc(1), NULL);
    leat_mailbox_close(mailbox);
    g_assert_cmpint(leat_mailbox_put(mailbox, own, NULL), ==, LEAT_QUEUE_CLOSED);
    free(own);
    g_assert_cmpint(leat_mailbox_take(mailbox, &taken, LEAT_FOREVER), ==, LEAT_QUEUE_OK);
    free(taken);
    g_assert_cmpint(leat_mailbox_take(mailbox, &taken, LEAT_FOREVER), ==, LEAT_QUEUE_CLOSED);
    leat_mailbox_free(mailbox);
}

static void test_abort_frees_the_item(void)
{
    LeatMailbox *mailbox = make(free, NULL);
    void *own = malloc(1), *taken;

    leat_mailbox_put(mailbox, malloc(1), NULL);
    leat_mailbox_abort(mailbox);
    g_assert_false(leat_mailbox_get_stats(mailbox).full);
    g_assert_cmpint(leat_mailbox_put(mailbox, own, NULL), ==, LEAT_QUEUE_ABORTED);
    free(own);
    g_assert_cmpint(leat_mailbox_take(mailbox, &taken, LEAT_FOREVER), ==, LEAT_QUEUE_ABORTED);
    leat_mailbox_free(mailbox);
}

static void test_free_frees_the_item(void)
{
    LeatMailbox *mailbox = make(free, NULL);

    leat_mailbox_put(mailbox, malloc(1), NULL);
    leat_mailbox_free(mailbox);
}

static void test_cancel_aborts(void)
{
    LeatCancel *cancel = make_cancel();
    LeatMailbox *mailbox = make(free, cancel);
    void *taken;

    leat_mailbox_put(mailbox, malloc(1), NULL);
    leat_cancel_trigger(cancel);
    g_assert_cmpint(leat_mailbox_take(mailbox, &taken, LEAT_FOREVER), ==, LEAT_QUEUE_ABORTED);
    g_assert_null(taken);
    leat_mailbox_free(mailbox);
    leat_cancel_unref(cancel);
}

typedef struct {
    LeatMailbox *mailbox;
    LeatQueueResult result;
    atomic_int_fast64_t put, taken, freed;
    atomic_int putters;
} Race;

static Race *race_of_destroy;

static void count_freed(void *item)
{
    atomic_fetch_add(&race_of_destroy->freed, *(int *)item);
    free(item);
}

static void take_one(void *data)
{
    Race *race = data;
    void *item;

    race->result = leat_mailbox_take(race->mailbox, &item, LEAT_FOREVER);
    free(item);
}

static void test_take_waits_for_an_item(void)
{
    Race race = {.mailbox = make(free, NULL)};
    LeatThread *thread = start_thread("taker", take_one, &race);

    ASSERT_COMES_TRUE(is_waiting(thread));
    leat_mailbox_put(race.mailbox, malloc(1), NULL);
    leat_thread_free(thread);
    g_assert_cmpint(race.result, ==, LEAT_QUEUE_OK);
    leat_mailbox_free(race.mailbox);
}

static void test_close_abort_and_cancel_wake_the_taker(void)
{
    for (int how = 0; how < 3; how++) {
        LeatCancel *cancel = make_cancel();
        Race race = {.mailbox = make(free, cancel)};
        LeatThread *thread = start_thread("taker", take_one, &race);

        ASSERT_COMES_TRUE(is_waiting(thread));
        if (how == 0)
            leat_mailbox_close(race.mailbox);
        else if (how == 1)
            leat_mailbox_abort(race.mailbox);
        else
            leat_cancel_trigger(cancel);
        leat_thread_free(thread);
        g_assert_cmpint(race.result, ==, how == 0 ? LEAT_QUEUE_CLOSED : LEAT_QUEUE_ABORTED);
        leat_mailbox_free(race.mailbox);
        leat_cancel_unref(cancel);
    }
}

static void put_many(void *data)
{
    Race *race = data;

    for (int i = 1; i <= ITEMS; i++) {
        int *item = malloc(sizeof *item);

        *item = i;
        if (leat_mailbox_put(race->mailbox, item, NULL) != LEAT_QUEUE_OK) {
            free(item);
            break;
        }
        atomic_fetch_add(&race->put, i);
    }
    if (atomic_fetch_sub(&race->putters, 1) == 1)
        leat_mailbox_close(race->mailbox);
}

static void take_many(void *data)
{
    Race *race = data;
    void *item;

    while (leat_mailbox_take(race->mailbox, &item, LEAT_FOREVER) == LEAT_QUEUE_OK) {
        atomic_fetch_add(&race->taken, *(int *)item);
        free(item);
    }
}

static void run_race(LeatCancel *cancel)
{
    Race race = {.mailbox = make(count_freed, cancel), .putters = PUTTERS};
    LeatThread *threads[PUTTERS + 2];
    LeatMailboxStats stats;

    race_of_destroy = &race;
    for (int i = 0; i < PUTTERS + 2; i++)
        threads[i] = start_thread("racer", i < PUTTERS ? put_many : take_many, &race);
    if (cancel) {
        ASSERT_COMES_TRUE(atomic_load(&race.taken) > 0);
        leat_cancel_trigger(cancel);
    }
    join_threads(threads, PUTTERS + 2);
    stats = leat_mailbox_get_stats(race.mailbox);
    if (!cancel)
        g_assert_cmpuint(stats.put, ==, stats.taken + stats.replaced);
    g_assert_cmpint(race.put, ==, race.taken + race.freed);
    leat_mailbox_free(race.mailbox);
}

static void test_every_item_is_taken_or_freed(void)
{
    run_race(NULL);
}

static void test_every_item_is_taken_or_freed_when_cancelled(void)
{
    for (int i = 0; i < 20; i++) {
        LeatCancel *cancel = make_cancel();

        run_race(cancel);
        leat_cancel_unref(cancel);
    }
}

static void count_turn(void *data)
{
    (*(int *)data)++;
}

static void test_put_and_close_wake_the_loop(void)
{
    GMainContext *context = g_main_context_new();
    LeatMailbox *mailbox = make(free, NULL);
    GError *error = NULL;
    int turns = 0;
    LeatWaker *waker = leat_waker_new(context, G_PRIORITY_DEFAULT, count_turn, &turns, &error);

    g_assert_no_error(error);
    leat_mailbox_set_waker(mailbox, waker);
    leat_mailbox_put(mailbox, malloc(1), NULL);
    leat_mailbox_put(mailbox, malloc(1), NULL);
    while (g_main_context_iteration(context, FALSE))
        ;
    g_assert_cmpint(turns, ==, 1);
    leat_mailbox_close(mailbox);
    while (g_main_context_iteration(context, FALSE))
        ;
    g_assert_cmpint(turns, ==, 2);
    leat_mailbox_free(mailbox);
    leat_waker_free(waker);
    g_main_context_unref(context);
}

static void test_no_memory_is_an_error(void)
{
    GError *error = NULL;

    leat_faults_arm(1);
    g_assert_null(leat_mailbox_new(NULL, NULL, &error));
    g_assert_true(leat_faults_disarm());
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NO_MEMORY);
    g_clear_error(&error);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mailbox/the-latest-item-wins", test_the_latest_item_wins);
    g_test_add_func("/mailbox/close-lets-the-last-item-out", test_close_lets_the_last_item_out);
    g_test_add_func("/mailbox/abort-frees-the-item", test_abort_frees_the_item);
    g_test_add_func("/mailbox/free-frees-the-item", test_free_frees_the_item);
    g_test_add_func("/mailbox/cancel-aborts", test_cancel_aborts);
    g_test_add_func("/mailbox/take-waits-for-an-item", test_take_waits_for_an_item);
    g_test_add_func("/mailbox/close-abort-and-cancel-wake-the-taker",
                    test_close_abort_and_cancel_wake_the_taker);
    g_test_add_func("/mailbox/every-item-is-taken-or-freed", test_every_item_is_taken_or_freed);
    g_test_add_func("/mailbox/every-item-is-taken-or-freed-when-cancelled",
                    test_every_item_is_taken_or_freed_when_cancelled);
    g_test_add_func("/mailbox/put-and-close-wake-the-loop", test_put_and_close_wake_the_loop);
    g_test_add_func("/mailbox/no-memory-is-an-error", test_no_memory_is_an_error);
    return g_test_run();
}
