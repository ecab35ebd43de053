/* SPDX-License-Identifier: MIT */
#include "app/governor.h"

#include "app/governor-loop.h"
#include "app/work-kinds.h"
#include "base/clock.h"
#include "compute/cpu-test.h"
#include "compute/job.h"

#include <sched.h>

static const LeatGovernorReading calm = {.loop_gap_ms = 5};
static const LeatGovernorReading gap = {.loop_gap_ms = 50};

static LeatGovernor make(unsigned workers)
{
    LeatGovernorOptions options = leat_governor_defaults(workers);
    LeatGovernor governor;

    leat_governor_init(&governor, &options);
    return governor;
}

static void leaves_all_workers_while_it_is_calm(void)
{
    LeatGovernor governor = make(8);

    for (int i = 0; i < 100; i++)
        g_assert_false(leat_governor_step(&governor, &calm));
    g_assert_cmpuint(governor.limit, ==, 8);
}

static void halves_at_each_bound_crossed(void)
{
    LeatGovernor governor = make(8);

    g_assert_true(leat_governor_step(&governor, &gap));
    g_assert_cmpuint(governor.limit, ==, 4);
    g_assert_true(leat_governor_step(&governor, &(LeatGovernorReading){.capture_jitter_ms = 9}));
    g_assert_cmpuint(governor.limit, ==, 2);
    g_assert_true(leat_governor_step(&governor, &(LeatGovernorReading){.link_fill = 0.6}));
    g_assert_cmpuint(governor.limit, ==, 1);
    g_assert_cmpuint(governor.lowered, ==, 3);
}

static void never_takes_the_last_worker(void)
{
    LeatGovernor governor = make(1);

    for (int i = 0; i < 10; i++)
        g_assert_false(leat_governor_step(&governor, &gap));
    g_assert_cmpuint(governor.limit, ==, 1);
}

static void gives_back_one_at_a_time_when_calm(void)
{
    LeatGovernor governor = make(4);
    unsigned calm_readings = governor.options.calm_readings;

    leat_governor_step(&governor, &gap);
    leat_governor_step(&governor, &gap);
    g_assert_cmpuint(governor.limit, ==, 1);
    for (unsigned limit = 1; limit < 4; limit++) {
        for (unsigned i = 1; i < calm_readings; i++)
            g_assert_false(leat_governor_step(&governor, &calm));
        g_assert_true(leat_governor_step(&governor, &calm));
        g_assert_cmpuint(governor.limit, ==, limit + 1);
    }
    g_assert_cmpuint(governor.lowest, ==, 1);
    g_assert_cmpuint(governor.raised, ==, 3);
}

static void between_calm_and_strained_it_stays(void)
{
    LeatGovernor governor = make(4);
    LeatGovernorReading between = {.loop_gap_ms = governor.options.bound.loop_gap_ms * 0.7};

    leat_governor_step(&governor, &gap);
    for (int i = 0; i < 100; i++)
        g_assert_false(leat_governor_step(&governor, &between));
    g_assert_cmpuint(governor.limit, ==, 2);
}

static bool compute_until_cancelled(LeatJob *job, void *data, GError **error)
{
    /* Units of a few ms, so that a limit takes effect soon. */
    const LeatCpuTest test = {.seed = 1, .rounds = 4, .size = 600};
    uint64_t checksum;

    return leat_cpu_test_run(data, &test, 1000000, leat_job_cancel_object(job), NULL, NULL,
                             &checksum, error);
}

/* A live side that needs a good half of a core: 3 ms of its time, each 5 ms. */
static gboolean work_for_3_ms(gpointer data)
{
    struct timespec now;
    int64_t end_ns = 0, used_ns;

    (void)data;
    do {
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        used_ns = now.tv_sec * LEAT_NS_PER_S + now.tv_nsec;
        if (!end_ns)
            end_ns = used_ns + 3 * LEAT_NS_PER_MS;
    } while (used_ns < end_ns);
    return G_SOURCE_CONTINUE;
}

