/* SPDX-License-Identifier: MIT */
#include "store/committer.h"

#include "base/clock.h"
#include "base/error.h"
#include "store/recording.h"
#include "store/reserve.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

typedef struct {
    int64_t stored, bytes;
    int64_t first_pts, last_pts, end_pts; /* of the stored frames */
} Totals;

struct LeatCommitter {
    LeatDatabase database;
    LeatReserve *reserve;
    int64_t batch_bytes;
    LeatLockedFunc locked;
    void *locked_data;

    /* From begin on. */
    int64_t id;
    char *name;
    LeatStreamInfo stream; /* without extradata */
    sqlite3_stmt *insert_frame, *replace_loss, *update_ledger;

    Totals totals;     /* committed */
    LeatLedger ledger; /* committed */
    int64_t last_commit_ns;
};

static void name_is_taken(const LeatCommitter *committer, const char *name, GError **error)
{
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_EXISTS,
                "%s has a recording '%s' already; choose another name", committer->database.path,
                name);
}

/* 1: there is one, 0: there is none, -1: error. */
static int has_name(const LeatCommitter *committer, const char *name, GError **error)
{
    sqlite3_stmt *statement = leat_database_prepare(
        &committer->database, "SELECT 1 FROM recording WHERE name = ?", error);
    int rc;

    if (!statement)
        return -1;
    sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
    rc = sqlite3_step(statement);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        leat_database_fail(&committer->database, "read", error);
    sqlite3_finalize(statement);
    return rc == SQLITE_ROW ? 1 : rc == SQLITE_DONE ? 0 : -1;
}

static bool roll_back(const LeatCommitter *committer)
{
    if (!sqlite3_get_autocommit(committer->database.db))
        sqlite3_exec(committer->database.db, "ROLLBACK", NULL, NULL, NULL);
    return false;
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
            return roll_back(committer);
    }
    return leat_database_execute(&committer->database, "COMMIT", "write", error) ||
           roll_back(committer);
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
    taken = name ? has_name(committer, name, error) : 0;
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
    int taken = 1;

    if (committer->name) {
        taken = has_name(committer, committer->name, error);
        if (taken > 0)
            name_is_taken(committer, committer->name, error);
        return taken == 0;
    }
    for (int64_t n = 1; taken > 0; n++) {
        char *name = g_strdup_printf("recording-%" G_GINT64_FORMAT, n);

        taken = has_name(committer, name, error);
        if (taken == 0)
            committer->name = name;
        else
            g_free(name);
    }
    return taken == 0;
}

static void bind_rational(sqlite3_stmt *statement, int column, LeatRational value)
{
    if (!leat_rational_is_set(value))
        return; /* NULL */
    sqlite3_bind_int(statement, column, value.num);
    sqlite3_bind_int(statement, column + 1, value.den);
}

static void bind_text(sqlite3_stmt *statement, int column, const char *text)
{
    sqlite3_bind_text(statement, column, text ? text : "", -1, SQLITE_STATIC);
}

/* Steps a statement that returns no rows. */
static bool run(const LeatCommitter *committer, sqlite3_stmt *statement, GError **error)
{
    int rc = sqlite3_step(statement);

    if (rc != SQLITE_DONE)
        leat_database_fail(&committer->database, "write", error);
    sqlite3_reset(statement);
    return rc == SQLITE_DONE;
}

