/* SPDX-License-Identifier: MIT */
#include "concurrency/process.h"

#include "faults.h"
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define SHELL(script) ((const char *const[]){"sh", "-c", script, NULL})

static LeatProcess *start(const char *const *argv, const LeatProcessOptions *options)
{
    GError *error = NULL;
    LeatProcess *process = leat_process_start(argv, options, &error);

    g_assert_no_error(error);
    return process;
}

static LeatProcessEnd join(LeatProcess *process)
{
    LeatProcessEnd end;

    g_assert_cmpint(leat_process_join(process, NULL, LEAT_FOREVER, &end), ==, 1);
    return end;
}

static bool has_children(void)
{
    siginfo_t info;

    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 || errno != ECHILD;
}

/* What a script prints, given more descriptors than its stdout (1). */
static char *output_of(const char *const *argv, LeatProcessOptions options)
{
    LeatProcessFd fds[8];
    GString *text = g_string_new(NULL);
    LeatProcess *process;
    LeatProcessEnd end;
    char bytes[512];
    ssize_t length;
    int ends[2];

    g_assert_cmpint(pipe2(ends, O_CLOEXEC), ==, 0);
    for (size_t i = 0; i < options.fd_count; i++)
        fds[i] = options.fds[i];
    fds[options.fd_count++] = (LeatProcessFd){.ours = ends[1], .theirs = 1};
    options.fds = fds;
    process = start(argv, &options);
    close(ends[1]);
    while ((length = read(ends[0], bytes, sizeof bytes)) > 0)
        g_string_append_len(text, bytes, length);
    close(ends[0]);
    end = join(process);
    g_assert_true(end.exited);
    g_assert_cmpint(end.status, ==, 0);
    leat_process_free(process);
    return g_string_free(text, FALSE);
}

static void expect_output(const char *const *argv, LeatProcessOptions options, const char *expected)
{
    char *text = output_of(argv, options);

    g_assert_cmpstr(text, ==, expected);
    g_free(text);
}

static void test_exit_status_is_told(void)
{
    LeatProcess *process = start(SHELL("exit 7"), NULL);
    LeatProcessEnd end = join(process);

    g_assert_true(end.exited);
    g_assert_cmpint(end.status, ==, 7);
    end = join(process);
    g_assert_cmpint(end.status, ==, 7);
    g_assert_cmpint(leat_process_join(process, NULL, 0, NULL), ==, 1);
    leat_process_kill(process, SIGKILL);
    leat_process_free(process);
    leat_process_free(NULL);
}

static void test_a_killed_child_tells_the_signal(void)
{
    LeatProcess *process = start(SHELL("kill -USR1 $$"), NULL);
    LeatProcessEnd end = join(process);

    g_assert_false(end.exited);
    g_assert_cmpint(end.status, ==, SIGUSR1);
    leat_process_free(process);
}

