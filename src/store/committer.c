/* SPDX-License-Identifier: MIT */
#include "store/committer-internal.h"

#include "base/clock.h"
#include "base/error.h"
#include "store/recording.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

static void name_is_taken(const LeatCommitter *committer, const char *name, GError **error)
{
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_EXISTS,
                "%s has a recording '%s' already; choose another name", committer->database.path,
                name);
}

static bool mark_as_interrupted(LeatCommitter *committer, GArray *ids, GError **error)
{
    if (!leat_database_execute(&committer->database, "BEGIN IMMEDIATE", "write", error))
        return false;
    for (guint i = 0; i < ids->len; i++) {
        char *sql = g_strdup_printf("UPDATE recording SET state = 'interrupted' WHERE id = "
                                    "%" G_GINT64_FORMAT " AND state = 'recording'",
                                    g_array_index(ids, int64_t, i));
        bool done = leat_database_execute(&committer->database, sql, "write", error);

        g_free(sql);
        if (!done)
            return leat_database_roll_back(&committer->database);
    }
    return leat_database_execute(&committer->database, "COMMIT", "write", error) ||
           leat_database_roll_back(&committer->database);
}

/* Recordings whose writer is gone without having ended them. */
static bool mark_unfinished(LeatCommitter *committer, GError **error)
{
    const LeatDatabase *database = &committer->database;
    sqlite3_stmt *statement = leat_database_prepare(
        database, "SELECT id FROM recording WHERE state = 'recording'", error);
    GArray *ids;
    bool done;
    int rc;

    if (!statement)
        return false;
    ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
        int64_t id = sqlite3_column_int64(statement, 0);

        if (!leat_reserve_is_marked(database->path, id))
            g_array_append_val(ids, id);
    }
    done = rc == SQLITE_DONE || leat_database_fail(database, "read", error);
    sqlite3_finalize(statement);
    if (done && ids->len > 0)
        done = mark_as_interrupted(committer, ids, error);
    g_array_unref(ids);
    return done;
}

/* At a full disk the journal still holds what the last checkpoint could not copy into the library,
 * and both a batch that failed. The space set aside is a multiple of these together, so that it
 * can all be written into the library when that space is given back. */
static bool size_journal(LeatCommitter *committer, GError **error)
{
    int64_t page = 16384, reserve = leat_reserve_bytes(committer->reserve);
    char *sql;
    bool done;

    if (!leat_database_number(&committer->database, "PRAGMA page_size", &page, error))
        return false;
    committer->batch_bytes = reserve / 8;
    sql = g_strdup_printf("PRAGMA wal_autocheckpoint = %d", (int)MAX(reserve / 4 / page, 4));
    done = leat_database_execute(&committer->database, sql, "write", error);
    g_free(sql);
    return done;
}

static bool open_all(LeatCommitter *committer, const char *path, const char *name, GError **error)
{
    int taken;

    if (name && !leat_recording_check_name(name, error))
        return false;
    if (!leat_database_open_for_writing(&committer->database, path, error))
        return false;
    taken = name ? leat_database_has_name(&committer->database, "recording", name, error) : 0;
    if (taken > 0)
        name_is_taken(committer, name, error);
    if (taken != 0)
        return false;
    committer->name = g_strdup(name);
    committer->reserve = leat_reserve_open(committer->database.path, error);
    return committer->reserve && size_journal(committer, error) &&
           mark_unfinished(committer, error);
}

LeatCommitter *leat_committer_open(const char *path, const char *name, GError **error)
{
    LeatCommitter *committer = g_new0(LeatCommitter, 1);

    if (open_all(committer, path, name, error))
        return committer;
    leat_committer_close(committer);
    return NULL;
}

static int wait_for_lock(void *data, int count)
{
    LeatCommitter *committer = data;

    (void)count;
    return committer->locked(committer->locked_data);
}

void leat_committer_set_locked_func(LeatCommitter *committer, LeatLockedFunc func, void *data)
{
    committer->locked = func;
    committer->locked_data = data;
    sqlite3_busy_handler(committer->database.db, wait_for_lock, committer);
}

/* Inside the transaction, where nobody else can take the name. */
static bool find_name(LeatCommitter *committer, GError **error)
{
    int taken;

    if (!committer->name) {
        committer->name =
            leat_database_free_name(&committer->database, "recording", "recording", 1, error);
        return committer->name != NULL;
    }
    taken = leat_database_has_name(&committer->database, "recording", committer->name, error);
    if (taken > 0)
        name_is_taken(committer, committer->name, error);
    return taken == 0;
}