static void turn_until(const LeatGovernor *governor, unsigned from, unsigned to)
{
    int64_t deadline = leat_clock_deadline_ns(60 * LEAT_NS_PER_S);

    while (governor->limit < from || governor->limit > to) {
        g_assert_cmpint(leat_clock_now_ns(), <, deadline);
        g_main_context_iteration(NULL, TRUE);
    }
}

static LeatJob *start_load(LeatExecutor *executor)
{
    GError *error = NULL;
    LeatJob *job = leat_job_new("load", compute_until_cancelled, executor, NULL, NULL, &error);

    g_assert_no_error(error);
    leat_job_start(job, &error);
    g_assert_no_error(error);
    return job;
}

/* Takes all cores but one from this thread and those that it starts; returns what there was. */
static cpu_set_t shrink_to_one_core(void)
{
    cpu_set_t before, one;

    g_assert_cmpint(sched_getaffinity(0, sizeof before, &before), ==, 0);
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    g_assert_cmpint(sched_setaffinity(0, sizeof one, &one), ==, 0);
    return before;
}

static void protects_the_loop_on_a_machine_that_is_too_small(void)
{
    enum { WORKERS = 8 };
    cpu_set_t before = shrink_to_one_core();
    LeatGovernorOptions options = leat_governor_defaults(WORKERS);
    GError *error = NULL;
    LeatExecutor *executor = leat_executor_new(&(LeatExecutorOptions){.kind = LEAT_EXECUTOR_THREADS,
                                                                      .workers = WORKERS,
                                                                      .kinds = leat_work_kinds(),
                                                                      .normal_priority = true},
                                               &error);
    guint live = g_timeout_add(5, work_for_3_ms, NULL);
    LeatHeartbeat *heartbeat;
    LeatGovernorLoop *loop;
    const LeatGovernor *governor;
    LeatJob *job;

    g_assert_no_error(error);
    heartbeat = leat_heartbeat_new(NULL, &error);
    g_assert_no_error(error);
    options.calm_readings = 2;
    loop = leat_governor_loop_new(&options, executor, NULL, heartbeat, NULL);
    governor = leat_governor_loop_state(loop);

    /* Eight workers as urgent as the loop, on its core: its gaps grow, and workers are taken away.
     */
    job = start_load(executor);
    turn_until(governor, 1, 2);
    g_assert_cmpuint(leat_executor_figures(executor).limit, ==, governor->limit);
    g_assert_cmpuint(governor->lowered, >=, 2);

    /* The load ends, the other cores are there again: it is calm, and they come back. */
    leat_job_free(job);
    g_source_remove(live);
    g_assert_cmpint(sched_setaffinity(0, sizeof before, &before), ==, 0);
    turn_until(governor, WORKERS, WORKERS);
    g_assert_cmpuint(leat_executor_figures(executor).limit, ==, WORKERS);
    g_assert_cmpuint(governor->raised, >=, WORKERS - 2);

    leat_governor_loop_free(loop);
    leat_heartbeat_free(heartbeat);
    leat_executor_free(executor);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/governor/leaves-all-workers-while-it-is-calm",
                    leaves_all_workers_while_it_is_calm);
    g_test_add_func("/governor/halves-at-each-bound-crossed", halves_at_each_bound_crossed);
    g_test_add_func("/governor/never-takes-the-last-worker", never_takes_the_last_worker);
    g_test_add_func("/governor/gives-back-one-at-a-time-when-calm",
                    gives_back_one_at_a_time_when_calm);
    g_test_add_func("/governor/between-calm-and-strained-it-stays",
                    between_calm_and_strained_it_stays);
    g_test_add_func("/governor/protects-the-loop-on-a-machine-that-is-too-small",
                    protects_the_loop_on_a_machine_that_is_too_small);
    return g_test_run();
}
