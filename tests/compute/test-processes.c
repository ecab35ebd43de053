/* SPDX-License-Identifier: MIT */
/* Worker processes that die, hang and take too much, and what is left of it. */
#include "compute-support.h"
#include "concurrency/process.h"
#include "concurrency/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* A sanitizer takes terabytes of address space. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

enum { WORKERS = 3, KILLS = 50, ORPHAN_MS = 1000 };

static const TestInput no_input;

static bool has_children(void)
{
    siginfo_t info;

    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 || errno != ECHILD;
}

static void free_both(LeatWorkset *workset, LeatExecutor *executor)
{
    leat_workset_free(workset);
    leat_executor_free(executor);
    g_assert_false(has_children());
}

typedef struct {
    LeatExecutor *executor;
    atomic_bool over;
} Killer;

/* Kills any of the workers; the next time when the one that took its place has done units. */
static void kill_workers(void *data)
{
    Killer *killer = data;

    for (int i = 0; i < KILLS; i++) {
        unsigned index = (unsigned)g_random_int_range(0, WORKERS);
        LeatWorkerInfo workers[WORKERS];
        uint64_t done;

        leat_executor_workers(killer->executor, workers, WORKERS);
        done = workers[index].units_done;
        g_assert_cmpint(kill(workers[index].tid, SIGKILL), ==, 0);
        do {
            sched_yield();
            leat_executor_workers(killer->executor, workers, WORKERS);
        } while (workers[index].units_done < done + 5);
    }
    atomic_store(&killer->over, true);
}

static void test_workers_are_killed_at_random(void)
{
    enum { UNITS = 300 };
    LeatExecutor *executor = test_executor(LEAT_EXECUTOR_PROCESSES, WORKERS);
    LeatWorkset *workset =
        test_workset(executor, "spin", UNITS, &(TestInput){.spin_ns = LEAT_NS_PER_MS / 5});
    Killer killer = {.executor = executor};
    LeatThread *thread = leat_thread_new("kill", LEAT_THREAD_NORMAL, kill_workers, &killer, NULL);
    LeatExecutorFigures figures;
    int rounds = 0;

    g_assert_true(leat_thread_start(thread, NULL));
    do {
        test_run(workset, UNITS);
        test_expect_spun(workset, UNITS);
        rounds++;
    } while (!atomic_load(&killer.over));
    leat_thread_free(thread);
    figures = leat_executor_figures(executor);
    g_test_message("%d rounds, %d retried", rounds, (int)figures.retried);
    g_assert_cmpuint(figures.restarted, ==, KILLS);
    g_assert_cmpuint(figures.retried, >, 0);
    g_assert_cmpuint(figures.units_done, ==, (uint64_t)rounds * UNITS);
    free_both(workset, executor);
}

/* Kills all workers; with `wait`, returns when they are dead. */
static void kill_all(LeatExecutor *executor, bool wait)
{
    LeatWorkerInfo workers[WORKERS];

    leat_executor_workers(executor, workers, WORKERS);
    for (int i = 0; i < WORKERS; i++) {
        struct pollfd dead = {.events = POLLIN};

        if (workers[i].tid == 0)
            continue;
        dead.fd = pidfd_open(workers[i].tid, 0);
        g_assert_cmpint(kill(workers[i].tid, SIGKILL), ==, 0);
        g_assert_cmpint(poll(&dead, 1, wait ? -1 : 0), >=, 0);
        close(dead.fd);
    }
}

static void test_killed_between_rounds(void)
{
    LeatExecutor *executor = test_executor(LEAT_EXECUTOR_PROCESSES, WORKERS);
    LeatWorkset *workset = test_workset(executor, "spin", 20, &no_input);

    for (int round = 0; round < 6; round++) {
        test_run(workset, 20);
        test_expect_spun(workset, 20);
        kill_all(executor, round % 2 == 0);
    }
    g_assert_cmpuint(leat_executor_figures(executor).restarted, >=, 5);
    free_both(workset, executor);
}

