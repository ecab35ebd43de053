/* SPDX-License-Identifier: MIT */
/* Jobs as rows: what is written is what is read, beside a recording and in files of version 1.
 * VERSION_1 is the SQL of one. */
#include "store-support.h"

#include "base/clock.h"
#include "base/error.h"
#include "concurrency/thread.h"
#include "store/store-job.h"

#include <string.h>

#define QUEUED_NS INT64_C(1700000000000000000)

static LeatStoredJob make_job(void)
{
    return (LeatStoredJob){.name = (char *)"cpu-test",
                           .executor = (char *)"threads",
                           .workers = 2,
                           .units = 8,
                           .queued_wall_ns = QUEUED_NS};
}

static LeatStoreJobWriter *begin_job(const char *path)
{
    LeatStoredJob job = make_job();
    GError *error = NULL;
    LeatStoreJobWriter *writer = leat_store_job_begin(path, &job, &error);

    g_assert_no_error(error);
    g_assert_nonnull(writer);
    return writer;
}

static void write_job(LeatStoreJobWriter *writer, const LeatStoredJob *job)
{
    GError *error = NULL;

    leat_store_job_write(writer, job, &error);
    g_assert_no_error(error);
}

static GPtrArray *list_jobs(const char *path)
{
    LeatStore *store = open_store(path);
    GError *error = NULL;
    GPtrArray *jobs = leat_store_jobs(store, &error);

    g_assert_no_error(error);
    leat_store_close(store);
    return jobs;
}

static void assert_state(const char *path, guint index, LeatStoredJobState state)
{
    GPtrArray *jobs = list_jobs(path);
    const LeatStoredJob *job;

    g_assert_cmpuint(index, <, jobs->len);
    job = jobs->pdata[index];
    g_assert_cmpstr(leat_stored_job_state_name(job->state), ==, leat_stored_job_state_name(state));
    g_ptr_array_unref(jobs);
}

static void test_life(Place *place, gconstpointer data)
{
    LeatStoreJobWriter *writer = begin_job(place->path);
    LeatStoredJob job = make_job();
    GPtrArray *jobs;
    const LeatStoredJob *read;

    (void)data;
    g_assert_cmpint(leat_store_job_id(writer), ==, 1);
    assert_state(place->path, 0, LEAT_STORED_JOB_QUEUED);
    job.state = LEAT_STORED_JOB_RUNNING;
    job.started_wall_ns = QUEUED_NS + LEAT_NS_PER_S;
    job.done = 3;
    write_job(writer, &job);
    assert_state(place->path, 0, LEAT_STORED_JOB_RUNNING);
    job.state = LEAT_STORED_JOB_DONE;
    job.ended_wall_ns = job.started_wall_ns + 1500 * LEAT_NS_PER_MS;
    job.done = 8;
    write_job(writer, &job);
    leat_store_job_close(writer);

    jobs = list_jobs(place->path);
    g_assert_cmpuint(jobs->len, ==, 1);
    read = jobs->pdata[0];
    g_assert_cmpstr(read->name, ==, "cpu-test");
    g_assert_cmpstr(read->executor, ==, "threads");
    g_assert_cmpuint(read->workers, ==, 2);
    g_assert_cmpint(read->state, ==, LEAT_STORED_JOB_DONE);
    g_assert_cmpint(read->units, ==, 8);
    g_assert_cmpint(read->done, ==, 8);
    g_assert_cmpint(read->queued_wall_ns, ==, QUEUED_NS);
    g_assert_cmpint(read->started_wall_ns, ==, job.started_wall_ns);
    g_assert_cmpint(read->ended_wall_ns, ==, job.ended_wall_ns);
    g_assert_null(read->error);
    g_assert_cmpstr(read->leat_version, ==, LEAT_VERSION);
    g_ptr_array_unref(jobs);
    assert_sql(place->path, "SELECT name, state, started, wall_s FROM jobs",
               "cpu-test|done|2023-11-14T22:13:21.000Z|1.5");
    assert_sound(place->path);
}

