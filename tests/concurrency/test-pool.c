/* SPDX-License-Identifier: MIT */
#include "concurrency/pool.h"

#include "faults.h"
#include "support.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { SUBMITTERS = 3, TASKS = 500 };

static LeatPool *make(unsigned threads, unsigned max_queued, LeatCancel *cancel)
{
    GError *error = NULL;
    LeatPool *pool = leat_pool_new("test", LEAT_THREAD_NORMAL, threads, max_queued, cancel, &error);

    g_assert_no_error(error);
    return pool;
}

static LeatCancel *make_cancel(void)
{
    GError *error = NULL;
    LeatCancel *cancel = leat_cancel_new(NULL, &error);

    g_assert_no_error(error);
    return cancel;
}

static LeatFuture *submit(LeatPool *pool, LeatTaskFunc func, void *data)
{
    GError *error = NULL;
    LeatFuture *future = leat_pool_submit(pool, func, data, free, &error);

    g_assert_no_error(error);
    return future;
}

static void *square(void *data, LeatCancel *cancel, GError **error)
{
    int64_t *result = malloc(sizeof *result);

    (void)cancel;
    (void)error;
    *result = *(int64_t *)data * *(int64_t *)data;
    return result;
}

static void *fail(void *data, LeatCancel *cancel, GError **error)
{
    (void)data;
    (void)cancel;
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_CORRUPT, "task failed");
    return NULL;
}

static void *give_nothing(void *data, LeatCancel *cancel, GError **error)
{
    (void)data;
    (void)cancel;
    (void)error;
    return NULL;
}

/* Says that it runs, then waits for its cancel. */
static void *wait_for_cancel(void *data, LeatCancel *cancel, GError **error)
{
    atomic_fetch_add((atomic_int *)data, 1);
    leat_cancel_wait(cancel, LEAT_FOREVER);
    leat_cancel_check(cancel, error);
    return NULL;
}

static void *count_run(void *data, LeatCancel *cancel, GError **error)
{
    (void)cancel;
    (void)error;
    atomic_fetch_add((atomic_int *)data, 1);
    return NULL;
}

