/* SPDX-License-Identifier: MIT */
#include "concurrency/thread.h"

#include "concurrency/cancel.h"
#include "faults.h"
#include "support.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static LeatCancel *make_cancel(void)
{
    GError *error = NULL;
    LeatCancel *cancel = leat_cancel_new(NULL, &error);

    g_assert_no_error(error);
    return cancel;
}

static LeatThread *make(const char *name, LeatThreadClass sched_class, LeatThreadFunc func,
                        void *data)
{
    GError *error = NULL;
    LeatThread *thread = leat_thread_new(name, sched_class, func, data, &error);

    g_assert_no_error(error);
    return thread;
}

static LeatThreadState state_of(LeatThread *thread)
{
    return leat_thread_get_info(thread).state;
}

static void wait_for_cancel(void *data)
{
    leat_cancel_wait(data, LEAT_FOREVER);
}

static void spin_until_cancelled(void *data)
{
    while (!leat_cancel_is_set(data))
        ;
}

static void do_nothing(void *data)
{
    (void)data;
}

static void test_life_goes_from_new_over_waiting_to_dead(void)
{
    LeatCancel *cancel = make_cancel();
    LeatThread *thread = make("capture", LEAT_THREAD_NORMAL, wait_for_cancel, cancel);
    LeatThreadInfo info = leat_thread_get_info(thread);
    int64_t before = leat_clock_now_ns();

    g_assert_cmpstr(info.name, ==, "capture");
    g_assert_cmpint(info.state, ==, LEAT_THREAD_NEW);
    g_assert_cmpint(info.tid, ==, 0);
    g_assert_cmpint(info.started_ns, ==, 0);
    g_assert_true(leat_thread_start(thread, NULL));
    g_assert_cmpint(state_of(thread), !=, LEAT_THREAD_NEW);
    ASSERT_COMES_TRUE(state_of(thread) == LEAT_THREAD_WAITING);
    info = leat_thread_get_info(thread);
    g_assert_cmpint(info.tid, >, 0);
    g_assert_cmpint(info.started_ns, >=, before);
    g_assert_cmpint(info.ended_ns, ==, 0);
    leat_cancel_trigger(cancel);
    leat_thread_join(thread);
    leat_thread_join(thread);
    info = leat_thread_get_info(thread);
    g_assert_cmpint(info.state, ==, LEAT_THREAD_DEAD);
    g_assert_cmpint(info.ended_ns, >=, info.started_ns);
    g_assert_cmpint(info.cpu_ns, >, 0);
    leat_thread_free(thread);
    leat_thread_free(NULL);
    leat_cancel_unref(cancel);
}

static void test_a_thread_that_computes_is_running_and_uses_time(void)
{
    LeatCancel *cancel = make_cancel();
    LeatThread *thread = start_thread("spinner", spin_until_cancelled, cancel);
    int64_t used;

    ASSERT_COMES_TRUE(state_of(thread) == LEAT_THREAD_RUNNING);
    used = leat_thread_get_info(thread).cpu_ns;
    ASSERT_COMES_TRUE(leat_thread_get_info(thread).cpu_ns > used + 5 * LEAT_NS_PER_MS);
    leat_cancel_trigger(cancel);
    leat_thread_join(thread);
    g_assert_cmpint(leat_thread_get_info(thread).cpu_ns, >, used + 5 * LEAT_NS_PER_MS);
    leat_thread_free(thread);
    leat_cancel_unref(cancel);
}

static void test_a_thread_without_a_core_is_runnable(void)
{
    LeatCancel *cancel = make_cancel();
    cpu_set_t all, one;
    LeatThread *thread;

    g_assert_cmpint(sched_getaffinity(0, sizeof all, &all), ==, 0);
    CPU_ZERO(&one);
    for (int cpu = 0; CPU_COUNT(&one) == 0; cpu++)
        if (CPU_ISSET(cpu, &all))
            CPU_SET(cpu, &one);
    /* The thread inherits it: while this one looks, the other cannot execute. */
    g_assert_cmpint(sched_setaffinity(0, sizeof one, &one), ==, 0);
    thread = start_thread("spinner", spin_until_cancelled, cancel);
    ASSERT_COMES_TRUE(leat_thread_get_info(thread).tid > 0 &&
                      state_of(thread) == LEAT_THREAD_RUNNABLE);
    leat_cancel_trigger(cancel);
    leat_thread_free(thread);
    sched_setaffinity(0, sizeof all, &all);
    leat_cancel_unref(cancel);
}