static void test_failed(Place *place, gconstpointer data)
{
    LeatStoreJobWriter *writer = begin_job(place->path);
    LeatStoredJob job = make_job();

    (void)data;
    job.state = LEAT_STORED_JOB_FAILED;
    job.ended_wall_ns = QUEUED_NS + 1;
    job.error = (char *)"unit 3 killed \xff three workers";
    write_job(writer, &job);
    leat_store_job_close(writer);
    assert_state(place->path, 0, LEAT_STORED_JOB_FAILED);
    assert_sql(place->path, "SELECT error FROM jobs", "unit 3 killed \xef\xbf\xbd three workers");
}

static void test_left_unended(Place *place, gconstpointer data)
{
    LeatStoreJobWriter *writer = begin_job(place->path), *next;

    (void)data;
    leat_store_job_close(writer);
    assert_state(place->path, 0, LEAT_STORED_JOB_INTERRUPTED);
    assert_sql(place->path, "SELECT state FROM job", "queued");
    next = begin_job(place->path);
    assert_sql(place->path, "SELECT state FROM job", "interrupted\nqueued");
    assert_state(place->path, 1, LEAT_STORED_JOB_QUEUED);
    leat_store_job_close(next);
}

static void test_two_at_once(Place *place, gconstpointer data)
{
    LeatStoreJobWriter *one = begin_job(place->path), *other = begin_job(place->path);
    LeatStoredJob job = make_job();
    char *contents;

    (void)data;
    job.state = LEAT_STORED_JOB_CANCELLED;
    job.ended_wall_ns = QUEUED_NS + 1;
    write_job(other, &job);
    leat_store_job_close(other);
    assert_state(place->path, 0, LEAT_STORED_JOB_QUEUED);
    assert_state(place->path, 1, LEAT_STORED_JOB_CANCELLED);
    leat_store_job_close(one);
    contents = place_contents(place);
    g_assert_cmpstr(contents, ==, "test.leat");
    g_free(contents);
}

/* Rows are written as fast as can be while a recording goes on, and neither minds. */
static void test_beside_a_recording(Place *place, gconstpointer data)
{
    LeatStoreWriter *recorder = start_writer(place->path, "a", true);
    LeatStoreJobWriter *writer = begin_job(place->path);
    LeatStoredJob job = make_job();

    (void)data;
    job.state = LEAT_STORED_JOB_RUNNING;
    job.started_wall_ns = QUEUED_NS;
    for (int64_t seq = 0; seq < 200; seq++) {
        add_packets(recorder, seq, seq, 3000);
        job.done = seq * 8 / 200;
        write_job(writer, &job);
    }
    finish_writer(recorder, 200);
    assert_state(place->path, 0, LEAT_STORED_JOB_RUNNING);
    leat_store_job_close(writer);
    assert_sound(place->path);
    assert_sql(place->path, "SELECT frames, lost FROM recordings", "200|0");
}

static void write_running(void *data)
{
    LeatStoredJob job = make_job();

    job.state = LEAT_STORED_JOB_RUNNING;
    job.started_wall_ns = QUEUED_NS;
    write_job(data, &job);
}

static void test_locked(Place *place, gconstpointer data)
{
    LeatStoreJobWriter *writer = begin_job(place->path);
    Shell *shell = shell_start(place->path);
    GError *error = NULL;
    LeatThread *thread =
        leat_thread_new("writes", LEAT_THREAD_NORMAL, write_running, writer, &error);

    (void)data;
    g_assert_no_error(error);
    shell_say(shell, "BEGIN IMMEDIATE;");
    leat_thread_start(thread, &error);
    g_assert_no_error(error);
    assert_state(place->path, 0, LEAT_STORED_JOB_QUEUED);
    shell_say(shell, "COMMIT;");
    leat_thread_free(thread);
    assert_state(place->path, 0, LEAT_STORED_JOB_RUNNING);
    shell_end(shell);
    leat_store_job_close(writer);
}

