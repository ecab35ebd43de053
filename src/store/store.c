/* SPDX-License-Identifier: MIT */
#include "store/store.h"

#include "base/error.h"
#include "store/recording.h"
#include "store/store-internal.h"

#include <stdlib.h>
#include <string.h>

static void interrupt(void *data)
{
    sqlite3_interrupt(data);
}

/* SQLite forgets an interrupt that comes between two statements. It remembers it as long as any
 * statement runs, so this one, which reads nothing and holds nothing, runs all the time. */
static bool listen_to_cancel(LeatStore *store, GError **error)
{
    store->guard = leat_database_prepare(&store->database, "SELECT 1 UNION ALL SELECT 2", error);
    if (!store->guard)
        return false;
    if (sqlite3_step(store->guard) != SQLITE_ROW)
        return leat_database_fail(&store->database, "open", error);
    store->interrupt.wake = interrupt;
    store->interrupt.data = store->database.db;
    leat_cancel_add_listener(store->cancel, &store->interrupt);
    return true;
}

LeatStore *leat_store_open(const char *path, LeatCancel *cancel, GError **error)
{
    LeatStore *store = g_new0(LeatStore, 1);

    store->cancel = cancel ? leat_cancel_ref(cancel) : NULL;
    if (leat_cancel_check(cancel, error) &&
        leat_database_open_for_reading(&store->database, path, cancel, error) &&
        (!cancel || listen_to_cancel(store, error)))
        return store;
    leat_store_close(store);
    return NULL;
}

void leat_store_close(LeatStore *store)
{
    if (!store)
        return;
    if (store->interrupt.wake)
        leat_cancel_remove_listener(store->cancel, &store->interrupt);
    sqlite3_finalize(store->guard);
    leat_database_close(&store->database);
    if (store->cancel)
        leat_cancel_unref(store->cancel);
    g_free(store);
}

static bool settle_states(LeatStore *store, GPtrArray *recordings, GError **error)
{
    for (guint i = 0; i < recordings->len; i++)
        if (!leat_recording_settle_state(&store->database, recordings->pdata[i], error))
            return false;
    return true;
}

static void free_recording(gpointer recording)
{
    leat_recording_free(recording);
}

/* All rows of a statement of leat_recording_query, which it finalizes. NULL is passed on. */
static GPtrArray *read_recordings(LeatStore *store, sqlite3_stmt *statement, GError **error)
{
    GPtrArray *recordings = g_ptr_array_new_with_free_func(free_recording);
    int rc = SQLITE_ERROR;
    bool read = statement != NULL;

    while (read && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
        LeatRecording *recording = leat_recording_read(&store->database, statement, error);

        if (recording)
            g_ptr_array_add(recordings, recording);
        read = recording != NULL;
    }
    if (read && rc != SQLITE_DONE)
        read = leat_database_fail(&store->database, "read", error);
    sqlite3_finalize(statement);
    if (read && settle_states(store, recordings, error))
        return recordings;
    g_ptr_array_unref(recordings);
    return NULL;
}

GPtrArray *leat_store_list(LeatStore *store, GError **error)
{
    char *query = g_strconcat(leat_recording_query, "ORDER BY r.id", NULL);
    sqlite3_stmt *statement = leat_database_prepare(&store->database, query, error);

    g_free(query);
    return read_recordings(store, statement, error);
}

/* "no recording 'x' in FILE; it has 'a', 'b'". */
static void set_not_found(LeatStore *store, const char *wanted, GError **error)
{
    sqlite3_stmt *statement = leat_database_prepare(
        &store->database, "SELECT name FROM recording ORDER BY id DESC LIMIT 21", error);
    GString *names = g_string_new(NULL);
    int count = 0;

    if (!statement) {
        g_string_free(names, TRUE);
        return;
    }
    while (sqlite3_step(statement) == SQLITE_ROW && ++count <= 20)
        g_string_append_printf(names, "%s'%s'", count > 1 ? ", " : "",
                               (const char *)sqlite3_column_text(statement, 0));
    if (count > 20)
        g_string_append(names, " and more (see 'leat list')");
    sqlite3_finalize(statement);
    if (count > 0)
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND, "no recording '%s' in %s; it has %s",
                    wanted, store->database.path, names->str);
    else
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND,
                    "no recording '%s' in %s: it has none at all", wanted, store->database.path);
    g_string_free(names, TRUE);
}

LeatRecording *leat_store_find(LeatStore *store, const char *id_or_name, GError **error)
{
    char *query = g_strconcat(leat_recording_query,
                              "WHERE r.name = ?1 OR CAST(r.id AS TEXT) = ?1 ORDER BY r.id", NULL);
    sqlite3_stmt *statement = leat_database_prepare(&store->database, query, error);
    GPtrArray *recordings;
    LeatRecording *found = NULL;

    g_free(query);
    if (statement)
        leat_statement_bind_text(statement, 1, id_or_name);
    recordings = read_recordings(store, statement, error);
    if (!recordings)
        return NULL;
    if (recordings->len > 0)
        found = g_ptr_array_steal_index(recordings, 0);
    else
        set_not_found(store, id_or_name, error);
    g_ptr_array_unref(recordings);
    return found;
}

LeatRecording *leat_store_find_id(LeatStore *store, int64_t id, GError **error)
{
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, id);

    return leat_store_find(store, text, error);
}

static bool read_loss(LeatStore *store, sqlite3_stmt *row, LeatLoss *loss, GError **error)
{
    const char *stage = (const char *)sqlite3_column_text(row, 0);
    const char *reason = (const char *)sqlite3_column_text(row, 1);

    *loss = (LeatLoss){
        .first = sqlite3_column_int64(row, 2),
        .last = sqlite3_column_int64(row, 3),
        .count = sqlite3_column_int64(row, 4),
        .wall_ns = sqlite3_column_int64(row, 5),
        .duration_ns = sqlite3_column_int64(row, 6),
    };
    if (!stage || !reason || !leat_loss_stage_parse(stage, &loss->stage) ||
        !g_utf8_validate(reason, -1, NULL))
        return leat_database_corrupt(&store->database, error,
                                     "the stage or reason of a loss is not one");
    g_strlcpy(loss->reason, reason, sizeof(loss->reason));
    return true;
}

GArray *leat_store_losses(LeatStore *store, int64_t recording, GError **error)
{
    sqlite3_stmt *statement =
        leat_database_prepare(&store->database,
                              "SELECT stage, reason, first_seq, last_seq, count, wall_ns, "
                              "duration_ns FROM loss WHERE recording = ? ORDER BY n",
                              error);
    GArray *losses = g_array_new(FALSE, FALSE, sizeof(LeatLoss));
    bool read = statement && sqlite3_bind_int64(statement, 1, recording) == SQLITE_OK;
    int rc = SQLITE_ERROR;

    while (read && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
        LeatLoss loss;

        read = read_loss(store, statement, &loss, error);
        if (read)
            g_array_append_val(losses, loss);
    }
    if (read && rc != SQLITE_DONE)
        read = leat_database_fail(&store->database, "read", error);
    sqlite3_finalize(statement);
    if (read)
        return losses;
    g_array_unref(losses);
    return NULL;
}
