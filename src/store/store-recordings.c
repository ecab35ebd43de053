/* SPDX-License-Identifier: MIT */
#include "store/store-recordings.h"

#include "base/error.h"
#include "store/recording.h"
#include "store/store-edit-internal.h"

/* Of a transaction. Deleting so much takes some tens of ms. */
#define STEP_BYTES ((int64_t)8 * 1024 * 1024)
#define STEP_FRAMES 512

bool leat_store_check_name(const char *name, GError **error)
{
    return leat_recording_check_name(name, error);
}

/* The recording, if it may be changed. */
static LeatRecording *find_ended(LeatStore *store, int64_t id, const char *doing, GError **error)
{
    char *text = g_strdup_printf("%" G_GINT64_FORMAT, id);
    LeatRecording *recording = leat_store_find(store, text, error);

    g_free(text);
    if (!recording || recording->state != LEAT_RECORDING_ACTIVE)
        return recording;
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_BUSY,
                "cannot %s recording %s in %s: it is being recorded; stop it first", doing,
                recording->name, store->database.path);
    leat_recording_free(recording);
    return NULL;
}

/* Runs SQL that returns no rows, with up to six numbers as ?1, ?2, ... */
static bool run_with(LeatStore *store, const char *sql, const int64_t *numbers, int count,
                     GError **error)
{
    sqlite3_stmt *statement = leat_database_prepare(&store->database, sql, error);
    bool done;

    if (!statement)
        return false;
    for (int i = 0; i < count; i++)
        sqlite3_bind_int64(statement, i + 1, numbers[i]);
    done = leat_statement_run(&store->database, statement, error);
    sqlite3_finalize(statement);
    return done;
}

typedef struct {
    int64_t recording;
    const char *name;
} Rename;

/* 1: by another recording, 0: it is free, -1: error. */
static int is_taken(LeatStore *store, const Rename *request, GError **error)
{
    sqlite3_stmt *statement = leat_database_prepare(
        &store->database, "SELECT 1 FROM recording WHERE name = ? AND id <> ?", error);

    if (!statement)
        return -1;
    leat_statement_bind_text(statement, 1, request->name);
    sqlite3_bind_int64(statement, 2, request->recording);
    return leat_statement_has_row(&store->database, statement, error);
}

static bool rename_it(LeatStore *store, void *data, GError **error)
{
    const Rename *request = data;
    sqlite3_stmt *statement;
    int taken = is_taken(store, request, error);
    bool done;

    if (taken > 0)
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_EXISTS,
                    "%s has a recording '%s' already; choose another name", store->database.path,
                    request->name);
    if (taken != 0)
        return false;
    statement = leat_database_prepare(&store->database,
                                      "UPDATE recording SET name = ? WHERE id = ?", error);
    if (!statement)
        return false;
    leat_statement_bind_text(statement, 1, request->name);
    sqlite3_bind_int64(statement, 2, request->recording);
    done = leat_statement_run(&store->database, statement, error);
    sqlite3_finalize(statement);
    return done;
}

bool leat_store_rename(LeatStore *store, int64_t recording, const char *name, GError **error)
{
    Rename request = {recording, name};
    LeatRecording *found;

    if (!leat_store_check_name(name, error))
        return false;
    found = find_ended(store, recording, "rename", error);
    if (!found)
        return false;
    leat_recording_free(found);
    return leat_store_change(store, rename_it, &request, error);
}

/* The last frames in the order of storing. */
typedef struct {
    int64_t recording, most;
    int64_t first_id, first_seq, last_seq, count, bytes;
} Tail;

