/* SPDX-License-Identifier: MIT */
/* What every executor does alike. */
#include "compute-support.h"
#include "concurrency/thread.h"

#include <dirent.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { UNITS = 100 };

static const TestInput no_input;

static LeatExecutorKind kind_of(gconstpointer data)
{
    return (LeatExecutorKind)GPOINTER_TO_INT(data);
}

static void test_names_are_parsed(void)
{
    LeatExecutorKind kind = LEAT_EXECUTOR_INLINE;
    GError *error = NULL;

    g_assert_true(leat_executor_kind_parse("processes", &kind, NULL));
    g_assert_cmpint(kind, ==, LEAT_EXECUTOR_PROCESSES);
    g_assert_cmpstr(leat_executor_kind_name(LEAT_EXECUTOR_THREADS), ==, "threads");
    g_assert_false(leat_executor_kind_parse("thread", &kind, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_INVALID);
    g_error_free(error);
}

/* Three rounds with inputs of their own, as one checksum. */
static char *mix_on(LeatExecutorKind kind, unsigned workers)
{
    const LeatWorksetOptions options = {
        .kind = "mix", .input_bytes = 1000, .units = UNITS, .output_bytes = 3001};
    LeatExecutor *executor = test_executor(kind, workers);
    GError *error = NULL;
    LeatWorkset *workset = leat_workset_new(executor, &options, &error);
    char *sums[4] = {NULL}, *sum;

    g_assert_no_error(error);
    for (int round = 0; round < 3; round++) {
        memset(leat_workset_input(workset), 'a' + round, 1000);
        test_run(workset, UNITS - (unsigned)round);
        sums[round] = test_checksum(workset, UNITS - (unsigned)round);
    }
    sum = g_strjoinv(" ", sums);
    for (int round = 0; round < 3; round++)
        g_free(sums[round]);
    leat_workset_free(workset);
    leat_executor_free(executor);
    return sum;
}

static void test_same_bytes_whatever_the_workers(gconstpointer data)
{
    static const unsigned counts[] = {1, 2, 3, 7};
    char *expected = mix_on(LEAT_EXECUTOR_INLINE, 1);

    for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) {
        char *sum = mix_on(kind_of(data), counts[i]);

        g_assert_cmpstr(sum, ==, expected);
        g_free(sum);
    }
    g_free(expected);
}

static void test_all_cores_by_default(gconstpointer data)
{
    LeatExecutor *executor = test_executor(kind_of(data), 0);
    unsigned expected = kind_of(data) == LEAT_EXECUTOR_INLINE ? 1 : leat_executor_count_cores();

    g_assert_cmpuint(leat_executor_figures(executor).workers, ==, expected);
    g_assert_cmpuint(leat_executor_figures(executor).limit, ==, expected);
    leat_executor_free(executor);
}

static void test_round_without_units(gconstpointer data)
{
    LeatExecutor *executor = test_executor(kind_of(data), 2);
    LeatWorkset *workset = test_workset(executor, "spin", 1, &no_input);

    test_run(workset, 0);
    leat_workset_free(workset);
    leat_executor_free(executor);
}

static void test_many_empty_rounds(gconstpointer data)
{
    enum { ROUNDS = 10000 };
    LeatExecutor *executor = test_executor(kind_of(data), 2);
    LeatWorkset *workset = test_workset(executor, "nothing", 2, &no_input);

    for (int round = 0; round < ROUNDS; round++)
        test_run(workset, 2);
    g_assert_cmpuint(leat_executor_figures(executor).units_done, ==, 2 * ROUNDS);
    g_assert_cmpuint(leat_executor_figures(executor).retried, ==, 0);
    leat_workset_free(workset);
    leat_executor_free(executor);
}