static void expect_cancelled(LeatFuture *future)
{
    GError *error = NULL;

    g_assert_false(leat_future_take(future, NULL, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_CANCELLED);
    g_assert_cmpint(leat_future_get_state(future), ==, LEAT_FUTURE_CANCELLED);
    g_clear_error(&error);
}

static void test_a_result_can_be_taken_once(void)
{
    LeatPool *pool = make(1, 1, NULL);
    int64_t number = 12;
    LeatFuture *future = submit(pool, square, &number);
    GError *error = NULL;
    void *result = NULL;

    g_assert_true(leat_future_take(future, NULL, &error));
    g_assert_true(leat_future_take(future, &result, &error));
    g_assert_no_error(error);
    g_assert_cmpint(*(int64_t *)result, ==, 144);
    g_assert_cmpint(leat_future_get_state(future), ==, LEAT_FUTURE_DONE);
    free(result);
    g_assert_false(leat_future_take(future, &result, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_INVALID);
    g_clear_error(&error);
    leat_future_unref(future);
    leat_pool_free(pool);
    leat_pool_free(NULL);
    leat_future_unref(NULL);
}

static void test_an_error_reaches_every_taker(void)
{
    LeatPool *pool = make(1, 1, NULL);
    LeatFuture *future = submit(pool, fail, NULL);

    for (int i = 0; i < 2; i++) {
        GError *error = NULL;

        g_assert_false(leat_future_take(future, NULL, &error));
        g_assert_error(error, LEAT_ERROR, LEAT_ERROR_CORRUPT);
        g_assert_cmpstr(error->message, ==, "task failed");
        g_clear_error(&error);
    }
    g_assert_false(leat_future_take(future, NULL, NULL));
    g_assert_cmpint(leat_future_get_state(future), ==, LEAT_FUTURE_FAILED);
    leat_future_unref(future);
    leat_pool_free(pool);
}

static void test_nothing_is_a_result_too(void)
{
    LeatPool *pool = make(1, 1, NULL);
    LeatFuture *future = submit(pool, give_nothing, NULL);
    void *result = pool;

    g_assert_true(leat_future_take(future, &result, NULL));
    g_assert_null(result);
    leat_future_unref(future);
    leat_pool_free(pool);
}

static void test_a_result_that_nobody_took_is_freed(void)
{
    LeatPool *pool = make(1, 1, NULL);
    int64_t number = 3;
    LeatFuture *future = submit(pool, square, &number);

    leat_future_unref(submit(pool, square, &number));
    g_assert_true(leat_future_wait(future, LEAT_FOREVER));
    leat_future_unref(future);
    leat_pool_free(pool);
}

static void test_threads_are_named_and_classed(void)
{
    GError *error = NULL;
    LeatPool *pool = leat_pool_new("a-long-pool-name", LEAT_THREAD_BACKGROUND, 2, 1, NULL, &error);
    size_t count;
    LeatThreadInfo *list = leat_thread_list(&count);

    g_assert_no_error(error);
    g_assert_cmpuint(count, >=, 2);
    g_assert_cmpstr(list[count - 2].name, ==, "a-long-pool-0");
    g_assert_cmpstr(list[count - 1].name, ==, "a-long-pool-1");
    g_assert_cmpint(list[count - 1].sched_class, ==, LEAT_THREAD_BACKGROUND);
    free(list);
    leat_pool_free(pool);
}

static void test_wait_ends_at_the_timeout(void)
{
    LeatPool *pool = make(1, 1, NULL);
    atomic_int running = 0;
    LeatFuture *future = submit(pool, wait_for_cancel, &running);

    g_assert_false(leat_future_wait(future, 0));
    g_assert_false(leat_future_wait(future, 5 * LEAT_NS_PER_MS));
    leat_future_cancel(future);
    g_assert_true(leat_future_wait(future, LEAT_FOREVER));
    g_assert_true(leat_future_wait(future, 0));
    leat_future_unref(future);
    leat_pool_free(pool);
}

static void test_a_cancelled_task_that_was_queued_never_runs(void)
{
    LeatPool *pool = make(1, 2, NULL);
    atomic_int running = 0, ran = 0;
    LeatFuture *blocker = submit(pool, wait_for_cancel, &running);
    LeatFuture *queued;

    ASSERT_COMES_TRUE(atomic_load(&running) == 1);
    queued = submit(pool, count_run, &ran);
    g_assert_cmpint(leat_future_get_state(queued), ==, LEAT_FUTURE_QUEUED);
    leat_future_cancel(queued);
    expect_cancelled(queued);
    leat_future_cancel(queued);
    leat_future_cancel(blocker);
    expect_cancelled(blocker);
    leat_future_unref(queued);
    leat_future_unref(blocker);
    leat_pool_free(pool);
    g_assert_cmpint(ran, ==, 0);
}

static void test_a_running_task_sees_its_own_cancel_only(void)
{
    LeatPool *pool = make(2, 2, NULL);
    atomic_int running = 0;
    LeatFuture *first = submit(pool, wait_for_cancel, &running);
    LeatFuture *second = submit(pool, wait_for_cancel, &running);

    ASSERT_COMES_TRUE(atomic_load(&running) == 2);
    g_assert_cmpint(leat_future_get_state(first), ==, LEAT_FUTURE_RUNNING);
    leat_future_cancel(first);
    expect_cancelled(first);
    g_assert_false(leat_future_wait(second, 0));
    leat_future_cancel(second);
    expect_cancelled(second);
    leat_future_unref(first);
    leat_future_unref(second);
    leat_pool_free(pool);
}

static void *ignore_cancel(void *data, LeatCancel *cancel, GError **error)
{
    (void)error;
    pthread_barrier_wait(data);
    leat_cancel_wait(cancel, LEAT_FOREVER);
    pthread_barrier_wait(data);
    return NULL;
}

static void test_the_pools_cancel_completes_what_is_queued_at_once(void)
{
    LeatCancel *cancel = make_cancel();
    LeatPool *pool = make(1, 2, cancel);
    pthread_barrier_t barrier;
    LeatFuture *running, *queued[2];
    atomic_int ran = 0;
    GError *error = NULL;

    pthread_barrier_init(&barrier, NULL, 2);
    running = submit(pool, ignore_cancel, &barrier);
    pthread_barrier_wait(&barrier);
    for (int i = 0; i < 2; i++)
        queued[i] = submit(pool, count_run, &ran);
    leat_cancel_trigger(cancel);
    /* The only thread is still busy. */
    for (int i = 0; i < 2; i++)
        expect_cancelled(queued[i]);
    g_assert_null(leat_pool_submit(pool, count_run, &ran, NULL, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_CANCELLED);
    g_clear_error(&error);
    pthread_barrier_wait(&barrier);
    g_assert_true(leat_future_take(running, NULL, NULL));
    leat_pool_free(pool);
    g_assert_cmpint(ran, ==, 0);
    for (int i = 0; i < 2; i++)
        leat_future_unref(queued[i]);
    leat_future_unref(running);
    pthread_barrier_destroy(&barrier);
    leat_cancel_unref(cancel);
}

static void wait_until_cancelled(void *data)
{
    expect_cancelled(data);
}

static void test_the_pools_cancel_wakes_who_waits_for_the_queued(void)
{
    LeatCancel *cancel = make_cancel();
    LeatPool *pool = make(1, 2, cancel);
    pthread_barrier_t barrier;
    LeatFuture *running, *queued;
    LeatThread *thread;
    atomic_int ran = 0;

    pthread_barrier_init(&barrier, NULL, 2);
    running = submit(pool, ignore_cancel, &barrier);
    pthread_barrier_wait(&barrier);
    queued = submit(pool, count_run, &ran);
    thread = start_thread("waiter", wait_until_cancelled, queued);
    ASSERT_COMES_TRUE(is_waiting(thread));
    leat_cancel_trigger(cancel);
    leat_thread_free(thread);
    pthread_barrier_wait(&barrier);
    leat_pool_free(pool);
    leat_future_unref(queued);
    leat_future_unref(running);
    pthread_barrier_destroy(&barrier);
    leat_cancel_unref(cancel);
}

static void test_futures_outlive_their_pool(void)
{
    LeatPool *pool = make(1, 2, NULL);
    atomic_int running = 0, ran = 0;
    int64_t number = 5;
    LeatFuture *done = submit(pool, square, &number), *cancelled, *queued;
    void *result;

    g_assert_true(leat_future_wait(done, LEAT_FOREVER));
    cancelled = submit(pool, wait_for_cancel, &running);
    ASSERT_COMES_TRUE(atomic_load(&running) == 1);
    queued = submit(pool, count_run, &ran);
    leat_pool_free(pool);
    g_assert_true(leat_future_take(done, &result, NULL));
    g_assert_cmpint(*(int64_t *)result, ==, 25);
    free(result);
    expect_cancelled(cancelled);
    expect_cancelled(queued);
    leat_future_cancel(done);
    leat_future_unref(done);
    leat_future_unref(cancelled);
    leat_future_unref(queued);
    g_assert_cmpint(ran, ==, 0);
}

typedef struct {
    LeatPool *pool;
    LeatFuture *future;
    GError *error;
    atomic_int ran;
} Blocked;

static void submit_one(void *data)
{
    Blocked *blocked = data;

    blocked->future =
        leat_pool_submit(blocked->pool, count_run, &blocked->ran, NULL, &blocked->error);
}

static LeatThread *fill_and_block(Blocked *blocked, LeatFuture **running, LeatFuture **queued,
                                  atomic_int *runs)
{
    LeatThread *thread;

    *blocked = (Blocked){.pool = make(1, 1, NULL)};
    *running = submit(blocked->pool, wait_for_cancel, runs);
    ASSERT_COMES_TRUE(atomic_load(runs) == 1);
    *queued = submit(blocked->pool, count_run, &blocked->ran);
    thread = start_thread("submitter", submit_one, blocked);
    ASSERT_COMES_TRUE(is_waiting(thread));
    return thread;
}

static void test_submit_waits_for_room(void)
{
    LeatFuture *running, *queued;
    atomic_int runs = 0;
    Blocked blocked;
    LeatThread *thread = fill_and_block(&blocked, &running, &queued, &runs);

    leat_future_cancel(running);
    leat_thread_free(thread);
    g_assert_no_error(blocked.error);
    g_assert_true(leat_future_take(blocked.future, NULL, NULL));
    g_assert_cmpint(blocked.ran, ==, 2);
    leat_future_unref(blocked.future);
    leat_future_unref(queued);
    leat_future_unref(running);
    leat_pool_free(blocked.pool);
}

static void test_free_turns_a_waiting_submit_away(void)
{
    LeatFuture *running, *queued;
    atomic_int runs = 0;
    Blocked blocked;
    LeatThread *thread = fill_and_block(&blocked, &running, &queued, &runs);

    leat_pool_free(blocked.pool);
    leat_thread_free(thread);
    g_assert_null(blocked.future);
    g_assert_error(blocked.error, LEAT_ERROR, LEAT_ERROR_CANCELLED);
    g_clear_error(&blocked.error);
    g_assert_cmpint(blocked.ran, ==, 0);
    leat_future_unref(queued);
    leat_future_unref(running);
}

typedef struct {
    LeatPool *pool;
    atomic_int_fast64_t sum;
    atomic_int done, cancelled;
} Race;

static void submit_and_take(void *data)
{
    Race *race = data;
    LeatFuture *futures[TASKS];
    int64_t numbers[TASKS];
    int submitted = 0;

    for (; submitted < TASKS; submitted++) {
        numbers[submitted] = submitted;
        futures[submitted] = leat_pool_submit(race->pool, square, &numbers[submitted], free, NULL);
        if (!futures[submitted])
            break;
        if (submitted % 5 == 4)
            leat_future_cancel(futures[submitted - 4]);
    }
    for (int i = 0; i < submitted; i++) {
        void *result;

        if (leat_future_take(futures[i], &result, NULL)) {
            atomic_fetch_add(&race->sum, *(int64_t *)result);
            atomic_fetch_add(&race->done, 1);
            free(result);
        } else {
            g_assert_cmpint(leat_future_get_state(futures[i]), ==, LEAT_FUTURE_CANCELLED);
            atomic_fetch_add(&race->cancelled, 1);
        }
        leat_future_unref(futures[i]);
    }
}

static void test_a_saturated_pool_completes_each_task_once(void)
{
    Race race = {.pool = make(3, 4, NULL)};
    LeatThread *threads[SUBMITTERS];

    for (int i = 0; i < SUBMITTERS; i++)
        threads[i] = start_thread("submitter", submit_and_take, &race);
    join_threads(threads, SUBMITTERS);
    g_assert_cmpint(race.done + race.cancelled, ==, SUBMITTERS * TASKS);
    g_assert_cmpint(race.done, >=, SUBMITTERS * TASKS * 4 / 5);
    leat_pool_free(race.pool);
}

static void test_a_saturated_pool_can_be_cancelled(void)
{
    for (int round = 0; round < 10; round++) {
        LeatCancel *cancel = make_cancel();
        Race race = {.pool = make(3, 4, cancel)};
        LeatThread *threads[SUBMITTERS];

        for (int i = 0; i < SUBMITTERS; i++)
            threads[i] = start_thread("submitter", submit_and_take, &race);
        if (round % 2)
            ASSERT_COMES_TRUE(is_waiting(threads[0]) || leat_cancel_is_set(cancel) ||
                              leat_thread_get_info(threads[0]).state == LEAT_THREAD_DEAD);
        leat_cancel_trigger(cancel);
        join_threads(threads, SUBMITTERS);
        leat_pool_free(race.pool);
        leat_cancel_unref(cancel);
    }
}

static void test_every_failure_of_new_leaves_nothing_behind(void)
{
    LeatCancel *cancel = make_cancel();
    int descriptors = count_descriptors(), failures = 0;
    size_t threads = count_registered();
    LeatPool *pool = NULL;

    for (int n = 1; !pool; n++) {
        GError *error = NULL;

        leat_faults_arm(n);
        pool = leat_pool_new("test", LEAT_THREAD_NORMAL, 3, 2, cancel, &error);
        g_assert_true(leat_faults_disarm() == !pool);
        g_assert_true(!pool == (error != NULL));
        if (!pool) {
            g_assert_cmpint(count_descriptors(), ==, descriptors);
            g_assert_cmpuint(count_registered(), ==, threads);
            failures++;
        }
        g_clear_error(&error);
    }
    /* Pool, threads' table, cancel and its descriptor, queue and its ring, 3 x (thread, start). */
    g_assert_cmpint(failures, ==, 12);
    leat_pool_free(pool);
    leat_cancel_unref(cancel);
}

static void test_every_failure_of_a_task_completes_it_or_refuses_it(void)
{
    LeatPool *pool = make(1, 2, NULL);
    bool succeeded = false;
    int refused = 0, failed = 0;

    for (int n = 1; !succeeded; n++) {
        GError *error = NULL;
        atomic_int ran = 0;
        LeatFuture *future;

        leat_faults_arm(n);
        future = leat_pool_submit(pool, count_run, &ran, NULL, &error);
        if (future)
            succeeded = leat_future_take(future, NULL, &error);
        g_assert_true(leat_faults_disarm() == !succeeded);
        g_assert_true(succeeded == (error == NULL));
        g_assert_cmpint(ran, ==, succeeded);
        refused += !future;
        failed += future && !succeeded;
        leat_future_unref(future);
        g_clear_error(&error);
    }
    g_assert_cmpint(refused, ==, 1);
    g_assert_cmpint(failed, ==, 2);
    leat_pool_free(pool);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pool/a-result-can-be-taken-once", test_a_result_can_be_taken_once);
    g_test_add_func("/pool/an-error-reaches-every-taker", test_an_error_reaches_every_taker);
    g_test_add_func("/pool/nothing-is-a-result-too", test_nothing_is_a_result_too);
    g_test_add_func("/pool/a-result-that-nobody-took-is-freed",
                    test_a_result_that_nobody_took_is_freed);
    g_test_add_func("/pool/threads-are-named-and-classed", test_threads_are_named_and_classed);
    g_test_add_func("/pool/wait-ends-at-the-timeout", test_wait_ends_at_the_timeout);
    g_test_add_func("/pool/a-cancelled-task-that-was-queued-never-runs",
                    test_a_cancelled_task_that_was_queued_never_runs);
    g_test_add_func("/pool/a-running-task-sees-its-own-cancel-only",
                    test_a_running_task_sees_its_own_cancel_only);
    g_test_add_func("/pool/the-pools-cancel-completes-what-is-queued-at-once",
                    test_the_pools_cancel_completes_what_is_queued_at_once);
    g_test_add_func("/pool/the-pools-cancel-wakes-who-waits-for-the-queued",
                    test_the_pools_cancel_wakes_who_waits_for_the_queued);
    g_test_add_func("/pool/futures-outlive-their-pool", test_futures_outlive_their_pool);
    g_test_add_func("/pool/submit-waits-for-room", test_submit_waits_for_room);
    g_test_add_func("/pool/free-turns-a-waiting-submit-away",
                    test_free_turns_a_waiting_submit_away);
    g_test_add_func("/pool/a-saturated-pool-completes-each-task-once",
                    test_a_saturated_pool_completes_each_task_once);
    g_test_add_func("/pool/a-saturated-pool-can-be-cancelled",
                    test_a_saturated_pool_can_be_cancelled);
    g_test_add_func("/pool/every-failure-of-new-leaves-nothing-behind",
                    test_every_failure_of_new_leaves_nothing_behind);
    g_test_add_func("/pool/every-failure-of-a-task-completes-it-or-refuses-it",
                    test_every_failure_of_a_task_completes_it_or_refuses_it);
    return g_test_run();
}
