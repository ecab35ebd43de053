/* SPDX-License-Identifier: MIT */
#include "compute/job.h"

#include "base/clock.h"
#include "base/error.h"
#include "concurrency/lock.h"
#include "concurrency/thread.h"
#include "faults.h"

#include <stdlib.h>
#include <string.h>

/* What the listeners saw, all on the loop's thread. */
typedef struct {
    GMainLoop *loop;
    GThread *thread;
    int changes, completions;
    bool saw_running, saw_cancel;
    int64_t cancel_seen_ns, done_seen;
    LeatJobInfo last;
    GError *error;
    LeatJob *to_free;
} Seen;

static void on_changed(LeatJob *job, const LeatJobInfo *info, void *data)
{
    Seen *seen = data;

    (void)job;
    g_assert_true(g_thread_self() == seen->thread);
    g_assert_cmpint(seen->completions, ==, 0);
    seen->changes++;
    seen->saw_running |= info->state == LEAT_JOB_RUNNING;
    if (info->cancel_asked && !seen->saw_cancel) {
        seen->saw_cancel = true;
        seen->cancel_seen_ns = leat_clock_now_ns();
    }
    seen->done_seen = info->done;
}

static void on_completed(LeatJob *job, const LeatJobInfo *info, const GError *error, void *data)
{
    Seen *seen = data;

    g_assert_true(g_thread_self() == seen->thread);
    seen->completions++;
    seen->last = *info;
    seen->error = error ? g_error_copy(error) : NULL;
    if (seen->to_free)
        leat_job_free(job);
    if (seen->loop)
        g_main_loop_quit(seen->loop);
}

static LeatJobListener listen_as(Seen *seen)
{
    seen->thread = g_thread_self();
    return (LeatJobListener){.changed = on_changed, .completed = on_completed, .data = seen};
}

static LeatJob *make(LeatJobFunc func, void *data, LeatJobListener *listener)
{
    GError *error = NULL;
    LeatJob *job = leat_job_new("test", func, data, NULL, NULL, &error);

    g_assert_no_error(error);
    leat_job_connect(job, listener);
    return job;
}

/* Runs the loop until the job has completed. */
static void run_to_end(LeatJob *job, Seen *seen)
{
    GError *error = NULL;

    seen->loop = g_main_loop_new(NULL, FALSE);
    leat_job_start(job, &error);
    g_assert_no_error(error);
    g_main_loop_run(seen->loop);
    g_main_loop_unref(seen->loop);
    seen->loop = NULL;
}

/* One turn of the loop after another, until nothing is left to do. */
static void drain_loop(void)
{
    while (g_main_context_iteration(NULL, FALSE))
        ;
}

static bool count_to(LeatJob *job, void *data, GError **error)
{
    const int64_t *total = data;

    for (int64_t i = 1; i <= *total; i++) {
        if (!leat_cancel_check(leat_job_cancel_object(job), error))
            return false;
        leat_job_report(job, i, *total);
    }
    return true;
}

static bool fail(LeatJob *job, void *data, GError **error)
{
    (void)job;
    (void)data;
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_CORRUPT, "it broke");
    return false;
}

static bool wait_for_cancel(LeatJob *job, void *data, GError **error)
{
    (void)data;
    leat_job_report(job, 1, 10);
    leat_cancel_wait(leat_job_cancel_object(job), LEAT_FOREVER);
    return leat_cancel_check(leat_job_cancel_object(job), error);
}

/* The class of the thread of that name, or LEAT_THREAD_LIVE when there is none. */
static LeatThreadClass class_of(const char *name)
{
    LeatThreadClass found = LEAT_THREAD_LIVE;
    size_t count;
    LeatThreadInfo *threads = leat_thread_list(&count);

    for (size_t i = 0; i < count; i++)
        if (strcmp(threads[i].name, name) == 0)
            found = threads[i].sched_class;
    free(threads);
    return found;
}

static bool look_below(LeatJob *job, void *data, GError **error)
{
    LeatThreadClass *classes = data;

    classes[0] = class_of("test");
    classes[1] = class_of("compute-0");
    leat_job_report(job, 1, 1);
    return fail(job, NULL, error);
}

static bool go_below(LeatJob *job, void *data, GError **error)
{
    return leat_job_run_below(job, look_below, data, error);
}