static void read_one_byte(void *data)
{
    char byte;

    g_assert_cmpint(read(*(int *)data, &byte, 1), ==, 1);
}

static void test_a_thread_asleep_in_the_kernel_is_waiting(void)
{
    LeatThread *thread;
    int ends[2];

    g_assert_cmpint(pipe(ends), ==, 0);
    thread = start_thread("reader", read_one_byte, &ends[0]);
    ASSERT_COMES_TRUE(state_of(thread) == LEAT_THREAD_WAITING);
    g_assert_cmpint(write(ends[1], "x", 1), ==, 1);
    leat_thread_free(thread);
    close(ends[0]);
    close(ends[1]);
}

static void spin_in_a_wait(void *data)
{
    leat_thread_begin_wait();
    leat_thread_begin_wait();
    leat_thread_end_wait();
    spin_until_cancelled(data);
    leat_thread_end_wait();
}

static void test_a_marked_wait_is_waiting(void)
{
    LeatCancel *cancel = make_cancel();
    LeatThread *thread = start_thread("library", spin_in_a_wait, cancel);

    ASSERT_COMES_TRUE(state_of(thread) == LEAT_THREAD_WAITING);
    for (int i = 0; i < 100; i++)
        g_assert_cmpint(state_of(thread), ==, LEAT_THREAD_WAITING);
    leat_cancel_trigger(cancel);
    leat_thread_free(thread);
    leat_cancel_unref(cancel);
    leat_thread_begin_wait();
    leat_thread_end_wait();
}

static void test_names_are_cut_and_shown_by_the_system(void)
{
    LeatCancel *cancel = make_cancel();
    LeatThread *thread = start_thread("a-name-of-more-than-15", wait_for_cancel, cancel);
    char *path, *comm;

    ASSERT_COMES_TRUE(is_waiting(thread));
    g_assert_cmpstr(leat_thread_get_info(thread).name, ==, "a-name-of-more-");
    path = g_strdup_printf("/proc/self/task/%d/comm", leat_thread_get_info(thread).tid);
    g_assert_true(g_file_get_contents(path, &comm, NULL, NULL));
    g_assert_cmpstr(comm, ==, "a-name-of-more-\n");
    g_free(comm);
    g_free(path);
    leat_cancel_trigger(cancel);
    leat_thread_free(thread);
    leat_cancel_unref(cancel);
}

static void test_registry_lists_in_order_of_creation(void)
{
    static const char *const names[] = {"one", "two", "three"};
    size_t before = count_registered(), count;
    LeatThread *threads[3];
    LeatThreadInfo *list;

    for (int i = 0; i < 3; i++)
        threads[i] = make(names[i], LEAT_THREAD_NORMAL, do_nothing, NULL);
    g_assert_true(leat_thread_start(threads[1], NULL));
    leat_thread_join(threads[1]);
    list = leat_thread_list(&count);
    g_assert_cmpuint(count, ==, before + 3);
    for (int i = 0; i < 3; i++)
        g_assert_cmpstr(list[before + (size_t)i].name, ==, names[i]);
    g_assert_cmpint(list[before].state, ==, LEAT_THREAD_NEW);
    g_assert_cmpint(list[before + 1].state, ==, LEAT_THREAD_DEAD);
    free(list);
    leat_thread_free(threads[1]);
    list = leat_thread_list(&count);
    g_assert_cmpuint(count, ==, before + 2);
    g_assert_cmpstr(list[before + 1].name, ==, "three");
    free(list);
    leat_thread_free(threads[0]);
    leat_thread_free(threads[2]);
    g_assert_cmpuint(count_registered(), ==, before);
}

static void test_one_that_is_let_go_frees_itself(void)
{
    LeatCancel *cancel = make_cancel();
    size_t before = count_registered();
    LeatThread *thread = start_thread("let-go", wait_for_cancel, cancel);

    ASSERT_COMES_TRUE(is_waiting(thread));
    leat_thread_let_go(thread);
    g_assert_cmpuint(count_registered(), ==, before + 1);
    leat_cancel_trigger(cancel);
    ASSERT_COMES_TRUE(count_registered() == before);
    leat_cancel_unref(cancel);
}

