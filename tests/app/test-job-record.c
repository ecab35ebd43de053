/* SPDX-License-Identifier: MIT */
/* What a library says of a job, from queued to its end, whatever that is. */
#include "app/job-record.h"

#include "base/clock.h"
#include "base/error.h"
#include "concurrency/lock.h"
#include "store/store-job.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
    char *folder, *path;
    GMainLoop *loop;
    LeatJob *job;
    LeatJobRecord *record;
    LeatJobListener listener;
    int waiting_for; /* the job's completion and the row's */
    bool free_job, free_record;
    LeatJobState ended_as;
    GError *record_error;

    /* Between the job's function and the test. */
    LeatLock lock;
    bool go_on;
    bool fails;
} Place;

static void set_up(Place *place, gconstpointer data)
{
    GError *error = NULL;

    (void)data;
    place->folder = g_dir_make_tmp("leat-job-XXXXXX", &error);
    g_assert_no_error(error);
    place->path = g_build_filename(place->folder, "test.leat", NULL);
    place->loop = g_main_loop_new(NULL, FALSE);
    leat_lock_init(&place->lock, &error);
    g_assert_no_error(error);
}

static void tear_down(Place *place, gconstpointer data)
{
    (void)data;
    leat_job_free(place->job);
    leat_job_record_free(place->record);
    g_remove(place->path);
    g_assert_cmpint(g_rmdir(place->folder), ==, 0);
    leat_lock_finish(&place->lock);
    g_main_loop_unref(place->loop);
    g_clear_error(&place->record_error);
    g_free(place->folder);
    g_free(place->path);
}

static void let_go_on(Place *place)
{
    leat_lock_acquire(&place->lock);
    place->go_on = true;
    leat_lock_wake(&place->lock);
    leat_lock_release(&place->lock);
}

/* Three of four units, then waits to be let go on, or for its cancel. */
static bool compute(LeatJob *job, void *data, GError **error)
{
    Place *place = data;

    leat_job_report(job, 3, 4);
    leat_lock_acquire(&place->lock);
    while (!place->go_on && !leat_cancel_is_set(leat_job_cancel_object(job)))
        leat_lock_wait(&place->lock, leat_clock_deadline_ns(5 * LEAT_NS_PER_MS));
    leat_lock_release(&place->lock);
    if (!leat_cancel_check(leat_job_cancel_object(job), error))
        return false;
    if (place->fails) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_FAILED, "unit 3 failed; mend it");
        return false;
    }
    leat_job_report(job, 4, 4);
    return true;
}

static void end_one(Place *place)
{
    if (--place->waiting_for == 0)
        g_main_loop_quit(place->loop);
}

static void on_completed(LeatJob *job, const LeatJobInfo *info, const GError *error, void *data)
{
    Place *place = data;

    (void)error;
    place->ended_as = info->state;
    if (place->free_job) {
        leat_job_free(job);
        place->job = NULL;
    }
    end_one(place);
}

static void on_recorded(LeatJobRecord *record, const GError *error, void *data)
{
    Place *place = data;

    place->record_error = error ? g_error_copy(error) : NULL;
    if (place->free_record) {
        leat_job_record_free(record);
        place->record = NULL;
    }
    end_one(place);
}

static void make(Place *place, const char *path)
{
    GError *error = NULL;

    place->job = leat_job_new("test", compute, place, NULL, NULL, &error);
    g_assert_no_error(error);
    place->listener = (LeatJobListener){.completed = on_completed, .data = place};
    leat_job_connect(place->job, &place->listener);
    place->record =
        leat_job_record_new(path, place->job, "train", "threads", 2, on_recorded, place, &error);
    g_assert_no_error(error);
    place->waiting_for = 2;
}

static void start(Place *place)
{
    GError *error = NULL;

    leat_job_start(place->job, &error);
    g_assert_no_error(error);
}

static GPtrArray *list_jobs(const Place *place)
{
    GError *error = NULL;
    LeatStore *store = leat_store_open(place->path, NULL, &error);
    GPtrArray *jobs = store ? leat_store_jobs(store, &error) : NULL;

    leat_store_close(store);
    g_clear_error(&error); /* the file may not be there yet */
    return jobs;
}

/* The one row, once it has come to this state: the loop turns until then. Free with
 * leat_stored_job_free. */
static LeatStoredJob *wait_for(Place *place, LeatStoredJobState state, int64_t done)
{
    for (;;) {
        GPtrArray *jobs = list_jobs(place);
        LeatStoredJob *job = jobs && jobs->len > 0 ? g_ptr_array_steal_index(jobs, 0) : NULL;

        if (jobs)
            g_ptr_array_unref(jobs);
        if (job && job->state == state && job->done == done)
            return job;
        leat_stored_job_free(job);
        while (g_main_context_iteration(NULL, FALSE))
            ;
    }
}

static void expect(Place *place, LeatStoredJobState state, int64_t done)
{
    leat_stored_job_free(wait_for(place, state, done));
}