static bool find_tail(LeatStore *store, Tail *tail, GError **error)
{
    sqlite3_stmt *statement = leat_database_prepare(
        &store->database,
        "SELECT min(id), min(seq), max(seq), count(*), sum(size) FROM"
        " (SELECT id, seq, length(data) AS size FROM frame INDEXED BY frame_order"
        " WHERE recording = ?1 ORDER BY id DESC LIMIT ?2)",
        error);
    int rc;

    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, tail->recording);
    sqlite3_bind_int64(statement, 2, tail->most);
    rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW) {
        tail->first_id = sqlite3_column_int64(statement, 0);
        tail->first_seq = sqlite3_column_int64(statement, 1);
        tail->last_seq = sqlite3_column_int64(statement, 2);
        tail->count = sqlite3_column_int64(statement, 3);
        tail->bytes = sqlite3_column_int64(statement, 4);
    } else {
        leat_database_fail(&store->database, "read", error);
    }
    sqlite3_finalize(statement);
    return rc == SQLITE_ROW;
}

/* The row of the loss grows with each step. */
static const char grow_loss[] =
    "UPDATE loss SET first_seq = min(first_seq, ?2), last_seq = max(last_seq, ?3),"
    " count = count + ?4 WHERE recording = ?1 AND stage = 'record' AND reason = 'deleted'";
static const char begin_loss[] =
    "INSERT INTO loss SELECT ?1, coalesce(max(n), -1) + 1, 'record', 'deleted', ?2, ?3, ?4,"
    " CAST(unixepoch() AS INTEGER) * 1000000000, 0 FROM loss WHERE recording = ?1";
static const char settle_ledger[] =
    "UPDATE ledger SET record_stored = record_stored - ?2, record_lost = record_lost + ?2,"
    " bytes = bytes - ?3,"
    " first_pts = (SELECT min(pts) FROM frame WHERE recording = ?1),"
    " last_pts = (SELECT max(pts) FROM frame WHERE recording = ?1),"
    " end_pts = (SELECT pts + duration FROM frame WHERE recording = ?1 ORDER BY pts DESC LIMIT 1)"
    " WHERE recording = ?1";

static bool tell_loss(LeatStore *store, const Tail *tail, GError **error)
{
    const int64_t loss[] = {tail->recording, tail->first_seq, tail->last_seq, tail->count};
    const int64_t sums[] = {tail->recording, tail->count, tail->bytes};

    return run_with(store, grow_loss, loss, 4, error) &&
           (sqlite3_changes(store->database.db) > 0 ||
            run_with(store, begin_loss, loss, 4, error)) &&
           run_with(store, settle_ledger, sums, 3, error);
}

static bool delete_tail(LeatStore *store, void *data, GError **error)
{
    Tail *tail = data;
    int64_t from_id[2], from_seq[2];

    if (!find_tail(store, tail, error))
        return false;
    from_id[0] = from_seq[0] = tail->recording;
    from_id[1] = tail->first_id;
    from_seq[1] = tail->first_seq;
    if (tail->count < tail->most) /* all that is left */
        return run_with(store, "DELETE FROM recording WHERE id = ?1", from_id, 1, error);
    return run_with(store, "DELETE FROM frame WHERE recording = ?1 AND id >= ?2", from_id, 2,
                    error) &&
           run_with(store, "DELETE FROM prediction WHERE recording = ?1 AND seq >= ?2", from_seq, 2,
                    error) &&
           run_with(store, "DELETE FROM model_sample WHERE recording = ?1 AND seq >= ?2", from_seq,
                    2, error) &&
           tell_loss(store, tail, error);
}

bool leat_store_delete_some(LeatStore *store, int64_t recording, int64_t *left, GError **error)
{
    LeatRecording *found = find_ended(store, recording, "delete", error);
    Tail tail = {.recording = recording};

    if (!found)
        return false;
    tail.most = CLAMP(STEP_BYTES / MAX(found->bytes / MAX(found->frames, 1), 1), 1, STEP_FRAMES);
    *left = found->frames;
    leat_recording_free(found);
    /* Erased where that costs no more writing; or deleting would write as much as recording did. */
    if (!leat_database_execute(&store->database, "PRAGMA secure_delete = FAST", "write", error) ||
        !leat_store_change(store, delete_tail, &tail, error))
        return false;
    *left = tail.count < tail.most ? 0 : MAX(*left - tail.count, 1);
    return true;
}
