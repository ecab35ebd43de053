/* SPDX-License-Identifier: MIT */
#include "store/store-job.h"

#include "base/error.h"
#include "store/database.h"
#include "store/reserve.h"

#include <string.h>

struct LeatStoreJobWriter {
    LeatDatabase database;
    LeatReserve *reserve;
    sqlite3_stmt *update;
    int64_t id;
};

static const char *const state_names[] = {"queued", "running",   "done",
                                          "failed", "cancelled", "interrupted"};

const char *leat_stored_job_state_name(LeatStoredJobState state)
{
    return state_names[state];
}

void leat_stored_job_free(LeatStoredJob *job)
{
    if (!job)
        return;
    g_free(job->name);
    g_free(job->executor);
    g_free(job->error);
    g_free(job->leat_version);
    g_free(job);
}

static void bind_time(sqlite3_stmt *statement, int column, int64_t wall_ns)
{
    if (wall_ns != 0)
        sqlite3_bind_int64(statement, column, wall_ns);
    else
        sqlite3_bind_null(statement, column);
}

static const char unfinished[] = "SELECT id FROM job WHERE state IN ('queued', 'running')";

static bool is_live(const LeatDatabase *database, int64_t id)
{
    return leat_reserve_is_marked(database->path, LEAT_RESERVE_JOB(id));
}

/* Jobs whose writer is gone without having ended them. Inside the transaction, as the insertion is:
 * a writer marks its job before anybody can see the row. */
static bool mark_unfinished(const LeatDatabase *database, GError **error)
{
    sqlite3_stmt *find = leat_database_prepare(database, unfinished, error), *mark = NULL;
    int rc = SQLITE_ERROR;
    bool done = find != NULL;

    if (done) {
        mark = leat_database_prepare(database, "UPDATE job SET state = 'interrupted' WHERE id = ?",
                                     error);
        done = mark != NULL;
    }
    while (done && (rc = sqlite3_step(find)) == SQLITE_ROW) {
        int64_t id = sqlite3_column_int64(find, 0);

        if (is_live(database, id))
            continue;
        sqlite3_bind_int64(mark, 1, id);
        done = leat_statement_run(database, mark, error);
    }
    if (done && rc != SQLITE_DONE)
        done = leat_database_fail(database, "read", error);
    sqlite3_finalize(find);
    sqlite3_finalize(mark);
    return done;
}

static bool insert(LeatStoreJobWriter *writer, const LeatStoredJob *job, GError **error)
{
    sqlite3_stmt *statement = leat_database_prepare(
        &writer->database,
        "INSERT INTO job (name, state, executor, workers, units, done, queued_wall_ns, leat_version)"
        " VALUES (?1, 'queued', ?2, ?3, ?4, 0, ?5, '" LEAT_VERSION "')",
        error);
    bool done;

    if (!statement)
        return false;
    leat_statement_bind_text(statement, 1, job->name);
    leat_statement_bind_text(statement, 2, job->executor);
    sqlite3_bind_int64(statement, 3, job->workers);
    sqlite3_bind_int64(statement, 4, job->units);
    sqlite3_bind_int64(statement, 5, job->queued_wall_ns);
    done = leat_statement_run(&writer->database, statement, error);
    sqlite3_finalize(statement);
    if (done)
        writer->id = sqlite3_last_insert_rowid(writer->database.db);
    return done;
}

static bool add_row(LeatStoreJobWriter *writer, const LeatStoredJob *job, GError **error)
{
    const LeatDatabase *database = &writer->database;

    if (!leat_database_execute(database, "BEGIN IMMEDIATE", "write", error))
        return false;
    if (mark_unfinished(database, error) && insert(writer, job, error) &&
        leat_reserve_mark(writer->reserve, LEAT_RESERVE_JOB(writer->id), error) &&
        leat_database_execute(database, "COMMIT", "write", error))
        return true;
    return leat_database_roll_back(database);
}

static bool prepare(LeatStoreJobWriter *writer, GError **error)
{
    writer->update = leat_database_prepare(
        &writer->database,
        "UPDATE job SET state = ?2, units = ?3, done = ?4, started_wall_ns = ?5,"
        " ended_wall_ns = ?6, error = ?7 WHERE id = ?1",
        error);
    return writer->update != NULL;
}

LeatStoreJobWriter *leat_store_job_begin(const char *path, const LeatStoredJob *job, GError **error)
{
    LeatStoreJobWriter *writer = g_new0(LeatStoreJobWriter, 1);

    if (leat_database_open_for_writing(&writer->database, path, error) &&
        /* To copy the journal into the library is for its recorder, or for whoever is the last. */
        leat_database_execute(&writer->database, "PRAGMA wal_autocheckpoint = 0", "write", error)) {
        writer->reserve = leat_reserve_join(writer->database.path, error);
        if (writer->reserve && add_row(writer, job, error) && prepare(writer, error))
            return writer;
    }
    leat_store_job_close(writer);
    return NULL;
}

bool leat_store_job_write(LeatStoreJobWriter *writer, const LeatStoredJob *job, GError **error)
{
    char *reason = NULL;
    bool done;

    if (job->state == LEAT_STORED_JOB_FAILED)
        reason = g_utf8_make_valid(job->error ? job->error : "", -1);
    sqlite3_bind_int64(writer->update, 1, writer->id);
    leat_statement_bind_text(writer->update, 2, state_names[job->state]);
    sqlite3_bind_int64(writer->update, 3, job->units);
    sqlite3_bind_int64(writer->update, 4, job->done);
    bind_time(writer->update, 5, job->started_wall_ns);
    bind_time(writer->update, 6, job->ended_wall_ns);
    leat_statement_bind_text(writer->update, 7, reason);
    done = leat_statement_run(&writer->database, writer->update, error);
    g_free(reason);
    return done;
}

int64_t leat_store_job_id(const LeatStoreJobWriter *writer)
{
    return writer->id;
}

void leat_store_job_close(LeatStoreJobWriter *writer)
{
    if (!writer)
        return;
    sqlite3_finalize(writer->update);
    leat_database_close(&writer->database);
    leat_reserve_close(writer->reserve);
    g_free(writer);
}