static void test_unit_that_crashes_once_is_done_elsewhere(void)
{
    LeatExecutor *executor = test_executor(LEAT_EXECUTOR_PROCESSES, 2);
    TestInput input = {.special = 11};
    char *path = test_make_file();
    LeatWorkset *workset;

    g_strlcpy(input.path, path, sizeof input.path);
    workset = test_workset(executor, "crash-once", 30, &input);
    test_run(workset, 30);
    test_expect_spun(workset, 30);
    g_assert_cmpint(g_access(path, F_OK), !=, 0);
    g_assert_cmpuint(leat_executor_figures(executor).retried, ==, 1);
    g_assert_cmpuint(leat_executor_figures(executor).restarted, ==, 1);
    g_free(path);
    free_both(workset, executor);
}

static void test_unit_that_hangs_once_is_done_elsewhere(void)
{
    LeatExecutorOptions options = test_options(LEAT_EXECUTOR_PROCESSES, 2);
    TestInput input = {.special = 3};
    char *path = test_make_file();
    LeatExecutor *executor;
    LeatWorkset *workset;

    options.unit_deadline_ns = 2 * LEAT_NS_PER_S;
    executor = test_executor_with(&options);
    g_strlcpy(input.path, path, sizeof input.path);
    workset = test_workset(executor, "hang-once", 10, &input);
    test_run(workset, 10);
    test_expect_spun(workset, 10);
    g_assert_cmpuint(leat_executor_figures(executor).restarted, ==, 1);
    g_free(path);
    free_both(workset, executor);
}

static void test_unit_that_kills_three_workers_fails_the_round(void)
{
    LeatExecutor *executor = test_executor(LEAT_EXECUTOR_PROCESSES, 2);
    LeatWorkset *workset = test_workset(executor, "crash", 30, &(TestInput){.special = 7});
    TestInput *input = leat_workset_input(workset);

    test_run_fails(workset, 30, LEAT_ERROR_FAILED, "unit 7 of 'crash'", "killed 3 workers: worker ",
                   "signal 11: Segmentation fault", " (process ", NULL);
    input->special = 30;
    test_run(workset, 30);
    test_expect_spun(workset, 30);
    free_both(workset, executor);
}

/* Triggers the cancel once a unit runs, which hangs for ever. */
static void cancel_when_running(int64_t done, int64_t units, void *data)
{
    leat_cancel_trigger(data);
}

