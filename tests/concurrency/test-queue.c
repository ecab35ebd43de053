/* SPDX-License-Identifier: MIT */
#include "concurrency/queue.h"

#include "faults.h"
#include "support.h"

#include <stdlib.h>

enum { ENDS = 4, ITEMS = 20000 };

/* Items are small numbers in a pointer where nothing is to be freed. */
static void *number(intptr_t n)
{
    return (void *)n;
}

static LeatQueue *make(size_t items, size_t bytes, LeatDestroyFunc destroy, LeatCancel *cancel)
{
    GError *error = NULL;
    LeatQueue *queue =
        leat_queue_new((LeatQueueLimits){.items = items, .bytes = bytes}, destroy, cancel, &error);

    g_assert_no_error(error);
    return queue;
}

static LeatCancel *make_cancel(void)
{
    GError *error = NULL;
    LeatCancel *cancel = leat_cancel_new(NULL, &error);

    g_assert_no_error(error);
    return cancel;
}

static void test_items_come_out_in_order(void)
{
    LeatQueue *queue = make(3, 0, NULL, NULL);
    void *item;

    for (intptr_t i = 1; i <= 100; i++) {
        g_assert_cmpint(leat_queue_push(queue, number(i), 1, 0), ==, LEAT_QUEUE_OK);
        if (i > 1) {
            g_assert_cmpint(leat_queue_pop(queue, &item, 0), ==, LEAT_QUEUE_OK);
            g_assert_true(item == number(i - 1));
        }
    }
    leat_queue_free(queue);
    leat_queue_free(NULL);
}

static void test_count_bounds_the_queue(void)
{
    LeatQueue *queue = make(2, 0, NULL, NULL);
    void *item;

    g_assert_cmpint(leat_queue_push(queue, number(1), 1 << 30, 0), ==, LEAT_QUEUE_OK);
    g_assert_cmpint(leat_queue_push(queue, number(2), 1 << 30, 0), ==, LEAT_QUEUE_OK);
    g_assert_cmpint(leat_queue_push(queue, number(3), 0, 0), ==, LEAT_QUEUE_TIMEOUT);
    g_assert_cmpint(leat_queue_pop(queue, &item, 0), ==, LEAT_QUEUE_OK);
    g_assert_cmpint(leat_queue_push(queue, number(3), 0, 0), ==, LEAT_QUEUE_OK);
    leat_queue_free(queue);
}

static void test_bytes_bound_the_queue(void)
{
    LeatQueue *queue = make(10, 100, NULL, NULL);

    g_assert_cmpint(leat_queue_push(queue, number(1), 60, 0), ==, LEAT_QUEUE_OK);
    g_assert_cmpint(leat_queue_push(queue, number(2), 41, 0), ==, LEAT_QUEUE_TIMEOUT);
    g_assert_cmpint(leat_queue_push(queue, number(2), SIZE_MAX, 0), ==, LEAT_QUEUE_TIMEOUT);
    g_assert_cmpint(leat_queue_push(queue, number(2), 40, 0), ==, LEAT_QUEUE_OK);
    g_assert_cmpint(leat_queue_push(queue, number(3), 1, 0), ==, LEAT_QUEUE_TIMEOUT);
    g_assert_cmpuint(leat_queue_get_fill(queue).bytes, ==, 100);
    leat_queue_free(queue);
}

static void test_an_oversized_item_enters_an_empty_queue(void)
{
    LeatQueue *queue = make(10, 100, NULL, NULL);
    void *item;

    g_assert_cmpint(leat_queue_push(queue, number(1), 1000, 0), ==, LEAT_QUEUE_OK);
    g_assert_cmpint(leat_queue_push(queue, number(2), 0, 0), ==, LEAT_QUEUE_TIMEOUT);
    g_assert_cmpint(leat_queue_pop(queue, &item, 0), ==, LEAT_QUEUE_OK);
    g_assert_cmpint(leat_queue_push(queue, number(2), 0, 0), ==, LEAT_QUEUE_OK);
    leat_queue_free(queue);
}

static void test_waits_end_at_the_timeout(void)
{
    LeatQueue *queue = make(1, 0, NULL, NULL);
    int64_t start = leat_clock_now_ns();
    void *item = number(7);

    g_assert_cmpint(leat_queue_pop(queue, &item, 0), ==, LEAT_QUEUE_TIMEOUT);
    g_assert_null(item);
    g_assert_cmpint(leat_queue_pop(queue, &item, 5 * LEAT_NS_PER_MS), ==, LEAT_QUEUE_TIMEOUT);
    g_assert_cmpint(leat_queue_push(queue, number(1), 0, 0), ==, LEAT_QUEUE_OK);
    g_assert_cmpint(leat_queue_push(queue, number(2), 0, 5 * LEAT_NS_PER_MS), ==,
                    LEAT_QUEUE_TIMEOUT);
    g_assert_cmpint(leat_clock_now_ns() - start, >=, 10 * LEAT_NS_PER_MS);
    leat_queue_free(queue);
}