static void test_one_can_be_let_go_before_its_start_and_after_its_end(void)
{
    size_t before = count_registered();
    LeatThread *thread;

    leat_thread_let_go(NULL);
    leat_thread_let_go(make("new", LEAT_THREAD_NORMAL, do_nothing, NULL));
    g_assert_cmpuint(count_registered(), ==, before);
    thread = start_thread("dead", do_nothing, NULL);
    ASSERT_COMES_TRUE(state_of(thread) == LEAT_THREAD_DEAD);
    leat_thread_let_go(thread);
    ASSERT_COMES_TRUE(count_registered() == before);
    thread = start_thread("joined", do_nothing, NULL);
    leat_thread_join(thread);
    leat_thread_let_go(thread);
    g_assert_cmpuint(count_registered(), ==, before);
}

static bool is_listed(const char *name, LeatThreadInfo *found)
{
    size_t count;
    LeatThreadInfo *list = leat_thread_list(&count);
    bool listed = false;

    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i].name, name) == 0) {
            listed = true;
            *found = list[i];
        }
    }
    free(list);
    return listed;
}

static void *be_adopted(void *data)
{
    LeatThreadInfo info;

    (void)data;
    leat_thread_adopt("foreign", LEAT_THREAD_NORMAL);
    g_assert_true(is_listed("foreign", &info));
    g_assert_cmpint(info.state, ==, LEAT_THREAD_RUNNING);
    g_assert_cmpint(info.tid, ==, gettid());
    leat_thread_adopt("renamed", LEAT_THREAD_BACKGROUND);
    g_assert_false(is_listed("foreign", &info));
    g_assert_true(is_listed("renamed", &info));
    g_assert_cmpint(info.sched_class, ==, LEAT_THREAD_BACKGROUND);
    return NULL;
}

static void test_an_adopted_thread_is_listed_until_it_ends(void)
{
    size_t before = count_registered();
    LeatThreadInfo info;
    pthread_t thread;

    g_assert_cmpint(pthread_create(&thread, NULL, be_adopted, NULL), ==, 0);
    pthread_join(thread, NULL);
    g_assert_false(is_listed("renamed", &info));
    g_assert_cmpuint(count_registered(), ==, before);
}

static void look_at_main(void *data)
{
    LeatThreadInfo info;

    g_assert_true(is_listed("main", &info));
    g_assert_cmpint(info.tid, ==, getpid());
    ASSERT_COMES_TRUE(is_listed("main", &info) && info.state == LEAT_THREAD_WAITING);
    leat_cancel_trigger(data);
}

static void test_the_main_thread_can_be_adopted(void)
{
    LeatCancel *cancel = make_cancel();
    char *comm_before, *comm;
    LeatThread *thread;

    g_assert_true(g_file_get_contents("/proc/self/comm", &comm_before, NULL, NULL));
    leat_thread_adopt("main", LEAT_THREAD_NORMAL);
    g_assert_true(g_file_get_contents("/proc/self/comm", &comm, NULL, NULL));
    g_assert_cmpstr(comm, ==, comm_before);
    thread = start_thread("looker", look_at_main, cancel);
    leat_cancel_wait(cancel, LEAT_FOREVER);
    leat_thread_free(thread);
    g_free(comm);
    g_free(comm_before);
    leat_cancel_unref(cancel);
}

static void check_signals(void *data)
{
    sigset_t blocked;

    (void)data;
    pthread_sigmask(SIG_BLOCK, NULL, &blocked);
    g_assert_true(sigismember(&blocked, SIGINT));
    g_assert_true(sigismember(&blocked, SIGTERM));
    g_assert_true(sigismember(&blocked, SIGHUP));
    g_assert_true(sigismember(&blocked, SIGCHLD));
    g_assert_false(sigismember(&blocked, SIGSEGV));
    g_assert_false(sigismember(&blocked, SIGBUS));
    g_assert_false(sigismember(&blocked, SIGFPE));
    g_assert_false(sigismember(&blocked, SIGILL));
    g_assert_false(sigismember(&blocked, SIGABRT));
}