static void test_worksets_side_by_side(gconstpointer data)
{
    LeatExecutor *executor = test_executor(kind_of(data), 2);
    LeatWorkset *first = test_workset(executor, "spin", UNITS, &no_input);
    LeatWorkset *second = test_workset(executor, "crash", UNITS, &(TestInput){.special = UNITS});

    test_run(first, UNITS);
    test_run(second, 7);
    test_expect_spun(first, UNITS);
    test_expect_spun(second, 7);
    leat_workset_free(first);
    test_run(second, UNITS);
    test_expect_spun(second, UNITS);
    leat_workset_free(second);
    leat_executor_free(executor);
}

static void test_unknown_kind(gconstpointer data)
{
    LeatExecutor *executor = test_executor(kind_of(data), 1);
    GError *error = NULL;

    g_assert_null(
        leat_workset_new(executor, &(LeatWorksetOptions){.kind = "mux", .units = 1}, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND);
    g_assert_nonnull(strstr(error->message, "'mux'"));
    g_assert_nonnull(strstr(error->message, "'mix'"));
    g_error_free(error);
    leat_executor_free(executor);
}

static void test_too_large(gconstpointer data)
{
    LeatExecutor *executor = test_executor(kind_of(data), 1);
    GError *error = NULL;
    LeatWorksetOptions options = {.kind = "mix", .units = 4, .output_bytes = SIZE_MAX / 4};

    g_assert_null(leat_workset_new(executor, &options, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NO_MEMORY);
    g_clear_error(&error);
    /* Larger than the machine, and yet what a system would promise. */
    options.output_bytes = (size_t)1 << 40;
    g_assert_null(leat_workset_new(executor, &options, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NO_MEMORY);
    g_clear_error(&error);
    options.output_bytes = SIZE_MAX;
    g_assert_null(leat_workset_new(executor, &options, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NO_MEMORY);
    g_clear_error(&error);
    leat_executor_free(executor);
}

static void test_first_failing_unit_is_told(gconstpointer data)
{
    LeatExecutor *executor = test_executor(kind_of(data), 3);
    LeatWorkset *workset = test_workset(executor, "fail", UNITS, &(TestInput){.special = 40});
    TestInput *input = leat_workset_input(workset);

    for (int round = 0; round < 20; round++)
        test_run_fails(workset, UNITS, LEAT_ERROR_CORRUPT, "unit 40 of 'fail'",
                       "there is no 40 in it", NULL);
    input->special = UNITS;
    test_run(workset, UNITS);
    test_expect_spun(workset, UNITS);
    leat_workset_free(workset);
    leat_executor_free(executor);
}

static void test_too_much_output(gconstpointer data)
{
    LeatExecutor *executor = test_executor(kind_of(data), 2);
    LeatWorkset *workset = test_workset(executor, "greedy", UNITS, &(TestInput){.special = 5});

    test_run_fails(workset, UNITS, LEAT_ERROR_FAILED, "unit 5 of 'greedy'", "too much",
                   "13 bytes, where 12 fit", NULL);
    leat_workset_free(workset);
    leat_executor_free(executor);
}

static void test_overdue_unit(gconstpointer data)
{
    LeatExecutorOptions options = test_options(kind_of(data), 2);
    const char *times = kind_of(data) == LEAT_EXECUTOR_PROCESSES
                            ? "hung: killed after 0.02 s"
                            : "hung: it took longer than 0.02 s";
    /* A process is killed before it ends by itself, however busy the machine; a thread is waited
     * for. */
    int64_t spin_ns =
        kind_of(data) == LEAT_EXECUTOR_PROCESSES ? LEAT_NS_PER_S : 50 * LEAT_NS_PER_MS;
    LeatExecutor *executor;
    LeatWorkset *workset;

    options.unit_deadline_ns = 20 * LEAT_NS_PER_MS;
    executor = test_executor_with(&options);
    workset = test_workset(executor, "stubborn", 1, &(TestInput){.spin_ns = spin_ns});
    test_run_fails(workset, 1, LEAT_ERROR_FAILED, "unit 0 of 'stubborn'", times, NULL);
    leat_workset_free(workset);
    leat_executor_free(executor);
}

static void test_unit_sees_its_deadline(gconstpointer data)
{
    LeatExecutorOptions options = test_options(kind_of(data), 2);
    int64_t start_ns = leat_clock_now_ns();
    LeatExecutor *executor;
    LeatWorkset *workset;

    options.unit_deadline_ns = 20 * LEAT_NS_PER_MS;
    executor = test_executor_with(&options);
    workset = test_workset(executor, "spin", 1, &(TestInput){.spin_ns = 600 * LEAT_NS_PER_S});
    test_run_fails(workset, 1, LEAT_ERROR_FAILED, "unit 0 of 'spin'", "hung", NULL);
    g_assert_cmpint(leat_clock_now_ns() - start_ns, <, 100 * LEAT_NS_PER_S);
    leat_workset_free(workset);
    leat_executor_free(executor);
}

typedef struct {
    LeatCancel *cancel;
    int64_t after_ns, triggered_ns;
    LeatThread *thread;
} Canceller;

static void cancel_after(void *data)
{
    Canceller *canceller = data;

    leat_cancel_wait(canceller->cancel, canceller->after_ns);
    canceller->triggered_ns = leat_clock_now_ns();
    leat_cancel_trigger(canceller->cancel);
}

/* Runs a round and cancels it; returns how long after the cancel it ended, or -1 when it was done
 * before. */
static int64_t run_and_cancel(LeatWorkset *workset, unsigned units, int64_t after_ns)
{
    Canceller canceller = {.cancel = leat_cancel_new(NULL, NULL), .after_ns = after_ns};
    int64_t took_ns = -1;
    GError *error = NULL;

    canceller.thread =
        leat_thread_new("cancel", LEAT_THREAD_NORMAL, cancel_after, &canceller, NULL);
    g_assert_true(leat_thread_start(canceller.thread, NULL));
    if (leat_workset_run(workset, units, canceller.cancel, NULL, NULL, &error)) {
        g_assert_no_error(error);
        test_expect_spun(workset, units);
    } else {
        took_ns = leat_clock_now_ns();
        g_assert_error(error, LEAT_ERROR, LEAT_ERROR_CANCELLED);
        g_error_free(error);
    }
    leat_thread_free(canceller.thread);
    leat_cancel_unref(canceller.cancel);
    return took_ns < 0 ? -1 : took_ns - canceller.triggered_ns;
}

static int compare_times(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static void test_cancel_at_random_moments(gconstpointer data)
{
    enum { TIMES = 200 };
    LeatExecutor *executor = test_executor(kind_of(data), 3);
    LeatWorkset *workset =
        test_workset(executor, "spin", 40, &(TestInput){.spin_ns = LEAT_NS_PER_MS / 10});
    int64_t took_ns[TIMES];
    int cancelled = 0;

    for (int i = 0; i < TIMES; i++) {
        int64_t took = run_and_cancel(workset, 40, g_test_rand_int_range(0, 4000000));

        if (took >= 0)
            took_ns[cancelled++] = took;
    }
    g_assert_cmpint(cancelled, >, 0);
    qsort(took_ns, (size_t)cancelled, sizeof *took_ns, compare_times);
    g_test_message("%d cancelled; p50 %.3f ms, max %.3f ms", cancelled,
                   (double)took_ns[cancelled / 2] / LEAT_NS_PER_MS,
                   (double)took_ns[cancelled - 1] / LEAT_NS_PER_MS);
    g_assert_cmpint(took_ns[cancelled / 2], <, 100 * LEAT_NS_PER_MS);
    test_run(workset, 40);
    test_expect_spun(workset, 40);
    leat_workset_free(workset);
    leat_executor_free(executor);
}

static void test_a_long_unit_sees_its_cancel(gconstpointer data)
{
    LeatExecutor *executor = test_executor(kind_of(data), 2);
    LeatWorkset *workset =
        test_workset(executor, "spin", 4, &(TestInput){.spin_ns = 600 * LEAT_NS_PER_S});

    g_assert_cmpint(run_and_cancel(workset, 4, 20 * LEAT_NS_PER_MS), >=, 0);
    g_assert_cmpuint(leat_executor_figures(executor).restarted, ==, 0);
    leat_workset_free(workset);
    leat_executor_free(executor);
}

static void test_cancelled_before_the_round(gconstpointer data)
{
    LeatExecutor *executor = test_executor(kind_of(data), 2);
    LeatWorkset *workset = test_workset(executor, "nothing", 4, &no_input);
    LeatCancel *cancel = leat_cancel_new(NULL, NULL);
    GError *error = NULL;

    leat_cancel_trigger(cancel);
    g_assert_false(leat_workset_run(workset, 4, cancel, NULL, NULL, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_CANCELLED);
    g_error_free(error);
    g_assert_cmpuint(leat_executor_figures(executor).units_done, ==, 0);
    leat_cancel_unref(cancel);
    leat_workset_free(workset);
    leat_executor_free(executor);
}

typedef struct {
    unsigned calls, last;
} Progress;

static void note_progress(int64_t done, int64_t units, void *data)
{
    Progress *progress = data;

    g_assert_cmpuint(done, >=, progress->last);
    g_assert_cmpuint(done, <=, units);
    progress->calls++;
    progress->last = done;
}

static void test_progress_is_told(gconstpointer data)
{
    LeatExecutor *executor = test_executor(kind_of(data), 2);
    LeatWorkset *workset =
        test_workset(executor, "spin", 30, &(TestInput){.spin_ns = 10 * LEAT_NS_PER_MS});
    Progress progress = {0};

    g_assert_true(leat_workset_run(workset, 30, NULL, note_progress, &progress, NULL));
    g_assert_cmpuint(progress.last, ==, 30);
    g_assert_cmpuint(progress.calls, >=, 2);
    leat_workset_free(workset);
    leat_executor_free(executor);
}

/* A unit of a quarter of a second is told of while it lasts: who listens can move the limit. */
static void test_progress_is_told_in_a_long_unit(gconstpointer data)
{
    LeatExecutor *executor = test_executor(kind_of(data), 1);
    LeatWorkset *workset =
        test_workset(executor, "spin", 1, &(TestInput){.spin_ns = 250 * LEAT_NS_PER_MS});
    Progress progress = {0};

    g_assert_true(leat_workset_run(workset, 1, NULL, note_progress, &progress, NULL));
    g_assert_cmpuint(progress.last, ==, 1);
    if (kind_of(data) != LEAT_EXECUTOR_INLINE)
        g_assert_cmpuint(progress.calls, >=, 2);
    leat_workset_free(workset);
    leat_executor_free(executor);
}

typedef struct {
    LeatExecutor *executor;
    atomic_bool over;
} Mover;

/* Up and down as fast as it goes, while looking at the figures. */
static void move_limit(void *data)
{
    Mover *mover = data;
    unsigned limit = 0;

    while (!atomic_load(&mover->over)) {
        LeatWorkerInfo workers[8];
        LeatExecutorFigures figures;

        leat_executor_set_limit(mover->executor, limit++ % 5);
        figures = leat_executor_figures(mover->executor);
        g_assert_cmpuint(figures.limit, >=, 1);
        g_assert_cmpuint(figures.limit, <=, figures.workers);
        g_assert_cmpuint(figures.running, <=, figures.workers);
        g_assert_cmpuint(leat_executor_workers(mover->executor, workers, G_N_ELEMENTS(workers)), ==,
                         figures.workers);
    }
}

static void test_limit_moves_during_rounds(gconstpointer data)
{
    LeatExecutor *executor = test_executor(kind_of(data), 4);
    LeatWorkset *workset =
        test_workset(executor, "spin", 200, &(TestInput){.spin_ns = LEAT_NS_PER_MS / 20});
    Mover mover = {.executor = executor};
    LeatThread *thread = leat_thread_new("move", LEAT_THREAD_NORMAL, move_limit, &mover, NULL);

    g_assert_true(leat_thread_start(thread, NULL));
    for (int round = 0; round < 15; round++) {
        test_run(workset, 200);
        test_expect_spun(workset, 200);
    }
    atomic_store(&mover.over, true);
    leat_thread_free(thread);
    leat_workset_free(workset);
    leat_executor_free(executor);
}

/* Lets all take part again from the first call on. */
static void raise_limit(int64_t done, int64_t units, void *data)
{
    leat_executor_set_limit(data, 3);
}

static void test_only_so_many_workers_take_units(gconstpointer data)
{
    LeatExecutor *executor = test_executor(kind_of(data), 3);
    unsigned workers = leat_executor_figures(executor).workers;
    LeatWorkset *workset =
        test_workset(executor, "spin", 40, &(TestInput){.spin_ns = 5 * LEAT_NS_PER_MS});
    LeatWorkerInfo infos[3];

    leat_executor_set_limit(executor, 1);
    test_run(workset, 40);
    leat_executor_workers(executor, infos, 3);
    g_assert_cmpuint(infos[0].units_done, ==, 40);
    g_assert_true(leat_workset_run(workset, 40, NULL, raise_limit, executor, NULL));
    leat_executor_workers(executor, infos, 3);
    if (workers == 3)
        g_assert_cmpuint(infos[1].units_done + infos[2].units_done, >, 0);
    leat_workset_free(workset);
    leat_executor_free(executor);
}

static void test_workers_run_in_the_background(gconstpointer data)
{
    LeatExecutorOptions options = test_options(kind_of(data), 2);
    LeatExecutor *executor;
    LeatWorkset *workset;

    options.normal_priority = false;
    executor = test_executor_with(&options);
    workset = test_workset(executor, "look", 10, &no_input);
    test_run(workset, 10);
    for (unsigned unit = 0; unit < 10; unit++) {
        size_t bytes;
        const TestLook *seen = leat_workset_output(workset, unit, &bytes);

        g_assert_cmpint(seen->policy, ==,
                        kind_of(data) == LEAT_EXECUTOR_INLINE ? SCHED_OTHER : SCHED_IDLE);
    }
    leat_workset_free(workset);
    leat_executor_free(executor);
}

static void add_tests(void)
{
    g_test_add_func("/executor/names-are-parsed", test_names_are_parsed);
    test_add_for_each("/executor/same-bytes-whatever-the-workers",
                      test_same_bytes_whatever_the_workers);
    test_add_for_each("/executor/all-cores-by-default", test_all_cores_by_default);
    test_add_for_each("/executor/round-without-units", test_round_without_units);
    test_add_for_each("/executor/many-empty-rounds", test_many_empty_rounds);
    test_add_for_each("/executor/worksets-side-by-side", test_worksets_side_by_side);
    test_add_for_each("/executor/unknown-kind-is-told", test_unknown_kind);
    test_add_for_each("/executor/what-does-not-fit-is-refused", test_too_large);
    test_add_for_each("/executor/first-failing-unit-is-told", test_first_failing_unit_is_told);
    test_add_for_each("/executor/too-much-output-is-told", test_too_much_output);
    test_add_for_each("/executor/overdue-unit-fails-the-round", test_overdue_unit);
    test_add_for_each("/executor/unit-sees-its-deadline", test_unit_sees_its_deadline);
    test_add_for_each("/executor/cancel-at-random-moments", test_cancel_at_random_moments);
    test_add_for_each("/executor/long-unit-sees-its-cancel", test_a_long_unit_sees_its_cancel);
    test_add_for_each("/executor/cancelled-before-the-round", test_cancelled_before_the_round);
    test_add_for_each("/executor/progress-is-told", test_progress_is_told);
    test_add_for_each("/executor/progress-is-told-in-a-long-unit",
                      test_progress_is_told_in_a_long_unit);
    test_add_for_each("/executor/limit-moves-during-rounds", test_limit_moves_during_rounds);
    test_add_for_each("/executor/only-so-many-workers-take-units",
                      test_only_so_many_workers_take_units);
    test_add_for_each("/executor/workers-run-in-the-background",
                      test_workers_run_in_the_background);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv, add_tests);
}
