/* SPDX-License-Identifier: MIT */
/* Which cores the workers of a round begin on, and that they have all of them after that. */
#include "base/clock.h"
#include "base/error.h"
#include "compute/executor.h"
#include "compute/worker.h"

#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

enum { MOST_CALLS = 64, ROUNDS = 20 };

/* A unit that waits longer for what it waits for fails. */
#define PATIENCE_NS (30 * LEAT_NS_PER_S)

/* What a unit returns. */
typedef struct {
    int tid, core;
    unsigned cores; /* that it might run on, in the end */
} Spot;

/* The calls that changed cores, in order; the thread that runs the round makes them. */
static struct {
    int tid;
    cpu_set_t cores;
} calls[MOST_CALLS];
static unsigned call_count;

static cpu_set_t all; /* that this process may use */
static unsigned all_count;

static unsigned units_to_await; /* before cores are given back; 0: they are at once */
static atomic_uint units_begun; /* in this process */

/* The linker's --wrap gives these their names. */
int __real_sched_setaffinity(pid_t tid, size_t bytes, const cpu_set_t *cores);
int __wrap_sched_setaffinity(pid_t tid, size_t bytes, const cpu_set_t *cores);

int __wrap_sched_setaffinity(pid_t tid, size_t bytes, const cpu_set_t *cores)
{
    g_assert_cmpuint(call_count, <, MOST_CALLS);
    calls[call_count].tid = tid;
    calls[call_count++].cores = *cores;
    while (CPU_EQUAL(cores, &all) && atomic_load(&units_begun) < units_to_await)
        sched_yield();
    return __real_sched_setaffinity(tid, bytes, cores);
}

static unsigned count_own_cores(void)
{
    cpu_set_t own;

    g_assert_cmpint(sched_getaffinity(0, sizeof own, &own), ==, 0);
    return (unsigned)CPU_COUNT(&own);
}

/* Notes the core that it begins on, and waits until it may use as many as the input says. */
static bool look_around(LeatWorkUnit *unit, GError **error)
{
    const unsigned *expected = unit->input;
    int64_t deadline_ns = leat_clock_now_ns() + PATIENCE_NS;
    Spot spot = {.tid = gettid(), .core = sched_getcpu()};

    atomic_fetch_add(&units_begun, 1);
    do {
        spot.cores = count_own_cores();
    } while (spot.cores != *expected && leat_clock_now_ns() < deadline_ns);
    memcpy(unit->output, &spot, sizeof spot);
    unit->output_bytes = sizeof spot;
    return true;
}

static const LeatWorkKind kind = {"look-around", look_around};
static const LeatWorkKind *const kinds[] = {&kind, NULL};

typedef struct {
    LeatExecutor *executor;
    LeatWorkset *workset;
    unsigned workers;
} Bench;

static Bench make_bench(LeatExecutorKind executor_kind, unsigned workers)
{
    static const char *const worker_command[] = {"/proc/self/exe", "--worker", NULL};
    const LeatExecutorOptions options = {.kind = executor_kind,
                                         .workers = workers,
                                         .kinds = kinds,
                                         .worker_command = worker_command,
                                         .normal_priority = true};
    const LeatWorksetOptions work = {.kind = "look-around",
                                     .input_bytes = sizeof(unsigned),
                                     .units = workers,
                                     .output_bytes = sizeof(Spot)};
    Bench bench = {.workers = workers};
    const unsigned expected = count_own_cores();
    GError *error = NULL;

    bench.executor = leat_executor_new(&options, &error);
    g_assert_no_error(error);
    bench.workset = leat_workset_new(bench.executor, &work, &error);
    g_assert_no_error(error);
    memcpy(leat_workset_input(bench.workset), &expected, sizeof expected);
    return bench;
}

static void end_bench(Bench *bench)
{
    leat_workset_free(bench->workset);
    leat_executor_free(bench->executor);
}

static void run_round(Bench *bench)
{
    GError *error = NULL;

    call_count = 0;
    atomic_store(&units_begun, 0);
    leat_workset_run(bench->workset, bench->workers, NULL, NULL, NULL, &error);
    g_assert_no_error(error);
}

static Spot spot_of(const Bench *bench, unsigned unit)
{
    size_t bytes;
    const void *output = leat_workset_output(bench->workset, unit, &bytes);
    Spot spot;

    g_assert_cmpuint(bytes, ==, sizeof spot);
    memcpy(&spot, output, sizeof spot);
    return spot;
}

static int tid_of(const Bench *bench, unsigned index)
{
    LeatWorkerInfo workers[16];

    g_assert_cmpuint(leat_executor_workers(bench->executor, workers, G_N_ELEMENTS(workers)), >,
                     index);
    return workers[index].tid;
}

/* The cores that worker `index` was woken on in the last round; it must have been given all of them
 * back. */
static cpu_set_t dealt_to(const Bench *bench, unsigned index)
{
    const cpu_set_t *first = NULL, *last = NULL;
    cpu_set_t now;

    for (unsigned i = 0; i < call_count; i++) {
        if (calls[i].tid != tid_of(bench, index))
            continue;
        first = first ? first : &calls[i].cores;
        last = &calls[i].cores;
    }
    g_assert_nonnull(first);
    g_assert_true(CPU_EQUAL(last, &all));
    g_assert_cmpint(sched_getaffinity(tid_of(bench, index), sizeof now, &now), ==, 0);
    g_assert_true(CPU_EQUAL(&now, &all));
    return *first;
}

static bool has_cores_to_deal(void)
{
    if (all_count < 2)
        g_test_skip("there is one core");
    return all_count >= 2;
}