static bool go_below_without_a_thread(LeatJob *job, void *data, GError **error)
{
    bool good;

    leat_faults_arm(1);
    good = leat_job_run_below(job, look_below, data, error);
    leat_faults_disarm();
    return good;
}

/* So the loop, which joins the job's own thread, never waits for one that gets no core. */
static void what_computes_below_is_not_its_own_thread(void)
{
    LeatThreadClass classes[2] = {LEAT_THREAD_LIVE, LEAT_THREAD_LIVE};
    Seen seen = {NULL};
    LeatJobListener listener = listen_as(&seen);
    LeatJob *job = make(go_below, classes, &listener);

    run_to_end(job, &seen);
    g_assert_cmpint(classes[0], ==, LEAT_THREAD_NORMAL);
    g_assert_cmpint(classes[1], ==, LEAT_THREAD_BACKGROUND);
    g_assert_cmpint(seen.last.done, ==, 1);
    g_assert_error(seen.error, LEAT_ERROR, LEAT_ERROR_CORRUPT);
    g_clear_error(&seen.error);
    leat_job_free(job);
}

static void without_a_thread_to_compute_below_it_fails(void)
{
    LeatThreadClass classes[2] = {LEAT_THREAD_LIVE, LEAT_THREAD_LIVE};
    Seen seen = {NULL};
    LeatJobListener listener = listen_as(&seen);
    LeatJob *job = make(go_below_without_a_thread, classes, &listener);

    run_to_end(job, &seen);
    g_assert_cmpint(seen.last.state, ==, LEAT_JOB_FAILED);
    g_assert_nonnull(seen.error);
    g_assert_cmpint(classes[0], ==, LEAT_THREAD_LIVE); /* it has not run */
    g_clear_error(&seen.error);
    leat_job_free(job);
}

static void completes_once_on_the_loop(void)
{
    Seen seen = {NULL};
    LeatJobListener listener = listen_as(&seen);
    int64_t total = 1000;
    LeatJob *job = make(count_to, &total, &listener);

    g_assert_cmpint(leat_job_get_info(job).state, ==, LEAT_JOB_QUEUED);
    run_to_end(job, &seen);
    drain_loop();
    g_assert_cmpint(seen.completions, ==, 1);
    g_assert_no_error(seen.error);
    g_assert_cmpint(seen.last.state, ==, LEAT_JOB_DONE);
    g_assert_cmpint(seen.last.done, ==, 1000);
    g_assert_cmpint(seen.last.total, ==, 1000);
    g_assert_cmpint(seen.last.ended_ns, >=, seen.last.started_ns);
    leat_job_free(job);
    drain_loop();
    g_assert_cmpint(seen.completions, ==, 1);
}

static void tells_why_it_failed(void)
{
    Seen seen = {NULL};
    LeatJobListener listener = listen_as(&seen);
    LeatJob *job = make(fail, NULL, &listener);

    run_to_end(job, &seen);
    g_assert_cmpint(seen.last.state, ==, LEAT_JOB_FAILED);
    g_assert_error(seen.error, LEAT_ERROR, LEAT_ERROR_CORRUPT);
    g_assert_cmpstr(seen.error->message, ==, "it broke");
    g_clear_error(&seen.error);
    leat_job_free(job);
}

static gboolean cancel_later(gpointer data)
{
    leat_job_cancel(data);
    return G_SOURCE_REMOVE;
}

static void acknowledges_a_cancel_within_100_ms(void)
{
    Seen seen = {NULL};
    LeatJobListener listener = listen_as(&seen);
    LeatJob *job = make(wait_for_cancel, NULL, &listener);
    int64_t asked_ns;

    g_timeout_add(20, cancel_later, job);
    asked_ns = leat_clock_now_ns() + 20 * LEAT_NS_PER_MS;
    run_to_end(job, &seen);
    g_assert_cmpint(seen.last.state, ==, LEAT_JOB_CANCELLED);
    g_assert_error(seen.error, LEAT_ERROR, LEAT_ERROR_CANCELLED);
    g_assert_true(seen.saw_cancel);
    g_assert_cmpint(seen.cancel_seen_ns - asked_ns, <, 100 * LEAT_NS_PER_MS);
    g_clear_error(&seen.error);
    leat_job_free(job);
}