static void test_worker_that_ignores_a_cancel_is_killed(void)
{
    LeatExecutor *executor = test_executor(LEAT_EXECUTOR_PROCESSES, 2);
    LeatCancel *cancel = leat_cancel_new(NULL, NULL);
    TestInput input = {.special = 1};
    char *path = test_make_file();
    LeatWorkset *workset;
    GError *error = NULL;

    g_strlcpy(input.path, path, sizeof input.path);
    workset = test_workset(executor, "hang-once", 2, &input);
    /* The other unit's end makes the progress. */
    g_assert_false(leat_workset_run(workset, 2, cancel, cancel_when_running, cancel, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_CANCELLED);
    g_error_free(error);
    g_unlink(path);
    test_run(workset, 2);
    test_expect_spun(workset, 2);
    g_free(path);
    leat_cancel_unref(cancel);
    free_both(workset, executor);
}

static void test_leak_ends_at_the_memory_limit(void)
{
    LeatExecutorOptions options = test_options(LEAT_EXECUTOR_PROCESSES, 2);
    LeatExecutor *executor;
    LeatWorkset *workset;

    if (SANITIZED) {
        g_test_skip("a sanitizer takes more address space than any limit");
        return;
    }
    options.memory_limit = 64 << 20;
    executor = test_executor_with(&options);
    workset = test_workset(executor, "leak", 4, &no_input);
    test_run_fails(workset, 4, LEAT_ERROR_NO_MEMORY, "of 'leak'", "cannot allocate", NULL);
    leat_workset_free(workset);
    /* The memory is back. */
    workset = test_workset(executor, "mix", 50, &no_input);
    test_run(workset, 50);
    g_assert_cmpuint(leat_executor_figures(executor).restarted, >, 0);
    leat_workset_free(workset);
    workset = test_workset(executor, "leak-abort", 1, &no_input);
    test_run_fails(workset, 1, LEAT_ERROR_FAILED, "unit 0 of 'leak-abort'", "killed 3 workers",
                   "Aborted", NULL);
    free_both(workset, executor);
}

/* Worksets larger than the limit do not count. */
static void test_memory_limit_leaves_the_worksets_out(void)
{
    LeatExecutorOptions options = test_options(LEAT_EXECUTOR_PROCESSES, 1);
    const LeatWorksetOptions large = {.kind = "spin",
                                      .input_bytes = 96 << 20,
                                      .units = 2,
                                      .output_bytes = 16 << 20,
                                      .scratch_bytes = 32 << 20};
    GError *error = NULL;
    LeatExecutor *executor;
    LeatWorkset *workset;

    if (SANITIZED) {
        g_test_skip("a sanitizer takes more address space than any limit");
        return;
    }
    options.memory_limit = 16 << 20;
    executor = test_executor_with(&options);
    for (int i = 0; i < 3; i++) {
        workset = leat_workset_new(executor, &large, &error);
        g_assert_no_error(error);
        test_run(workset, 2);
        leat_workset_free(workset);
    }
    leat_executor_free(executor);
}

static void test_workers_have_no_descriptors_of_ours(void)
{
    int more[20];
    LeatExecutor *executor;
    LeatWorkset *workset;
    size_t bytes;
    const TestLook *seen;

    for (int i = 0; i < 20; i++)
        more[i] = open("/dev/null", O_RDONLY); /* NOLINT: without O_CLOEXEC on purpose */
    executor = test_executor(LEAT_EXECUTOR_PROCESSES, 1);
    workset = test_workset(executor, "look", 1, &no_input);
    test_run(workset, 1);
    seen = leat_workset_output(workset, 0, &bytes);
    g_assert_cmpint(seen->pid, !=, getpid());
    /* 0, 1, 2, the socket, the control block, input and output; and ".", "..", the folder's own. */
    g_assert_cmpint(seen->descriptors, ==, 7 + 3);
    for (int i = 0; i < 20; i++)
        close(more[i]);
    free_both(workset, executor);
}

static void expect_no_start(const char *const *command, const char *text)
{
    LeatExecutorOptions options = test_options(LEAT_EXECUTOR_PROCESSES, 2);
    GError *error = NULL;

    options.worker_command = command;
    g_assert_null(leat_executor_new(&options, &error));
    g_assert_nonnull(error);
    g_test_message("%s", error->message);
    g_assert_nonnull(strstr(error->message, text));
    g_error_free(error);
    g_assert_false(has_children());
}

static void test_command_that_is_no_worker(void)
{
    expect_no_start((const char *const[]){"/no/such/program", NULL}, "/no/such/program");
    expect_no_start((const char *const[]){"/bin/true", NULL}, "exit status 0");
    expect_no_start((const char *const[]){"/bin/false", NULL}, "exit status 1");
}

static void test_worker_started_by_hand_says_so(void)
{
    static const char *const command[] = {"/proc/self/exe", "--worker", NULL};
    LeatProcess *process = leat_process_start(command, NULL, NULL);
    LeatProcessEnd end;

    g_assert_nonnull(process);
    g_assert_cmpint(leat_process_join(process, NULL, LEAT_FOREVER, &end), ==, 1);
    g_assert_true(end.exited);
    g_assert_cmpint(end.status, ==, 2);
    leat_process_free(process);
}

/* The parent that is killed: prints its workers once all are in a unit, and goes on for ever. */
static void print_workers(int64_t done, int64_t units, void *data)
{
    LeatWorkerInfo workers[WORKERS];

    if (leat_executor_figures(data).running < WORKERS)
        return;
    leat_executor_workers(data, workers, WORKERS);
    for (int i = 0; i < WORKERS; i++)
        printf("%d ", workers[i].tid);
    printf("\n");
    fflush(stdout);
}

static int be_parent(void)
{
    LeatExecutor *executor = test_executor(LEAT_EXECUTOR_PROCESSES, WORKERS);
    LeatWorkset *workset =
        test_workset(executor, "spin", 1000000, &(TestInput){.spin_ns = 50 * LEAT_NS_PER_MS});

    leat_workset_run(workset, 1000000, NULL, print_workers, executor, NULL);
    return 1;
}

static void test_killed_parent_leaves_no_orphan(void)
{
    static const char *const command[] = {"/proc/self/exe", "--parent", NULL};
    struct pollfd workers[WORKERS];
    LeatProcess *parent;
    int ends[2], pids[WORKERS];
    int64_t deadline_ns;
    FILE *output;

    g_assert_cmpint(pipe2(ends, O_CLOEXEC), ==, 0);
    parent = leat_process_start(
        command,
        &(LeatProcessOptions){.fds = &(LeatProcessFd){ends[1], STDOUT_FILENO}, .fd_count = 1},
        NULL);
    g_assert_nonnull(parent);
    close(ends[1]);
    output = fdopen(ends[0], "r");
    g_assert_cmpint(fscanf(output, "%d %d %d", &pids[0], &pids[1], &pids[2]), ==, WORKERS);
    for (int i = 0; i < WORKERS; i++) {
        workers[i] = (struct pollfd){.fd = pidfd_open(pids[i], 0), .events = POLLIN};
        g_assert_cmpint(workers[i].fd, >=, 0);
    }
    /* Even one that does not run just then. */
    kill(pids[0], SIGSTOP);
    leat_process_kill(parent, SIGKILL);
    deadline_ns = leat_clock_now_ns() + ORPHAN_MS * LEAT_NS_PER_MS;
    for (int i = 0; i < WORKERS; i++) {
        int64_t left_ns = deadline_ns - leat_clock_now_ns();

        g_assert_cmpint(poll(&workers[i], 1, (int)MAX(left_ns / LEAT_NS_PER_MS, 0)), ==, 1);
        close(workers[i].fd);
    }
    fclose(output);
    leat_process_free(parent);
}

static void make_executor(void *data)
{
    *(LeatExecutor **)data = test_executor(LEAT_EXECUTOR_PROCESSES, 2);
}

static void test_workers_outlive_the_thread_that_made_them(void)
{
    LeatExecutor *executor = NULL;
    LeatThread *thread =
        leat_thread_new("maker", LEAT_THREAD_NORMAL, make_executor, &executor, NULL);
    LeatWorkset *workset;

    g_assert_true(leat_thread_start(thread, NULL));
    leat_thread_free(thread);
    workset = test_workset(executor, "spin", 20, &no_input);
    for (int round = 0; round < 10; round++)
        test_run(workset, 20);
    g_assert_cmpuint(leat_executor_figures(executor).restarted, ==, 0);
    free_both(workset, executor);
}

static void add_tests(void)
{
    g_test_add_func("/processes/killed-at-random", test_workers_are_killed_at_random);
    g_test_add_func("/processes/killed-between-rounds", test_killed_between_rounds);
    g_test_add_func("/processes/unit-that-crashes-once-is-done-elsewhere",
                    test_unit_that_crashes_once_is_done_elsewhere);
    g_test_add_func("/processes/unit-that-hangs-once-is-done-elsewhere",
                    test_unit_that_hangs_once_is_done_elsewhere);
    g_test_add_func("/processes/unit-that-kills-three-workers-fails-the-round",
                    test_unit_that_kills_three_workers_fails_the_round);
    g_test_add_func("/processes/worker-that-ignores-a-cancel-is-killed",
                    test_worker_that_ignores_a_cancel_is_killed);
    g_test_add_func("/processes/leak-ends-at-the-memory-limit", test_leak_ends_at_the_memory_limit);
    g_test_add_func("/processes/memory-limit-leaves-the-worksets-out",
                    test_memory_limit_leaves_the_worksets_out);
    g_test_add_func("/processes/workers-have-no-descriptors-of-ours",
                    test_workers_have_no_descriptors_of_ours);
    g_test_add_func("/processes/command-that-is-no-worker-is-told", test_command_that_is_no_worker);
    g_test_add_func("/processes/worker-started-by-hand-says-so",
                    test_worker_started_by_hand_says_so);
    g_test_add_func("/processes/killed-parent-leaves-no-orphan",
                    test_killed_parent_leaves_no_orphan);
    g_test_add_func("/processes/workers-outlive-the-thread-that-made-them",
                    test_workers_outlive_the_thread_that_made_them);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--parent") == 0)
        return be_parent();
    return test_main(argc, argv, add_tests);
}