static bool insert_recording(LeatCommitter *committer, const char *source, const char *filter,
                             LeatRational record_rate, const LeatStreamInfo *stream, GError **error)
{
    sqlite3_stmt *insert = leat_database_prepare(
        &committer->database,
        "INSERT INTO recording (name, state, source, filter, codec, pixel_format, width, height,"
        " color_range, color_space, color_primaries, color_transfer, sample_aspect_num,"
        " sample_aspect_den, time_base_num, time_base_den, rate_num, rate_den, record_rate_num,"
        " record_rate_den, extradata, started_wall_ns, leat_version) VALUES (?1, 'recording', ?2,"
        " ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,"
        " '" LEAT_VERSION "')",
        error);
    bool done;

    if (!insert)
        return false;
    bind_text(insert, 1, committer->name);
    bind_text(insert, 2, source);
    bind_text(insert, 3, filter);
    bind_text(insert, 4, stream->codec);
    bind_text(insert, 5, stream->pixel_format);
    sqlite3_bind_int(insert, 6, stream->width);
    sqlite3_bind_int(insert, 7, stream->height);
    sqlite3_bind_int(insert, 8, stream->color_range);
    sqlite3_bind_int(insert, 9, stream->color_space);
    sqlite3_bind_int(insert, 10, stream->color_primaries);
    sqlite3_bind_int(insert, 11, stream->color_transfer);
    bind_rational(insert, 12, stream->sample_aspect);
    bind_rational(insert, 14, stream->time_base);
    bind_rational(insert, 16, stream->rate);
    bind_rational(insert, 18, record_rate);
    if (stream->extradata_size > 0)
        sqlite3_bind_blob64(insert, 20, stream->extradata, stream->extradata_size, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 21, leat_clock_wall_ns());
    done = run(committer, insert, error);
    sqlite3_finalize(insert);
    committer->id = done ? sqlite3_last_insert_rowid(committer->database.db) : 0;
    return done;
}

static bool insert_ledger(LeatCommitter *committer, GError **error)
{
    char *sql =
        g_strdup_printf("INSERT INTO ledger VALUES (%" G_GINT64_FORMAT
                        ", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL)",
                        committer->id);
    bool done = leat_database_execute(&committer->database, sql, "write", error);

    g_free(sql);
    return done;
}