static void cancelled_while_queued_it_never_runs(void)
{
    Seen seen = {NULL};
    LeatJobListener listener = listen_as(&seen);
    LeatJob *job = make(fail, NULL, &listener);
    GError *error = NULL;

    leat_job_cancel(job);
    drain_loop();
    g_assert_cmpint(seen.completions, ==, 1);
    g_assert_cmpint(seen.last.state, ==, LEAT_JOB_CANCELLED);
    g_assert_cmpint(seen.last.started_ns, ==, 0);
    g_assert_false(leat_job_start(job, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_CANCELLED);
    g_clear_error(&error);
    g_clear_error(&seen.error);
    leat_job_free(job);
    g_assert_cmpint(seen.completions, ==, 1);
}

static void freed_while_running_it_completes_as_cancelled(void)
{
    Seen seen = {NULL};
    LeatJobListener listener = listen_as(&seen);
    LeatJob *job = make(wait_for_cancel, NULL, &listener);
    GError *error = NULL;

    leat_job_start(job, &error);
    g_assert_no_error(error);
    leat_job_free(job);
    g_assert_cmpint(seen.completions, ==, 1);
    g_assert_cmpint(seen.last.state, ==, LEAT_JOB_CANCELLED);
    g_clear_error(&seen.error);
    drain_loop();
}

static void a_listener_may_free_it_at_the_end(void)
{
    Seen seen = {NULL}, second = {NULL};
    LeatJobListener listener = listen_as(&seen), other = listen_as(&second);
    int64_t total = 3;
    LeatJob *job = make(count_to, &total, &listener);

    leat_job_connect(job, &other);
    seen.to_free = job;
    run_to_end(job, &seen);
    g_assert_cmpint(seen.completions, ==, 1);
    g_assert_cmpint(second.completions, ==, 1);
    drain_loop();
}

static void who_disconnects_hears_no_more(void)
{
    Seen seen = {NULL}, second = {NULL};
    LeatJobListener listener = listen_as(&seen), other = listen_as(&second);
    int64_t total = 3;
    LeatJob *job = make(count_to, &total, &listener);

    leat_job_connect(job, &other);
    leat_job_disconnect(job, &other);
    leat_job_disconnect(job, &other);
    run_to_end(job, &seen);
    g_assert_cmpint(second.changes + second.completions, ==, 0);
    leat_job_free(job);
}

typedef struct {
    LeatLock lock;
    bool go_on;
} Gate;

static bool half_way(LeatJob *job, void *data, GError **error)
{
    Gate *gate = data;

    (void)error;
    leat_job_report(job, 1, 2);
    leat_lock_acquire(&gate->lock);
    while (!gate->go_on)
        leat_lock_wait(&gate->lock, LEAT_FOREVER);
    leat_lock_release(&gate->lock);
    leat_job_report(job, 2, 2);
    return true;
}

static void estimates_the_time_left(void)
{
    Seen seen = {NULL};
    LeatJobListener listener = listen_as(&seen);
    Gate gate = {.go_on = false};
    GError *error = NULL;
    LeatJobInfo info;
    LeatJob *job;

    leat_lock_init(&gate.lock, &error);
    g_assert_no_error(error);
    job = make(half_way, &gate, &listener);
    g_assert_cmpint(leat_job_get_info(job).left_ns, ==, -1);
    leat_job_start(job, &error);
    g_assert_no_error(error);
    while (seen.done_seen < 1)
        g_main_context_iteration(NULL, TRUE);
    info = leat_job_get_info(job);
    /* Half is done: as long again as it has taken. */
    g_assert_cmpint(info.left_ns, >, 0);
    g_assert_cmpint(info.left_ns, <=, leat_clock_now_ns() - info.started_ns);

    leat_lock_acquire(&gate.lock);
    gate.go_on = true;
    leat_lock_wake(&gate.lock);
    leat_lock_release(&gate.lock);
    while (seen.completions < 1)
        g_main_context_iteration(NULL, TRUE);
    g_assert_cmpint(seen.last.left_ns, ==, -1);
    leat_job_free(job);
    leat_lock_finish(&gate.lock);
}

static void many_reports_do_not_flood_the_loop(void)
{
    Seen seen = {NULL};
    LeatJobListener listener = listen_as(&seen);
    int64_t total = 300000, start_ns = leat_clock_now_ns();
    LeatJob *job = make(count_to, &total, &listener);
    int64_t periods;

    run_to_end(job, &seen);
    periods = (leat_clock_now_ns() - start_ns) / (LEAT_NS_PER_S / 25);
    /* One for each period begun, the state running, and the end. */
    g_assert_cmpint(seen.changes, <=, periods + 4);
    leat_job_free(job);
}

static void cancelled_at_any_moment_it_completes_once(void)
{
    for (int i = 0; i < 200; i++) {
        Seen seen = {NULL};
        LeatJobListener listener = listen_as(&seen);
        int64_t total = 1000;
        LeatJob *job = make(count_to, &total, &listener);
        GError *error = NULL;

        leat_job_start(job, &error);
        g_assert_no_error(error);
        for (int turn = 0; turn < i % 7; turn++)
            g_main_context_iteration(NULL, FALSE);
        leat_job_cancel(job);
        if (i % 3 == 0)
            leat_job_free(job);
        while (seen.completions == 0)
            g_main_context_iteration(NULL, TRUE);
        if (i % 3 != 0)
            leat_job_free(job);
        drain_loop();
        g_assert_cmpint(seen.completions, ==, 1);
        g_clear_error(&seen.error);
    }
}

static void without_a_thread_it_stays_queued(void)
{
    Seen seen = {NULL};
    LeatJobListener listener = listen_as(&seen);
    int64_t total = 3;
    LeatJob *job = make(count_to, &total, &listener);
    GError *error = NULL;

    leat_faults_arm(1);
    g_assert_false(leat_job_start(job, &error));
    g_assert_true(leat_faults_disarm());
    g_assert_nonnull(error);
    g_clear_error(&error);
    g_assert_cmpint(leat_job_get_info(job).state, ==, LEAT_JOB_QUEUED);
    run_to_end(job, &seen);
    g_assert_cmpint(seen.last.state, ==, LEAT_JOB_DONE);
    leat_job_free(job);
}

static void making_it_may_fail_at_any_call(void)
{
    int64_t total = 3;
    LeatJob *job;
    int n = 0;

    do {
        GError *error = NULL;

        leat_faults_arm(++n);
        job = leat_job_new("test", count_to, &total, NULL, NULL, &error);
        leat_faults_disarm();
        g_assert_true((job != NULL) == (error == NULL));
        g_clear_error(&error);
    } while (!job);
    g_assert_cmpint(n, >, 3);
    leat_job_free(job);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/job/completes-once-on-the-loop", completes_once_on_the_loop);
    g_test_add_func("/job/tells-why-it-failed", tells_why_it_failed);
    g_test_add_func("/job/acknowledges-a-cancel-within-100-ms",
                    acknowledges_a_cancel_within_100_ms);
    g_test_add_func("/job/cancelled-while-queued-it-never-runs",
                    cancelled_while_queued_it_never_runs);
    g_test_add_func("/job/freed-while-running-it-completes-as-cancelled",
                    freed_while_running_it_completes_as_cancelled);
    g_test_add_func("/job/a-listener-may-free-it-at-the-end", a_listener_may_free_it_at_the_end);
    g_test_add_func("/job/who-disconnects-hears-no-more", who_disconnects_hears_no_more);
    g_test_add_func("/job/estimates-the-time-left", estimates_the_time_left);
    g_test_add_func("/job/many-reports-do-not-flood-the-loop", many_reports_do_not_flood_the_loop);
    g_test_add_func("/job/cancelled-at-any-moment-it-completes-once",
                    cancelled_at_any_moment_it_completes_once);
    g_test_add_func("/job/making-it-may-fail-at-any-call", making_it_may_fail_at_any_call);
    g_test_add_func("/job/what-computes-below-is-not-its-own-thread",
                    what_computes_below_is_not_its_own_thread);
    g_test_add_func("/job/without-a-thread-to-compute-below-it-fails",
                    without_a_thread_to_compute_below_it_fails);
    g_test_add_func("/job/without-a-thread-it-stays-queued", without_a_thread_it_stays_queued);
    return g_test_run();
}