/* Cores are given back when every worker is in its unit, so that the kernel cannot move one before
 * it has told where it began, however busy the machine. */
static void test_threads_begin_on_cores_of_their_own(void)
{
    Bench bench;

    if (!has_cores_to_deal())
        return;
    bench = make_bench(LEAT_EXECUTOR_THREADS, MIN(all_count, 8));
    units_to_await = bench.workers;
    for (int round = 0; round < ROUNDS; round++) {
        cpu_set_t begun_on;

        run_round(&bench);
        CPU_ZERO(&begun_on);
        for (unsigned unit = 0; unit < bench.workers; unit++) {
            g_assert_false(CPU_ISSET(spot_of(&bench, unit).core, &begun_on));
            CPU_SET(spot_of(&bench, unit).core, &begun_on);
        }
    }
    units_to_await = 0;
    end_bench(&bench);
}

static void test_every_worker_has_all_cores_in_its_unit(gconstpointer data)
{
    Bench bench;

    if (!has_cores_to_deal())
        return;
    bench = make_bench((LeatExecutorKind)GPOINTER_TO_INT(data), 2);
    for (int round = 0; round < ROUNDS; round++) {
        run_round(&bench);
        for (unsigned unit = 0; unit < bench.workers; unit++)
            g_assert_cmpuint(spot_of(&bench, unit).cores, ==, all_count);
    }
    end_bench(&bench);
}

static void test_two_workers_share_the_cores(gconstpointer data)
{
    cpu_set_t first, second, both;
    Bench bench;

    if (!has_cores_to_deal())
        return;
    bench = make_bench((LeatExecutorKind)GPOINTER_TO_INT(data), 2);
    /* With processes, the first may have done both units before the second is told. */
    run_round(&bench);
    for (int round = 1; call_count < 4 && round < 1000; round++)
        run_round(&bench);
    first = dealt_to(&bench, 0);
    second = dealt_to(&bench, 1);
    CPU_AND(&both, &first, &second);
    g_assert_cmpint(CPU_COUNT(&both), ==, 0);
    CPU_OR(&both, &first, &second);
    g_assert_true(CPU_EQUAL(&both, &all));
    end_bench(&bench);
}

static void test_more_workers_than_cores_have_one_each(void)
{
    enum { WORKERS = 7 };
    unsigned dealt[CPU_SETSIZE] = {0};
    Bench bench;

    if (!has_cores_to_deal() || all_count > WORKERS)
        return;
    bench = make_bench(LEAT_EXECUTOR_THREADS, WORKERS);
    run_round(&bench);
    for (unsigned i = 0; i < WORKERS; i++) {
        cpu_set_t cores = dealt_to(&bench, i);

        g_assert_cmpint(CPU_COUNT(&cores), ==, 1);
        for (unsigned core = 0; core < CPU_SETSIZE; core++)
            if (CPU_ISSET(core, &cores))
                dealt[core]++;
    }
    for (unsigned core = 0; core < CPU_SETSIZE; core++)
        if (CPU_ISSET(core, &all))
            g_assert_cmpuint(dealt[core], >=, WORKERS / all_count);
    end_bench(&bench);
}

static void test_one_worker_is_left_to_the_kernel(gconstpointer data)
{
    Bench bench = make_bench((LeatExecutorKind)GPOINTER_TO_INT(data), 2);

    leat_executor_set_limit(bench.executor, 1);
    run_round(&bench);
    g_assert_cmpuint(call_count, ==, 0);
    end_bench(&bench);
}

/* As `taskset` does it to a process. */
static void test_workers_with_one_core_keep_to_it(gconstpointer data)
{
    cpu_set_t one;
    Bench bench;

    CPU_ZERO(&one);
    CPU_SET((unsigned)sched_getcpu(), &one);
    g_assert_cmpint(__real_sched_setaffinity(0, sizeof one, &one), ==, 0);
    bench = make_bench((LeatExecutorKind)GPOINTER_TO_INT(data), 2);
    run_round(&bench);
    g_assert_cmpuint(call_count, ==, 0);
    g_assert_cmpuint(spot_of(&bench, 0).cores, ==, 1);
    end_bench(&bench);
    g_assert_cmpint(__real_sched_setaffinity(0, sizeof all, &all), ==, 0);
}

static void add_for_both(const char *path, GTestDataFunc func)
{
    for (int i = LEAT_EXECUTOR_THREADS; i <= LEAT_EXECUTOR_PROCESSES; i++) {
        char *full = g_strdup_printf("%s/%s", path, leat_executor_kind_name((LeatExecutorKind)i));

        g_test_add_data_func(full, GINT_TO_POINTER(i), func);
        g_free(full);
    }
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--worker") == 0)
        return leat_worker_main(kinds);
    g_test_init(&argc, &argv, NULL);
    sched_getaffinity(0, sizeof all, &all);
    all_count = (unsigned)CPU_COUNT(&all);
    g_test_add_func("/cores/threads-begin-on-cores-of-their-own",
                    test_threads_begin_on_cores_of_their_own);
    add_for_both("/cores/every-worker-has-all-cores-in-its-unit",
                 test_every_worker_has_all_cores_in_its_unit);
    add_for_both("/cores/two-workers-share-the-cores", test_two_workers_share_the_cores);
    g_test_add_func("/cores/more-workers-than-cores-have-one-each",
                    test_more_workers_than_cores_have_one_each);
    add_for_both("/cores/one-worker-is-left-to-the-kernel", test_one_worker_is_left_to_the_kernel);
    add_for_both("/cores/workers-with-one-core-keep-to-it", test_workers_with_one_core_keep_to_it);
    return g_test_run();
}