static bool prepare_statements(LeatCommitter *committer, GError **error)
{
    const LeatDatabase *database = &committer->database;

    committer->insert_frame =
        leat_database_prepare(database,
                              "INSERT INTO frame (recording, seq, captured_ns, wall_ns, pts, dts,"
                              " duration, key, data) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                              error);
    committer->replace_loss =
        committer->insert_frame
            ? leat_database_prepare(database,
                                    "INSERT OR REPLACE INTO loss VALUES (?, ?, ?, ?, ?, ?, ?, ?,"
                                    " ?)",
                                    error)
            : NULL;
    committer->update_ledger =
        committer->replace_loss
            ? leat_database_prepare(
                  database,
                  "UPDATE ledger SET captured = ?2, capture_lost = ?3, process_in = ?4,"
                  " process_out = ?5, process_lost = ?6, record_offered = ?7, record_stored = ?8,"
                  " record_skipped = ?9, record_lost = ?10, present_offered = ?11,"
                  " present_presented = ?12, present_replaced = ?13, predict_offered = ?14,"
                  " predict_predicted = ?15, predict_replaced = ?16, reconnects = ?17, bytes = ?18,"
                  " first_pts = ?19, last_pts = ?20, end_pts = ?21 WHERE recording = ?1",
                  error)
            : NULL;
    return committer->update_ledger != NULL;
}

bool leat_committer_begin(LeatCommitter *committer, const char *source, const char *filter,
                          LeatRational record_rate, const LeatStreamInfo *stream, GError **error)
{
    if (!leat_database_execute(&committer->database, "BEGIN IMMEDIATE", "write", error))
        return false;
    if (!find_name(committer, error) ||
        !insert_recording(committer, source, filter, record_rate, stream, error) ||
        !leat_reserve_mark(committer->reserve, committer->id, error) ||
        !insert_ledger(committer, error) ||
        !leat_database_execute(&committer->database, "COMMIT", "write", error)) {
        committer->id = 0;
        return roll_back(committer);
    }
    committer->stream = *stream;
    committer->stream.extradata = NULL;
    committer->stream.extradata_size = 0;
    return prepare_statements(committer, error);
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

static void add_to_totals(Totals *totals, const LeatPacket *packet, LeatRational rate)
{
    int64_t pts = packet->times.pts, duration = packet->duration;

    if (duration == 0 && leat_rational_is_set(rate))
        duration = leat_ns_to_ticks(LEAT_NS_PER_S * rate.den / rate.num, packet->times.time_base);
    if (totals->stored == 0) {
        totals->first_pts = totals->last_pts = pts;
        totals->end_pts = pts + duration;
    }
    totals->first_pts = MIN(totals->first_pts, pts);
    totals->last_pts = MAX(totals->last_pts, pts);
    totals->end_pts = MAX(totals->end_pts, pts + duration);
    totals->stored++;
    totals->bytes += (int64_t)packet->size;
}

static bool write_packets(LeatCommitter *committer, const LeatBatch *batch, Totals *totals,
                          GError **error)
{
    sqlite3_stmt *insert = committer->insert_frame;

    for (const LeatHeldPacket *held = batch->head; held; held = held->next) {
        const LeatPacket *packet = &held->packet;

        sqlite3_bind_int64(insert, 1, committer->id);
        sqlite3_bind_int64(insert, 2, packet->times.seq);
        sqlite3_bind_int64(insert, 3, packet->times.captured_ns);
        sqlite3_bind_int64(insert, 4, packet->times.wall_ns);
        sqlite3_bind_int64(insert, 5, packet->times.pts);
        sqlite3_bind_int64(insert, 6, packet->dts);
        sqlite3_bind_int64(insert, 7, packet->duration);
        sqlite3_bind_int(insert, 8, packet->key);
        sqlite3_bind_blob64(insert, 9, packet->data, packet->size, SQLITE_STATIC);
        if (!run(committer, insert, error))
            return false;
        add_to_totals(totals, packet, committer->stream.rate);
    }
    return true;
}

static bool write_losses(LeatCommitter *committer, const LeatBatch *batch, GError **error)
{
    sqlite3_stmt *replace = committer->replace_loss;

    for (guint i = 0; i < batch->losses->len; i++) {
        const LeatLoss *loss = &g_array_index(batch->losses, LeatLoss, i);

        sqlite3_bind_int64(replace, 1, committer->id);
        sqlite3_bind_int64(replace, 2, (int64_t)batch->from + i);
        bind_text(replace, 3, leat_loss_stage_name(loss->stage));
        bind_text(replace, 4, loss->reason);
        sqlite3_bind_int64(replace, 5, loss->first);
        sqlite3_bind_int64(replace, 6, loss->last);
        sqlite3_bind_int64(replace, 7, loss->count);
        sqlite3_bind_int64(replace, 8, loss->wall_ns);
        sqlite3_bind_int64(replace, 9, loss->duration_ns);
        if (!run(committer, replace, error))
            return false;
    }
    return true;
}

static bool write_ledger(LeatCommitter *committer, const LeatLedger *l, const Totals *totals,
                         GError **error)
{
    const int64_t figures[] = {
        committer->id,       l->captured,        l->capture_lost,      l->process.in,
        l->process.out,      l->process.lost,    l->record.offered,    l->record.stored,
        l->record.skipped,   l->record.lost,     l->present.offered,   l->present.presented,
        l->present.replaced, l->predict.offered, l->predict.predicted, l->predict.replaced,
        l->reconnects,       totals->bytes,      totals->first_pts,    totals->last_pts,
        totals->end_pts,
    };

    for (int i = 0; i < (int)G_N_ELEMENTS(figures); i++)
        sqlite3_bind_int64(committer->update_ledger, i + 1, figures[i]);
    if (totals->stored == 0)
        for (int column = 19; column <= 21; column++)
            sqlite3_bind_null(committer->update_ledger, column);
    return run(committer, committer->update_ledger, error);
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
    Totals totals = committer->totals;
    LeatLedger ledger = batch->ledger_set ? batch->ledger : committer->ledger;

    if (!leat_database_execute(&committer->database, "BEGIN IMMEDIATE", "write", error))
        return false;
    if (!write_packets(committer, batch, &totals, error))
        return roll_back(committer);
    ledger.record.stored = totals.stored;
    if (!end)
        settle(&ledger);
    if (!write_losses(committer, batch, error) || !write_ledger(committer, &ledger, &totals, error))
        return roll_back(committer);
    if (end) {
        char *sql = g_strdup_printf(
            "UPDATE recording SET state = 'complete' WHERE id = %" G_GINT64_FORMAT, committer->id);
        bool done = leat_database_execute(&committer->database, sql, "write", error);

        g_free(sql);
        if (!done)
            return roll_back(committer);
    }
    if (!leat_database_execute(&committer->database, "COMMIT", "write", error))
        return roll_back(committer);
    committer->totals = totals;
    committer->ledger = ledger;
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
    sqlite3_finalize(committer->insert_frame);
    sqlite3_finalize(committer->replace_loss);
    sqlite3_finalize(committer->update_ledger);
    leat_database_close(&committer->database);
    leat_reserve_close(committer->reserve);
    g_free(committer->name);
    g_free(committer);
}