static void test_close_lets_the_rest_out(void)
{
    LeatQueue *queue = make(4, 0, NULL, NULL);
    void *item;

    leat_queue_push(queue, number(1), 0, 0);
    leat_queue_close(queue);
    g_assert_cmpint(leat_queue_push(queue, number(2), 0, LEAT_FOREVER), ==, LEAT_QUEUE_CLOSED);
    g_assert_cmpint(leat_queue_pop(queue, &item, LEAT_FOREVER), ==, LEAT_QUEUE_OK);
    g_assert_true(item == number(1));
    g_assert_cmpint(leat_queue_pop(queue, &item, LEAT_FOREVER), ==, LEAT_QUEUE_CLOSED);
    g_assert_null(item);
    leat_queue_free(queue);
}

static void test_abort_frees_the_rest(void)
{
    LeatQueue *queue = make(4, 0, free, NULL);
    LeatQueueFill fill;
    void *item, *own = malloc(1);

    for (int i = 0; i < 3; i++)
        leat_queue_push(queue, malloc(1), 10, 0);
    leat_queue_abort(queue);
    leat_queue_abort(queue);
    g_assert_cmpint(leat_queue_pop(queue, &item, LEAT_FOREVER), ==, LEAT_QUEUE_ABORTED);
    g_assert_cmpint(leat_queue_push(queue, own, 0, LEAT_FOREVER), ==, LEAT_QUEUE_ABORTED);
    free(own);
    fill = leat_queue_get_fill(queue);
    g_assert_cmpuint(fill.items + fill.bytes, ==, 0);
    g_assert_cmpuint(fill.pushed, ==, 3);
    g_assert_cmpuint(fill.freed, ==, 3);
    g_assert_cmpuint(fill.peak_items, ==, 3);
    g_assert_cmpuint(fill.peak_bytes, ==, 30);
    leat_queue_free(queue);
}

static void test_free_frees_the_rest(void)
{
    LeatQueue *queue = make(4, 0, free, NULL);

    leat_queue_push(queue, malloc(1), 10, 0);
    leat_queue_push(queue, malloc(1), 10, 0);
    leat_queue_free(queue);
}

typedef struct {
    LeatQueue *queue;
    atomic_int push, pop; /* LeatQueueResult */
} Blocked;

static void push_into_full(void *data)
{
    Blocked *blocked = data;

    atomic_store(&blocked->push, (int)leat_queue_push(blocked->queue, number(2), 0, LEAT_FOREVER));
}

static void pop_from_empty(void *data)
{
    Blocked *blocked = data;
    void *item;

    atomic_store(&blocked->pop, (int)leat_queue_pop(blocked->queue, &item, LEAT_FOREVER));
}

static void test_push_waits_until_there_is_room(void)
{
    Blocked blocked = {.queue = make(1, 0, NULL, NULL)};
    LeatThread *thread;
    void *item;

    leat_queue_push(blocked.queue, number(1), 0, 0);
    thread = start_thread("pusher", push_into_full, &blocked);
    ASSERT_COMES_TRUE(is_waiting(thread));
    g_assert_cmpint(leat_queue_pop(blocked.queue, &item, 0), ==, LEAT_QUEUE_OK);
    leat_thread_free(thread);
    g_assert_cmpint(blocked.push, ==, LEAT_QUEUE_OK);
    g_assert_cmpint(leat_queue_pop(blocked.queue, &item, 0), ==, LEAT_QUEUE_OK);
    g_assert_true(item == number(2));
    leat_queue_free(blocked.queue);
}

static void test_pop_waits_until_there_is_an_item(void)
{
    Blocked blocked = {.queue = make(1, 0, NULL, NULL)};
    LeatThread *thread = start_thread("popper", pop_from_empty, &blocked);

    ASSERT_COMES_TRUE(is_waiting(thread));
    leat_queue_push(blocked.queue, number(1), 0, 0);
    leat_thread_free(thread);
    g_assert_cmpint(blocked.pop, ==, LEAT_QUEUE_OK);
    leat_queue_free(blocked.queue);
}

typedef enum {
    BY_CLOSE,
    BY_ABORT,
    BY_CANCEL,
} Ending;