static void test_signals_are_the_main_threads(void)
{
    sigset_t blocked;

    leat_thread_free(start_thread("signals", check_signals, NULL));
    pthread_sigmask(SIG_BLOCK, NULL, &blocked);
    g_assert_false(sigismember(&blocked, SIGINT));
}

typedef struct {
    int policy, nice;
} Scheduling;

static void read_scheduling(void *data)
{
    Scheduling *scheduling = data;

    scheduling->policy = sched_getscheduler(0);
    scheduling->nice = getpriority(PRIO_PROCESS, (id_t)gettid());
}

static Scheduling scheduling_in(LeatThreadClass sched_class)
{
    Scheduling scheduling;
    LeatThread *thread = make("class", sched_class, read_scheduling, &scheduling);

    g_assert_true(leat_thread_start(thread, NULL));
    leat_thread_free(thread);
    return scheduling;
}

static void test_classes_reach_the_scheduler(void)
{
    Scheduling own, normal, live, background;

    read_scheduling(&own);
    normal = scheduling_in(LEAT_THREAD_NORMAL);
    live = scheduling_in(LEAT_THREAD_LIVE);
    background = scheduling_in(LEAT_THREAD_BACKGROUND);
    g_assert_cmpint(normal.nice, ==, own.nice);
    g_assert_true(live.nice == -10 || live.nice == own.nice || own.nice < -10);
    if (own.policy == SCHED_OTHER) {
        g_assert_cmpint(normal.policy, ==, SCHED_OTHER);
        g_assert_cmpint(live.policy, ==, SCHED_OTHER);
        g_assert_true(background.policy == SCHED_IDLE || background.policy == SCHED_BATCH);
    }
    if (geteuid() == 0 && own.nice > -10)
        g_assert_cmpint(live.nice, ==, -10);
}

static void start_normal_thread(void *data)
{
    *(Scheduling *)data = scheduling_in(LEAT_THREAD_NORMAL);
}

static void test_a_class_is_not_inherited(void)
{
    Scheduling own, inner;
    LeatThread *thread = make("live", LEAT_THREAD_LIVE, start_normal_thread, &inner);

    read_scheduling(&own);
    g_assert_true(leat_thread_start(thread, NULL));
    leat_thread_free(thread);
    g_assert_cmpint(inner.nice, ==, own.nice);
}

static void test_a_failed_start_leaves_the_thread_new(void)
{
    LeatThread *thread = make("unlucky", LEAT_THREAD_NORMAL, do_nothing, NULL);
    GError *error = NULL;

    leat_faults_arm(1);
    g_assert_false(leat_thread_start(thread, &error));
    g_assert_true(leat_faults_disarm());
    g_assert_nonnull(error);
    g_assert_nonnull(strstr(error->message, "'unlucky'"));
    g_clear_error(&error);
    g_assert_cmpint(state_of(thread), ==, LEAT_THREAD_NEW);
    leat_thread_join(thread);
    g_assert_true(leat_thread_start(thread, &error));
    leat_thread_join(thread);
    g_assert_cmpint(state_of(thread), ==, LEAT_THREAD_DEAD);
    leat_thread_free(thread);
}

static void test_no_memory_is_an_error(void)
{
    size_t before = count_registered(), count = 7;
    LeatThread *thread;
    GError *error = NULL;

    leat_faults_arm(1);
    g_assert_null(leat_thread_new("x", LEAT_THREAD_NORMAL, do_nothing, NULL, &error));
    g_assert_true(leat_faults_disarm());
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NO_MEMORY);
    g_clear_error(&error);
    g_assert_cmpuint(count_registered(), ==, before);
    thread = make("x", LEAT_THREAD_NORMAL, do_nothing, NULL);
    for (int n = 1; n <= 2; n++) {
        leat_faults_arm(n);
        g_assert_null(leat_thread_list(&count));
        g_assert_true(leat_faults_disarm());
        g_assert_cmpuint(count, ==, 0);
    }
    leat_thread_free(thread);
}

static void come_and_go(void *data)
{
    (void)data;
    for (int i = 0; i < 100; i++)
        leat_thread_free(start_thread("brief", do_nothing, NULL));
}

