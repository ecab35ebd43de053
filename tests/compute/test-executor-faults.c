/* SPDX-License-Identifier: MIT */
/* What cannot be had on the way: every allocation, thread, descriptor and process in turn. */
#include "compute-support.h"
#include "concurrency/thread.h"
#include "faults.h"

#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

static const TestInput no_input;

static int count_descriptors(void)
{
    DIR *directory = opendir("/proc/self/fd");
    int count = 0;

    g_assert_nonnull(directory);
    while (readdir(directory))
        count++;
    closedir(directory);
    return count;
}

static size_t count_threads(void)
{
    size_t count;

    free(leat_thread_list(&count));
    return count;
}

static bool has_children(void)
{
    siginfo_t info;

    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 || errno != ECHILD;
}

static void test_start_that_fails_leaves_nothing(gconstpointer data)
{
    LeatExecutorOptions options = test_options((LeatExecutorKind)GPOINTER_TO_INT(data), 3);
    int descriptors = count_descriptors(), n = 0;
    size_t threads = count_threads();
    LeatExecutor *executor = NULL;
    bool failed;

    do {
        GError *error = NULL;

        leat_faults_arm(++n);
        executor = leat_executor_new(&options, &error);
        failed = leat_faults_disarm();
        g_assert_true((executor != NULL) == (error == NULL));
        g_clear_error(&error);
        leat_executor_free(executor);
        g_assert_cmpint(count_descriptors(), ==, descriptors);
        g_assert_cmpuint(count_threads(), ==, threads);
        g_assert_false(has_children());
    } while (failed);
    g_assert_nonnull(executor);
    g_test_message("%d calls", n - 1);
}

static void test_workset_that_fails_leaves_nothing(gconstpointer data)
{
    LeatExecutor *executor = test_executor((LeatExecutorKind)GPOINTER_TO_INT(data), 3);
    const LeatWorksetOptions options = {
        .kind = "spin", .input_bytes = sizeof no_input, .units = 10, .output_bytes = 8};
    int descriptors = count_descriptors(), n = 0;
    LeatWorkset *workset = NULL;
    bool failed;

    do {
        GError *error = NULL;

        leat_faults_arm(++n);
        workset = leat_workset_new(executor, &options, &error);
        failed = leat_faults_disarm();
        g_assert_true((workset != NULL) == (error == NULL));
        if (workset) {
            test_run(workset, 10);
            test_expect_spun(workset, 10);
        }
        g_clear_error(&error);
        leat_workset_free(workset);
        g_assert_cmpint(count_descriptors(), ==, descriptors);
    } while (failed);
    leat_executor_free(executor);
}

/* The workers die before the round, which then has to start new ones. */
static void test_round_that_cannot_start_workers(void)
{
    LeatExecutor *executor = test_executor(LEAT_EXECUTOR_PROCESSES, 2);
    LeatWorkset *workset = test_workset(executor, "spin", 10, &no_input);
    int descriptors = count_descriptors(), n = 0;
    bool failed;

    do {
        LeatWorkerInfo workers[2];
        GError *error = NULL;

        leat_executor_workers(executor, workers, 2);
        for (int i = 0; i < 2; i++)
            if (workers[i].tid > 0)
                kill(workers[i].tid, SIGKILL);
        leat_faults_arm(++n);
        if (leat_workset_run(workset, 10, NULL, NULL, NULL, &error))
            test_expect_spun(workset, 10);
        else
            g_assert_nonnull(error);
        failed = leat_faults_disarm();
        g_clear_error(&error);
        test_run(workset, 10);
        /* The thread that starts workers is not waited for to drop what it is done with. */
        while (count_descriptors() > descriptors)
            sched_yield();
    } while (failed);
    leat_workset_free(workset);
    leat_executor_free(executor);
    g_assert_false(has_children());
}

static void add_tests(void)
{
    test_add_for_each("/executor-faults/start-that-fails-leaves-nothing",
                      test_start_that_fails_leaves_nothing);
    test_add_for_each("/executor-faults/workset-that-fails-leaves-nothing",
                      test_workset_that_fails_leaves_nothing);
    g_test_add_func("/executor-faults/round-that-cannot-start-workers",
                    test_round_that_cannot_start_workers);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv, add_tests);
}