static void check_waiters_end(Ending how, LeatQueueResult expected)
{
    LeatCancel *cancel = make_cancel();
    Blocked full = {.queue = make(1, 0, NULL, cancel)}, empty = {.queue = make(1, 0, NULL, cancel)};
    LeatThread *threads[4];

    leat_queue_push(full.queue, number(1), 0, 0);
    for (int i = 0; i < 4; i++)
        threads[i] = i % 2 ? start_thread("pusher", push_into_full, &full)
                           : start_thread("popper", pop_from_empty, &empty);
    for (int i = 0; i < 4; i++)
        ASSERT_COMES_TRUE(is_waiting(threads[i]));
    if (how == BY_CLOSE) {
        leat_queue_close(full.queue);
        leat_queue_close(empty.queue);
    } else if (how == BY_ABORT) {
        leat_queue_abort(full.queue);
        leat_queue_abort(empty.queue);
    } else {
        leat_cancel_trigger(cancel);
    }
    join_threads(threads, 4);
    g_assert_cmpint(full.push, ==, (int)expected);
    g_assert_cmpint(empty.pop, ==, expected);
    leat_queue_free(full.queue);
    leat_queue_free(empty.queue);
    leat_cancel_unref(cancel);
}

static void test_close_wakes_every_waiter(void)
{
    check_waiters_end(BY_CLOSE, LEAT_QUEUE_CLOSED);
}

static void test_abort_wakes_every_waiter(void)
{
    check_waiters_end(BY_ABORT, LEAT_QUEUE_ABORTED);
}

static void test_cancel_wakes_every_waiter(void)
{
    check_waiters_end(BY_CANCEL, LEAT_QUEUE_ABORTED);
}

static void test_cancel_aborts(void)
{
    LeatCancel *cancel = make_cancel();
    LeatQueue *queue = make(4, 0, free, cancel);
    LeatQueueFill fill;
    void *item;

    leat_queue_push(queue, malloc(1), 5, 0);
    leat_cancel_trigger(cancel);
    fill = leat_queue_get_fill(queue);
    g_assert_cmpuint(fill.items, ==, 0);
    g_assert_cmpuint(fill.freed, ==, 1);
    g_assert_cmpint(leat_queue_pop(queue, &item, LEAT_FOREVER), ==, LEAT_QUEUE_ABORTED);
    leat_queue_free(queue);
    queue = make(4, 0, free, cancel);
    g_assert_cmpint(leat_queue_pop(queue, &item, LEAT_FOREVER), ==, LEAT_QUEUE_ABORTED);
    leat_queue_free(queue);
    leat_cancel_unref(cancel);
}

typedef struct {
    LeatQueue *queue;
    atomic_int_fast64_t sum_in, sum_out, freed;
    atomic_int pushed, popped, producers;
} Race;

static void produce(void *data)
{
    Race *race = data;

    for (intptr_t i = 1; i <= ITEMS; i++) {
        if (leat_queue_push(race->queue, number(i), (size_t)(i % 7), LEAT_FOREVER) != LEAT_QUEUE_OK)
            break;
        atomic_fetch_add(&race->sum_in, i);
        atomic_fetch_add(&race->pushed, 1);
    }
    if (atomic_fetch_sub(&race->producers, 1) == 1)
        leat_queue_close(race->queue);
}

static void consume(void *data)
{
    Race *race = data;
    void *item;

    while (leat_queue_pop(race->queue, &item, LEAT_FOREVER) == LEAT_QUEUE_OK) {
        atomic_fetch_add(&race->sum_out, (intptr_t)item);
        atomic_fetch_add(&race->popped, 1);
    }
}

static void test_sums_of_producers_and_consumers_agree(void)
{
    Race race = {.queue = make(5, 20, NULL, NULL), .producers = ENDS};
    LeatThread *threads[2 * ENDS];
    LeatQueueFill fill;

    for (int i = 0; i < 2 * ENDS; i++)
        threads[i] = start_thread("racer", i % 2 ? produce : consume, &race);
    join_threads(threads, 2 * ENDS);
    g_assert_cmpint(race.popped, ==, ENDS * ITEMS);
    g_assert_cmpint(race.sum_in, ==, race.sum_out);
    fill = leat_queue_get_fill(race.queue);
    g_assert_cmpuint(fill.pushed, ==, ENDS * ITEMS);
    g_assert_cmpuint(fill.popped, ==, ENDS * ITEMS);
    g_assert_cmpuint(fill.items + fill.bytes, ==, 0);
    g_assert_cmpuint(fill.peak_items, <=, 5);
    g_assert_cmpuint(fill.peak_bytes, <=, 20);
    leat_queue_free(race.queue);
}