static void test_a_program_that_is_missing_is_named(void)
{
    GError *error = NULL;

    g_assert_null(
        leat_process_start((const char *const[]){"leat-no-such-program", NULL}, NULL, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND);
    g_assert_cmpstr(error->message, ==,
                    "cannot start 'leat-no-such-program': No such file or directory");
    g_clear_error(&error);
    g_assert_null(leat_process_start((const char *const[]){"/etc/passwd", NULL}, NULL, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_PERMISSION);
    g_clear_error(&error);
    g_assert_false(has_children());
}

/* A child that runs until its stdin ends, and that end. */
static LeatProcess *start_reader(int *write_end)
{
    LeatProcess *process;
    int ends[2];

    g_assert_cmpint(pipe2(ends, O_CLOEXEC), ==, 0);
    process = start((const char *const[]){"cat", NULL},
                    &(LeatProcessOptions){.fds = &(LeatProcessFd){ends[0], 0}, .fd_count = 1});
    close(ends[0]);
    *write_end = ends[1];
    return process;
}

static void test_join_tells_timeout_and_cancelled_apart(void)
{
    GError *error = NULL;
    LeatCancel *cancel = leat_cancel_new(NULL, &error);
    int write_end;
    LeatProcess *process = start_reader(&write_end);

    g_assert_no_error(error);
    g_assert_cmpint(leat_process_join(process, cancel, 0, NULL), ==, 0);
    g_assert_cmpint(leat_process_join(process, cancel, 5 * LEAT_NS_PER_MS, NULL), ==, 0);
    leat_cancel_trigger(cancel);
    g_assert_cmpint(leat_process_join(process, cancel, LEAT_FOREVER, NULL), ==, -1);
    close(write_end);
    g_assert_cmpint(join(process).status, ==, 0);
    g_assert_cmpint(leat_process_join(process, cancel, LEAT_FOREVER, NULL), ==, 1);
    leat_process_free(process);
    leat_cancel_unref(cancel);
}

static void test_kill_ends_the_child(void)
{
    int write_end;
    LeatProcess *process = start_reader(&write_end);
    LeatProcessEnd end;

    leat_process_kill(process, SIGTERM);
    end = join(process);
    g_assert_false(end.exited);
    g_assert_cmpint(end.status, ==, SIGTERM);
    leat_process_free(process);
    close(write_end);
}

static void test_free_leaves_no_child(void)
{
    int write_end, before = count_descriptors();
    LeatProcess *process = start_reader(&write_end);
    int pid = leat_process_pid(process);

    g_assert_cmpint(kill(pid, 0), ==, 0);
    leat_process_free(process);
    g_assert_cmpint(kill(pid, 0), ==, -1);
    g_assert_false(has_children());
    close(write_end);
    g_assert_cmpint(count_descriptors(), ==, before);
}

static int file_with(const char *text)
{
    int fd = memfd_create("test", MFD_CLOEXEC);

    g_assert_cmpint(write(fd, text, strlen(text)), ==, (ssize_t)strlen(text));
    lseek(fd, 0, SEEK_SET);
    return fd;
}

static void test_descriptors_may_swap_their_numbers(void)
{
    int a = file_with("a"), b = file_with("b"), c = file_with("c");
    const LeatProcessFd fds[] = {{a, b}, {b, a}, {c, c}, {a, 0}};
    char *script =
        g_strdup_printf("cat /proc/self/fd/%d /proc/self/fd/%d /proc/self/fd/%d", a, b, c);

    expect_output(SHELL(script), (LeatProcessOptions){.fds = fds, .fd_count = 4}, "bac");
    g_free(script);
    close(a);
    close(b);
    close(c);
}

static void test_no_other_descriptor_is_inherited(void)
{
    int low = dup(STDIN_FILENO), high = fcntl(STDIN_FILENO, F_DUPFD, 300);
    const LeatProcessFd fd = {low, 7};

    /* ls itself has the directory open. */
    expect_output((const char *const[]){"ls", "/proc/self/fd", NULL}, (LeatProcessOptions){0},
                  "0\n1\n2\n3\n");
    expect_output((const char *const[]){"ls", "/proc/self/fd", NULL},
                  (LeatProcessOptions){.fds = &fd, .fd_count = 1}, "0\n1\n2\n3\n7\n");
    close(low);
    close(high);
}

static void test_a_bad_descriptor_is_an_error(void)
{
    GError *error = NULL;
    const LeatProcessFd fd = {999999, 3};

    g_assert_null(leat_process_start(SHELL("exit 0"),
                                     &(LeatProcessOptions){.fds = &fd, .fd_count = 1}, &error));
    g_assert_nonnull(error);
    g_assert_nonnull(strstr(error->message, "999999"));
    g_clear_error(&error);
}

static void test_signals_are_as_at_the_start_of_a_program(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, saved;
    unsigned long long blocked, ignored;
    sigset_t block, old;
    char *text;

    sigaction(SIGPIPE, &ignore, &saved);
    sigfillset(&block);
    pthread_sigmask(SIG_BLOCK, &block, &old);
    /* The C library keeps signals 32 and 33 to itself. */
    text = output_of(SHELL("grep -E '^Sig(Blk|Ign)' /proc/self/status"), (LeatProcessOptions){0});
    g_assert_cmpint(sscanf(text, "SigBlk:%llx SigIgn:%llx", &blocked, &ignored), ==, 2);
    g_assert_cmpuint(blocked, ==, 0);
    g_assert_cmpuint(ignored & ~(3ull << 31), ==, 0);
    g_free(text);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    sigaction(SIGPIPE, &saved, NULL);
}

static void test_the_environment_can_be_given(void)
{
    const char *const environment[] = {"A=1", "B=two", NULL};

    expect_output((const char *const[]){"/usr/bin/env", NULL},
                  (LeatProcessOptions){.environment = environment}, "A=1\nB=two\n");
    g_setenv("LEAT_TEST_INHERITED", "yes", TRUE);
    expect_output(SHELL("echo $LEAT_TEST_INHERITED"), (LeatProcessOptions){0}, "yes\n");
}

static void check_policy(LeatThreadClass sched_class)
{
    char *expected =
        g_strdup_printf("%d\n", sched_class == LEAT_THREAD_BACKGROUND ? SCHED_IDLE : SCHED_OTHER);
    char text[16] = "";
    int in[2], out[2];
    LeatProcess *process;

    g_assert_cmpint(pipe2(in, O_CLOEXEC), ==, 0);
    g_assert_cmpint(pipe2(out, O_CLOEXEC), ==, 0);
    /* Field 41 of proc(5)'s stat is the policy. */
    process = start(SHELL("read go; cut -d' ' -f41 /proc/self/stat"),
                    &(LeatProcessOptions){
                        .fds = (const LeatProcessFd[]){{in[0], 0}, {out[1], 1}},
                        .fd_count = 2,
                        .sched_class = sched_class,
                    });
    g_assert_cmpint(write(in[1], "\n", 1), ==, 1);
    g_assert_cmpint(join(process).status, ==, 0);
    g_assert_cmpint(read(out[0], text, sizeof text - 1), >, 0);
    g_assert_cmpstr(text, ==, expected);
    g_free(expected);
    leat_process_free(process);
    for (int i = 0; i < 2; i++) {
        close(in[i]);
        close(out[i]);
    }
}

static void test_a_class_reaches_the_child(void)
{
    static const LeatThreadClass classes[] = {LEAT_THREAD_NORMAL, LEAT_THREAD_LIVE,
                                              LEAT_THREAD_BACKGROUND};

    if (sched_getscheduler(0) != SCHED_OTHER) {
        g_test_skip("started in a class of its own");
        return;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(classes); i++)
        check_policy(classes[i]);
}

enum { STARTERS = 3, CHILDREN = 15 };

static void start_many(void *data)
{
    atomic_int *sum = data;
    LeatProcess *processes[CHILDREN];

    for (int i = 0; i < CHILDREN; i++) {
        char *script = g_strdup_printf("exit %d", i);

        processes[i] = start(SHELL(script), NULL);
        g_free(script);
    }
    for (int i = CHILDREN - 1; i >= 0; i--) {
        atomic_fetch_add(sum, join(processes[i]).status);
        leat_process_free(processes[i]);
    }
}

static void test_many_children_of_many_threads_are_each_joined(void)
{
    LeatThread *threads[STARTERS];
    atomic_int sum = 0;

    for (int i = 0; i < STARTERS; i++)
        threads[i] = start_thread("starter", start_many, &sum);
    join_threads(threads, STARTERS);
    g_assert_cmpint(sum, ==, STARTERS * CHILDREN * (CHILDREN - 1) / 2);
    g_assert_false(has_children());
}

static void test_every_failure_of_start_is_clean(void)
{
    const LeatProcessFd fd = {STDIN_FILENO, 5};
    const LeatProcessOptions options = {.fds = &fd, .fd_count = 1};
    int before = count_descriptors(), failures = 0;
    LeatProcess *process = NULL;

    for (int n = 1; !process; n++) {
        GError *error = NULL;

        leat_faults_arm(n);
        process = leat_process_start(SHELL("exit 0"), &options, &error);
        g_assert_true(leat_faults_disarm() == !process);
        if (!process) {
            /* Two allocations, and then the spawn itself. */
            int expected = failures < 2 ? LEAT_ERROR_NO_MEMORY : LEAT_ERROR_FAILED;

            g_assert_error(error, LEAT_ERROR, expected);
            failures++;
            g_assert_cmpint(count_descriptors(), ==, before);
        }
        g_clear_error(&error);
    }
    g_assert_cmpint(failures, ==, 3);
    leat_process_free(process);
}

static void test_a_full_descriptor_table_is_an_error(void)
{
    const LeatProcessFd fd = {STDIN_FILENO, 5};
    struct rlimit old, low;
    GError *error = NULL;

    g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &old), ==, 0);
    low = old;
    low.rlim_cur = 3;
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &low), ==, 0);
    /* The copy for the child cannot be made. */
    g_assert_null(leat_process_start(SHELL("exit 0"),
                                     &(LeatProcessOptions){.fds = &fd, .fd_count = 1}, &error));
    g_assert_nonnull(error);
    g_clear_error(&error);
    /* The child runs, but nothing can watch it. */
    g_assert_null(leat_process_start((const char *const[]){"/bin/true", NULL}, NULL, &error));
    g_assert_nonnull(error);
    g_clear_error(&error);
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &old), ==, 0);
    g_assert_false(has_children());
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/process/exit-status-is-told", test_exit_status_is_told);
    g_test_add_func("/process/a-killed-child-tells-the-signal",
                    test_a_killed_child_tells_the_signal);
    g_test_add_func("/process/a-program-that-is-missing-is-named",
                    test_a_program_that_is_missing_is_named);
    g_test_add_func("/process/join-tells-timeout-and-cancelled-apart",
                    test_join_tells_timeout_and_cancelled_apart);
    g_test_add_func("/process/kill-ends-the-child", test_kill_ends_the_child);
    g_test_add_func("/process/free-leaves-no-child", test_free_leaves_no_child);
    g_test_add_func("/process/descriptors-may-swap-their-numbers",
                    test_descriptors_may_swap_their_numbers);
    g_test_add_func("/process/no-other-descriptor-is-inherited",
                    test_no_other_descriptor_is_inherited);
    g_test_add_func("/process/a-bad-descriptor-is-an-error", test_a_bad_descriptor_is_an_error);
    g_test_add_func("/process/signals-are-as-at-the-start-of-a-program",
                    test_signals_are_as_at_the_start_of_a_program);
    g_test_add_func("/process/the-environment-can-be-given", test_the_environment_can_be_given);
    g_test_add_func("/process/a-class-reaches-the-child", test_a_class_reaches_the_child);
    g_test_add_func("/process/many-children-of-many-threads-are-each-joined",
                    test_many_children_of_many_threads_are_each_joined);
    g_test_add_func("/process/every-failure-of-start-is-clean",
                    test_every_failure_of_start_is_clean);
    g_test_add_func("/process/a-full-descriptor-table-is-an-error",
                    test_a_full_descriptor_table_is_an_error);
    return g_test_run();
}
