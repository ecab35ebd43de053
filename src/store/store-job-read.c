/* SPDX-License-Identifier: MIT */
/* Reading the rows of jobs without trusting the file. */
#include "store/reserve.h"
#include "store/store-internal.h"
#include "store/store-job.h"

#include "base/error.h"

#include <string.h>

/* The version of the schema that brought jobs. */
#define JOBS_VERSION 2

static const char query[] =
    "SELECT id, name, state, executor, workers, units, done, queued_wall_ns,"
    " started_wall_ns, ended_wall_ns, error, leat_version FROM job"
    " ORDER BY id";

static void free_job(gpointer job)
{
    leat_stored_job_free(job);
}

/* NULL where it is no text. */
static char *copy_text(sqlite3_stmt *row, int column)
{
    const char *text = NULL;

    if (sqlite3_column_type(row, column) == SQLITE_TEXT)
        text = (const char *)sqlite3_column_text(row, column);
    if (!text || strlen(text) != (size_t)sqlite3_column_bytes(row, column) ||
        !g_utf8_validate(text, -1, NULL))
        return NULL;
    return g_strdup(text);
}

static bool read_state(sqlite3_stmt *row, LeatStoredJobState *state)
{
    const char *text = (const char *)sqlite3_column_text(row, 2);

    for (int i = LEAT_STORED_JOB_QUEUED; i <= LEAT_STORED_JOB_INTERRUPTED; i++) {
        *state = (LeatStoredJobState)i;
        if (g_strcmp0(text, leat_stored_job_state_name(*state)) == 0)
            return true;
    }
    return false;
}

static bool has_numbers(sqlite3_stmt *row)
{
    for (int column = 4; column <= 7; column++)
        if (sqlite3_column_type(row, column) != SQLITE_INTEGER)
            return false;
    return sqlite3_column_int64(row, 4) >= 0 && sqlite3_column_int64(row, 4) <= INT32_MAX;
}

static bool is_possible(const LeatStoredJob *job)
{
    bool ended = job->state != LEAT_STORED_JOB_QUEUED && job->state != LEAT_STORED_JOB_RUNNING &&
                 job->state != LEAT_STORED_JOB_INTERRUPTED;

    return job->id >= 1 && job->id <= LEAT_RESERVE_MAX_ID && job->name && job->executor &&
           job->leat_version && job->units >= 0 && job->done >= 0 &&
           (job->units == 0 || job->done <= job->units) && ended == (job->ended_wall_ns != 0) &&
           (job->error != NULL) == (job->state == LEAT_STORED_JOB_FAILED);
}

static LeatStoredJob *read_job(const LeatDatabase *database, sqlite3_stmt *row, GError **error)
{
    LeatStoredJob *job = g_new0(LeatStoredJob, 1);
    bool good = read_state(row, &job->state) && has_numbers(row);

    job->id = sqlite3_column_int64(row, 0);
    job->name = copy_text(row, 1);
    job->executor = copy_text(row, 3);
    job->workers = (unsigned)sqlite3_column_int64(row, 4);
    job->units = sqlite3_column_int64(row, 5);
    job->done = sqlite3_column_int64(row, 6);
    job->queued_wall_ns = sqlite3_column_int64(row, 7);
    job->started_wall_ns = sqlite3_column_int64(row, 8);
    job->ended_wall_ns = sqlite3_column_int64(row, 9);
    job->error = copy_text(row, 10);
    job->leat_version = copy_text(row, 11);
    if (good && is_possible(job))
        return job;
    leat_database_corrupt(database, error, "job %" G_GINT64_FORMAT " has values that cannot be",
                          job->id);
    leat_stored_job_free(job);
    return NULL;
}

static GPtrArray *read_all(const LeatDatabase *database, GError **error)
{
    GPtrArray *jobs = g_ptr_array_new_with_free_func(free_job);
    sqlite3_stmt *statement = leat_database_prepare(database, query, error);
    bool read = statement != NULL;
    int rc = SQLITE_ERROR;

    while (read && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
        LeatStoredJob *job = read_job(database, statement, error);

        if (job)
            g_ptr_array_add(jobs, job);
        read = job != NULL;
    }
    if (read && rc != SQLITE_DONE)
        read = leat_database_fail(database, "read", error);
    sqlite3_finalize(statement);
    if (read)
        return jobs;
    g_ptr_array_unref(jobs);
    return NULL;
}

static bool is_unfinished(const LeatStoredJob *job)
{
    return job->state == LEAT_STORED_JOB_QUEUED || job->state == LEAT_STORED_JOB_RUNNING;
}

/* The ids of jobs whose rows say that they are unfinished, and whose writers are gone. */
static GArray *find_dead(const LeatDatabase *database, const GPtrArray *jobs)
{
    GArray *dead = g_array_new(FALSE, FALSE, sizeof(int64_t));

    for (guint i = 0; i < jobs->len; i++) {
        const LeatStoredJob *job = jobs->pdata[i];

        if (is_unfinished(job) &&
            !leat_reserve_is_marked(database->path, LEAT_RESERVE_JOB(job->id)))
            g_array_append_val(dead, job->id);
    }
    return dead;
}

static void settle_state(LeatStoredJob *job, const GArray *dead)
{
    for (guint i = 0; is_unfinished(job) && i < dead->len; i++)
        if (job->id == g_array_index(dead, int64_t, i))
            job->state = LEAT_STORED_JOB_INTERRUPTED;
}

/* A writer that is gone may have ended its job after the row was read: read again. */
static GPtrArray *settle(const LeatDatabase *database, GPtrArray *jobs, GError **error)
{
    GArray *dead = find_dead(database, jobs);

    if (dead->len > 0) {
        g_ptr_array_unref(jobs);
        jobs = read_all(database, error);
    }
    for (guint i = 0; jobs && i < jobs->len; i++)
        settle_state(jobs->pdata[i], dead);
    g_array_unref(dead);
    return jobs;
}

GPtrArray *leat_store_jobs(LeatStore *store, GError **error)
{
    const LeatDatabase *database = &store->database;
    int64_t version = 0;
    GPtrArray *jobs;

    if (!leat_database_number(database, "PRAGMA user_version", &version, error))
        return NULL;
    if (version < JOBS_VERSION)
        return g_ptr_array_new_with_free_func(free_job);
    jobs = read_all(database, error);
    return jobs ? settle(database, jobs, error) : NULL;
}