static void tells_queued_running_done(Place *place, gconstpointer data)
{
    LeatStoredJob *job;

    (void)data;
    make(place, place->path);
    job = wait_for(place, LEAT_STORED_JOB_QUEUED, 0);
    g_assert_cmpstr(job->name, ==, "train");
    g_assert_cmpstr(job->executor, ==, "threads");
    g_assert_cmpuint(job->workers, ==, 2);
    g_assert_cmpint(job->started_wall_ns, ==, 0);
    leat_stored_job_free(job);
    start(place);
    job = wait_for(place, LEAT_STORED_JOB_RUNNING, 3);
    g_assert_cmpint(job->units, ==, 4);
    g_assert_cmpint(job->started_wall_ns, >=, job->queued_wall_ns);
    leat_stored_job_free(job);
    let_go_on(place);
    g_main_loop_run(place->loop);
    g_assert_no_error(place->record_error);
    job = wait_for(place, LEAT_STORED_JOB_DONE, 4);
    g_assert_cmpint(job->ended_wall_ns, >=, job->started_wall_ns);
    leat_stored_job_free(job);
}

static void tells_why_it_failed(Place *place, gconstpointer data)
{
    LeatStoredJob *job;

    (void)data;
    place->fails = place->go_on = true;
    make(place, place->path);
    start(place);
    g_main_loop_run(place->loop);
    job = wait_for(place, LEAT_STORED_JOB_FAILED, 3);
    g_assert_cmpstr(job->error, ==, "unit 3 failed; mend it");
    leat_stored_job_free(job);
}

static void tells_of_a_cancel(Place *place, gconstpointer data)
{
    (void)data;
    make(place, place->path);
    start(place);
    expect(place, LEAT_STORED_JOB_RUNNING, 3);
    leat_job_cancel(place->job);
    g_main_loop_run(place->loop);
    expect(place, LEAT_STORED_JOB_CANCELLED, 3);
}

static void tells_of_a_cancel_before_the_start(Place *place, gconstpointer data)
{
    LeatStoredJob *job;

    (void)data;
    make(place, place->path);
    leat_job_cancel(place->job);
    g_main_loop_run(place->loop);
    job = wait_for(place, LEAT_STORED_JOB_CANCELLED, 0);
    g_assert_cmpint(job->started_wall_ns, ==, 0);
    leat_stored_job_free(job);
}

static void outlives_a_job_that_is_freed(Place *place, gconstpointer data)
{
    (void)data;
    place->free_job = place->free_record = place->go_on = true;
    make(place, place->path);
    start(place);
    g_main_loop_run(place->loop);
    g_assert_null(place->record);
    expect(place, LEAT_STORED_JOB_DONE, 4);
}

/* A program that ends in a hurry: neither loop nor callbacks, and yet the row is written. */
static void is_written_before_it_is_freed(Place *place, gconstpointer data)
{
    (void)data;
    make(place, place->path);
    start(place);
    expect(place, LEAT_STORED_JOB_RUNNING, 3);
    leat_job_free(g_steal_pointer(&place->job));
    leat_job_record_free(g_steal_pointer(&place->record));
    expect(place, LEAT_STORED_JOB_CANCELLED, 3);
}

static void is_interrupted_when_freed_before(Place *place, gconstpointer data)
{
    (void)data;
    make(place, place->path);
    expect(place, LEAT_STORED_JOB_QUEUED, 0);
    leat_job_record_free(g_steal_pointer(&place->record));
    expect(place, LEAT_STORED_JOB_INTERRUPTED, 0);
}

static void does_not_touch_the_job_when_the_file_is_bad(Place *place, gconstpointer data)
{
    (void)data;
    make(place, "/nonexistent/test.leat");
    start(place);
    while (!place->record_error || leat_job_get_info(place->job).state == LEAT_JOB_QUEUED)
        g_main_context_iteration(NULL, TRUE);
    g_assert_error(place->record_error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND);
    g_assert_cmpint(leat_job_get_info(place->job).state, ==, LEAT_JOB_RUNNING);
    let_go_on(place);
    g_main_loop_run(place->loop);
    g_assert_cmpint(place->ended_as, ==, LEAT_JOB_DONE);
}

#define ADD(name, function) \
    g_test_add("/job-record/" name, Place, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("tells-queued-running-and-done", tells_queued_running_done);
    ADD("tells-why-it-failed", tells_why_it_failed);
    ADD("tells-of-a-cancel", tells_of_a_cancel);
    ADD("tells-of-a-cancel-before-the-start", tells_of_a_cancel_before_the_start);
    ADD("outlives-a-job-that-is-freed", outlives_a_job_that_is_freed);
    ADD("is-written-before-it-is-freed", is_written_before_it_is_freed);
    ADD("is-interrupted-when-freed-before-the-job-has-ended", is_interrupted_when_freed_before);
    ADD("leaves-the-job-alone-when-the-file-is-bad", does_not_touch_the_job_when_the_file_is_bad);
    return g_test_run();
}