static void check_race_ends_with_every_item_accounted(bool by_cancel)
{
    for (int round = 0; round < 20; round++) {
        LeatCancel *cancel = make_cancel();
        Race race = {.queue = make(16, 0, NULL, cancel), .producers = ENDS};
        LeatThread *threads[2 * ENDS];
        LeatQueueFill fill;

        for (int i = 0; i < 2 * ENDS; i++)
            threads[i] = start_thread("racer", i % 2 ? produce : consume, &race);
        ASSERT_COMES_TRUE(atomic_load(&race.popped) > round * 10);
        if (by_cancel)
            leat_cancel_trigger(cancel);
        else
            leat_queue_abort(race.queue);
        join_threads(threads, 2 * ENDS);
        fill = leat_queue_get_fill(race.queue);
        g_assert_cmpuint(fill.pushed, ==, (uint64_t)race.pushed);
        g_assert_cmpuint(fill.popped, ==, (uint64_t)race.popped);
        g_assert_cmpuint(fill.pushed, ==, fill.popped + fill.freed);
        leat_queue_free(race.queue);
        leat_cancel_unref(cancel);
    }
}

static void test_abort_in_a_race_accounts_for_every_item(void)
{
    check_race_ends_with_every_item_accounted(false);
}

static void test_cancel_in_a_race_accounts_for_every_item(void)
{
    check_race_ends_with_every_item_accounted(true);
}

static void test_every_failure_of_new_is_clean(void)
{
    LeatCancel *cancel = make_cancel();
    LeatQueue *queue = NULL;

    for (int n = 1; !queue; n++) {
        GError *error = NULL;

        leat_faults_arm(n);
        queue = leat_queue_new((LeatQueueLimits){.items = 8}, NULL, cancel, &error);
        g_assert_true(leat_faults_disarm() == !queue);
        if (!queue)
            g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NO_MEMORY);
        g_clear_error(&error);
    }
    leat_queue_free(queue);
    leat_cancel_unref(cancel);
}

static void test_push_and_pop_allocate_nothing(void)
{
    LeatQueue *queue = make(2, 0, NULL, NULL);
    void *item;

    leat_faults_arm(1);
    g_assert_cmpint(leat_queue_push(queue, number(1), 0, 0), ==, LEAT_QUEUE_OK);
    g_assert_cmpint(leat_queue_pop(queue, &item, 0), ==, LEAT_QUEUE_OK);
    g_assert_false(leat_faults_disarm());
    leat_queue_free(queue);
}

static void test_an_absurd_limit_is_an_error(void)
{
    GError *error = NULL;

    g_assert_null(leat_queue_new((LeatQueueLimits){.items = SIZE_MAX}, NULL, NULL, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NO_MEMORY);
    g_clear_error(&error);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/queue/items-come-out-in-order", test_items_come_out_in_order);
    g_test_add_func("/queue/count-bounds-the-queue", test_count_bounds_the_queue);
    g_test_add_func("/queue/bytes-bound-the-queue", test_bytes_bound_the_queue);
    g_test_add_func("/queue/an-oversized-item-enters-an-empty-queue",
                    test_an_oversized_item_enters_an_empty_queue);
    g_test_add_func("/queue/waits-end-at-the-timeout", test_waits_end_at_the_timeout);
    g_test_add_func("/queue/close-lets-the-rest-out", test_close_lets_the_rest_out);
    g_test_add_func("/queue/abort-frees-the-rest", test_abort_frees_the_rest);
    g_test_add_func("/queue/free-frees-the-rest", test_free_frees_the_rest);
    g_test_add_func("/queue/push-waits-until-there-is-room", test_push_waits_until_there_is_room);
    g_test_add_func("/queue/pop-waits-until-there-is-an-item",
                    test_pop_waits_until_there_is_an_item);
    g_test_add_func("/queue/close-wakes-every-waiter", test_close_wakes_every_waiter);
    g_test_add_func("/queue/abort-wakes-every-waiter", test_abort_wakes_every_waiter);
    g_test_add_func("/queue/cancel-wakes-every-waiter", test_cancel_wakes_every_waiter);
    g_test_add_func("/queue/cancel-aborts", test_cancel_aborts);
    g_test_add_func("/queue/sums-of-producers-and-consumers-agree",
                    test_sums_of_producers_and_consumers_agree);
    g_test_add_func("/queue/abort-in-a-race-accounts-for-every-item",
                    test_abort_in_a_race_accounts_for_every_item);
    g_test_add_func("/queue/cancel-in-a-race-accounts-for-every-item",
                    test_cancel_in_a_race_accounts_for_every_item);
    g_test_add_func("/queue/every-failure-of-new-is-clean", test_every_failure_of_new_is_clean);
    g_test_add_func("/queue/push-and-pop-allocate-nothing", test_push_and_pop_allocate_nothing);
    g_test_add_func("/queue/an-absurd-limit-is-an-error", test_an_absurd_limit_is_an_error);
    return g_test_run();
}