bool leat_committer_begin(LeatCommitter *committer, const char *source, const char *filter,
                          LeatRational record_rate, const LeatStreamInfo *stream, GError **error)
{
    if (!leat_database_execute(&committer->database, "BEGIN IMMEDIATE", "write", error))
        return false;
    if (!find_name(committer, error) ||
        !leat_rows_insert_recording(committer, source, filter, record_rate, stream, error) ||
        !leat_reserve_mark(committer->reserve, committer->id, error) ||
        !leat_database_execute(&committer->database, "COMMIT", "write", error)) {
        committer->id = 0;
        return leat_database_roll_back(&committer->database);
    }
    committer->stream = *stream;
    committer->stream.extradata = NULL;
    committer->stream.extradata_size = 0;
    return leat_rows_prepare(committer, error);
}

int64_t leat_committer_id(const LeatCommitter *committer)
{
    return committer->id;
}

const char *leat_committer_name(const LeatCommitter *committer)
{
    return committer->name;
}

int64_t leat_committer_batch_bytes(const LeatCommitter *committer)
{
    return committer->batch_bytes;
}

/* The sums as if nothing were in flight. */
static void settle(LeatLedger *ledger)
{
    ledger->captured = ledger->process.in + ledger->capture_lost;
    ledger->record.offered = ledger->record.stored + ledger->record.skipped + ledger->record.lost;
    ledger->present.offered = ledger->present.presented + ledger->present.replaced;
    ledger->predict.offered = ledger->predict.predicted + ledger->predict.replaced;
}

static bool commit(LeatCommitter *committer, const LeatBatch *batch, bool end, GError **error)
{
    LeatStoredTotals totals = committer->totals;
    LeatLedger given = batch->ledger_set ? batch->ledger : committer->given, ledger = given;

    if (!leat_database_execute(&committer->database, "BEGIN IMMEDIATE", "write", error))
        return false;
    if (!leat_rows_write_packets(committer, batch, &totals, error) ||
        !leat_rows_write_predictions(committer, batch, error))
        return leat_database_roll_back(&committer->database);
    ledger.record.stored = totals.stored;
    if (!end)
        settle(&ledger);
    if (!leat_rows_write_losses(committer, batch, error) ||
        !leat_rows_write_ledger(committer, &ledger, &totals, error))
        return leat_database_roll_back(&committer->database);
    if (end) {
        char *sql = g_strdup_printf(
            "UPDATE recording SET state = 'complete' WHERE id = %" G_GINT64_FORMAT, committer->id);
        bool done = leat_database_execute(&committer->database, sql, "write", error);

        g_free(sql);
        if (!done)
            return leat_database_roll_back(&committer->database);
    }
    if (!leat_database_execute(&committer->database, "COMMIT", "write", error))
        return leat_database_roll_back(&committer->database);
    committer->totals = totals;
    committer->given = given;
    committer->last_commit_ns = leat_clock_now_ns();
    return true;
}

bool leat_committer_commit(LeatCommitter *committer, const LeatBatch *batch, GError **error)
{
    return commit(committer, batch, false, error);
}

bool leat_committer_end(LeatCommitter *committer, const LeatBatch *batch, GError **error)
{
    leat_reserve_spend(committer->reserve);
    if (!commit(committer, batch, true, error))
        return false;
    /* Closing does this only for the last connection; a reader should not keep it from the disk.
     * What cannot be copied now, stays readable in the journal. */
    sqlite3_wal_checkpoint_v2(committer->database.db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    return true;
}

static int64_t size_of(const char *path, const char *suffix)
{
    char *name = g_strconcat(path, suffix, NULL);
    struct stat status;
    int64_t size = stat(name, &status) == 0 ? (int64_t)status.st_size : 0;

    g_free(name);
    return size;
}

LeatStoreProgress leat_committer_progress(const LeatCommitter *committer)
{
    const char *path = committer->database.path;
    struct statvfs disk;
    LeatStoreProgress progress = {
        .stored = committer->totals.stored,
        .bytes = committer->totals.bytes,
        .file_bytes = size_of(path, "") + size_of(path, "-wal"),
        .last_commit_ns = committer->last_commit_ns,
    };

    if (statvfs(path, &disk) == 0)
        progress.disk_free = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
    return progress;
}

void leat_committer_close(LeatCommitter *committer)
{
    if (!committer)
        return;
    leat_rows_finish(committer);
    leat_database_close(&committer->database);
    leat_reserve_close(committer->reserve);
    g_free(committer->name);
    g_free(committer);
}