static void list_until_cancelled(void *data)
{
    while (!leat_cancel_is_set(data)) {
        size_t count;
        LeatThreadInfo *list = leat_thread_list(&count);

        for (size_t i = 0; i < count; i++)
            g_assert_nonnull(leat_thread_state_name(list[i].state));
        g_assert_cmpuint(count, >=, 4);
        free(list);
    }
}

static void test_registry_can_be_listed_while_threads_come_and_go(void)
{
    LeatCancel *cancel = make_cancel();
    size_t before = count_registered();
    LeatThread *goers[3], *listers[2];

    for (int i = 0; i < 3; i++)
        goers[i] = make("goer", LEAT_THREAD_NORMAL, come_and_go, NULL);
    for (int i = 0; i < 2; i++)
        listers[i] = start_thread("lister", list_until_cancelled, cancel);
    for (int i = 0; i < 3; i++)
        g_assert_true(leat_thread_start(goers[i], NULL));
    for (int i = 0; i < 3; i++)
        leat_thread_join(goers[i]);
    leat_cancel_trigger(cancel);
    join_threads(listers, 2);
    join_threads(goers, 3);
    g_assert_cmpuint(count_registered(), ==, before);
    leat_cancel_unref(cancel);
}

static void test_states_have_names(void)
{
    g_assert_cmpstr(leat_thread_state_name(LEAT_THREAD_NEW), ==, "New");
    g_assert_cmpstr(leat_thread_state_name(LEAT_THREAD_RUNNABLE), ==, "Runnable");
    g_assert_cmpstr(leat_thread_state_name(LEAT_THREAD_RUNNING), ==, "Running");
    g_assert_cmpstr(leat_thread_state_name(LEAT_THREAD_WAITING), ==, "Waiting");
    g_assert_cmpstr(leat_thread_state_name(LEAT_THREAD_DEAD), ==, "Dead");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/thread/life-goes-from-new-over-waiting-to-dead",
                    test_life_goes_from_new_over_waiting_to_dead);
    g_test_add_func("/thread/a-thread-that-computes-is-running-and-uses-time",
                    test_a_thread_that_computes_is_running_and_uses_time);
    g_test_add_func("/thread/a-thread-without-a-core-is-runnable",
                    test_a_thread_without_a_core_is_runnable);
    g_test_add_func("/thread/a-thread-asleep-in-the-kernel-is-waiting",
                    test_a_thread_asleep_in_the_kernel_is_waiting);
    g_test_add_func("/thread/a-marked-wait-is-waiting", test_a_marked_wait_is_waiting);
    g_test_add_func("/thread/names-are-cut-and-shown-by-the-system",
                    test_names_are_cut_and_shown_by_the_system);
    g_test_add_func("/thread/registry-lists-in-order-of-creation",
                    test_registry_lists_in_order_of_creation);
    g_test_add_func("/thread/one-that-is-let-go-frees-itself",
                    test_one_that_is_let_go_frees_itself);
    g_test_add_func("/thread/one-can-be-let-go-before-its-start-and-after-its-end",
                    test_one_can_be_let_go_before_its_start_and_after_its_end);
    g_test_add_func("/thread/an-adopted-thread-is-listed-until-it-ends",
                    test_an_adopted_thread_is_listed_until_it_ends);
    g_test_add_func("/thread/signals-are-the-main-threads", test_signals_are_the_main_threads);
    g_test_add_func("/thread/classes-reach-the-scheduler", test_classes_reach_the_scheduler);
    g_test_add_func("/thread/a-class-is-not-inherited", test_a_class_is_not_inherited);
    g_test_add_func("/thread/a-failed-start-leaves-the-thread-new",
                    test_a_failed_start_leaves_the_thread_new);
    g_test_add_func("/thread/no-memory-is-an-error", test_no_memory_is_an_error);
    g_test_add_func("/thread/registry-can-be-listed-while-threads-come-and-go",
                    test_registry_can_be_listed_while_threads_come_and_go);
    g_test_add_func("/thread/states-have-names", test_states_have_names);
    g_test_add_func("/thread/the-main-thread-can-be-adopted", test_the_main_thread_can_be_adopted);
    return g_test_run();
}