static void make_version_1(const char *path)
{
    char *read = g_strdup_printf(".read %s", g_getenv("VERSION_1"));

    assert_sql(path, read, "wal");
    g_free(read);
    assert_sql(path, "PRAGMA user_version", "1");
}

static void test_version_1_is_read(Place *place, gconstpointer data)
{
    GPtrArray *jobs;

    (void)data;
    make_version_1(place->path);
    assert_sound(place->path);
    jobs = list_jobs(place->path);
    g_assert_cmpuint(jobs->len, ==, 0);
    g_ptr_array_unref(jobs);
    /* Looking changes nothing. */
    assert_sql(place->path, "PRAGMA user_version", "1");
}

static void test_version_1_is_brought_forward(Place *place, gconstpointer data)
{
    LeatStoreJobWriter *writer;

    (void)data;
    make_version_1(place->path);
    writer = begin_job(place->path);
    leat_store_job_close(writer);
    assert_sql(place->path, "SELECT name, frames, bytes FROM recordings", "morning|4|1921");
    assert_sql(place->path, "SELECT count(*) FROM job", "1");
    assert_sql(place->path, "SELECT user_version >= 2 FROM pragma_user_version", "1");
    assert_sound(place->path);
    record(place->path, "evening", 3, 100);
    assert_sound(place->path);
}

static void test_users_own_job(Place *place, gconstpointer data)
{
    LeatStoredJob job = make_job();
    GError *error = NULL;

    (void)data;
    make_version_1(place->path);
    assert_sql(place->path, "CREATE TABLE job (wages)", "");
    assert_sound(place->path);
    g_assert_null(leat_store_job_begin(place->path, &job, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_EXISTS);
    g_assert_nonnull(strstr(error->message, "rename yours"));
    g_clear_error(&error);
    assert_sql(place->path, "PRAGMA user_version", "1");
    assert_sound(place->path);
}

static void assert_fault(const char *path, const char *sql)
{
    char *faults;

    assert_sql(path, sql, "");
    faults = faults_of(path);
    if (!strstr(faults, "job 1 has values that cannot be") && !strstr(faults, "CHECK"))
        g_error("after '%s' it says '%s'", sql, faults);
    g_free(faults);
}

static void test_faults(Place *place, gconstpointer data)
{
    (void)data;
    leat_store_job_close(begin_job(place->path));
    assert_fault(place->path, "UPDATE job SET done = 9");
    assert_fault(place->path, "UPDATE job SET done = 0, name = cast(x'ff' AS TEXT)");
    assert_fault(place->path, "UPDATE job SET name = 'a', workers = 5000000000");
    assert_fault(place->path,
                 "PRAGMA ignore_check_constraints = ON; UPDATE job SET workers = 2, state = 'x'");
    assert_fault(place->path,
                 "PRAGMA ignore_check_constraints = ON; UPDATE job SET state = 'done'");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TEST("/store-job/a-row-says-how-its-job-stands-and-ended", test_life);
    ADD_TEST("/store-job/a-failed-job-keeps-its-error-as-valid-text", test_failed);
    ADD_TEST("/store-job/a-job-whose-writer-is-gone-is-interrupted", test_left_unended);
    ADD_TEST("/store-job/two-writers-have-a-row-each", test_two_at_once);
    ADD_TEST("/store-job/rows-are-written-beside-a-recording", test_beside_a_recording);
    ADD_TEST("/store-job/a-lock-of-another-program-is-waited-for", test_locked);
    ADD_TEST("/store-job/a-file-of-version-1-is-read", test_version_1_is_read);
    ADD_TEST("/store-job/a-file-of-version-1-is-brought-forward",
             test_version_1_is_brought_forward);
    ADD_TEST("/store-job/a-table-of-the-user-in-the-way-is-named", test_users_own_job);
    ADD_TEST("/store-job/impossible-rows-are-faults", test_faults);
    return g_test_run();
}
