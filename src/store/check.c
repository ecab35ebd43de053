/* SPDX-License-Identifier: MIT */
/* Whatever a file says is doubted here; what is found is told in sentences. */
#include "store/store.h"

#include "base/error.h"
#include "store/check-learning.h"
#include "store/recording.h"
#include "store/store-internal.h"
#include "store/store-job.h"

#include <stdarg.h>
#include <string.h>

/* Of one kind, and of the database itself; a thousand alike help nobody. */
#define MOST_FAULTS 10

typedef struct {
    LeatStore *store;
    GPtrArray *faults;
    bool all; /* recordings, and not one that the caller named */
    const LeatRecording *recording;
    int count; /* faults told of this kind */
} Check;

static void fault(Check *check, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void fault(Check *check, const char *format, ...)
{
    va_list arguments;
    char *text;

    if (check->count++ > MOST_FAULTS)
        return;
    if (check->count > MOST_FAULTS) {
        g_ptr_array_add(check->faults, g_strdup("and more of that kind"));
        return;
    }
    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    if (check->recording) {
        g_ptr_array_add(check->faults,
                        g_strdup_printf("recording '%s': %s", check->recording->name, text));
        g_free(text);
    } else {
        g_ptr_array_add(check->faults, text);
    }
}

/* Damage is what a check looks for, so it is a fault and not a failure. */
static bool tell_damage(Check *check, GError *cause, GError **error)
{
    if (!g_error_matches(cause, LEAT_ERROR, LEAT_ERROR_CORRUPT)) {
        g_propagate_error(error, cause);
        return false;
    }
    check->count = 0;
    fault(check, "%s", cause->message);
    g_error_free(cause);
    return true;
}

/* Each row of `sql`, whose ?1 is the recording, to `look`. */
static bool for_each(Check *check, const char *sql, void (*look)(Check *, sqlite3_stmt *),
                     GError **error)
{
    const LeatDatabase *database = &check->store->database;
    GError *cause = NULL;
    sqlite3_stmt *statement = leat_database_prepare(database, sql, &cause);
    int rc = SQLITE_ERROR;

    check->count = 0;
    if (!statement)
        return tell_damage(check, cause, error);
    if (check->recording && sqlite3_bind_parameter_count(statement) > 0)
        sqlite3_bind_int64(statement, 1, check->recording->id);
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW)
        look(check, statement);
    if (rc != SQLITE_DONE)
        leat_database_fail(database, "check", &cause);
    sqlite3_finalize(statement);
    return rc == SQLITE_DONE || tell_damage(check, cause, error);
}

static void look_at_integrity(Check *check, sqlite3_stmt *row)
{
    const char *text = (const char *)sqlite3_column_text(row, 0);

    if (g_strcmp0(text, "ok") != 0)
        fault(check, "the database is damaged: %s", text ? text : "no reason given");
}

static void look_at_reference(Check *check, sqlite3_stmt *row)
{
    fault(check, "a row of table '%s' belongs to no %s", (const char *)sqlite3_column_text(row, 0),
          (const char *)sqlite3_column_text(row, 2));
}

static bool check_database(Check *check, GError **error)
{
    return for_each(check, "PRAGMA integrity_check(10)", look_at_integrity, error) &&
           for_each(check, "PRAGMA foreign_key_check", look_at_reference, error);
}

typedef struct {
    int64_t frames, bytes, keys;
    int64_t seq, pts, dts;
    int64_t first_pts, last_pts;
} Walk;

typedef struct {
    Check check; /* first: for_each hands it on */
    Walk walk;
} FrameCheck;

static bool is_integer(sqlite3_stmt *row, int column)
{
    return sqlite3_column_type(row, column) == SQLITE_INTEGER;
}

/* In the order of storing: seq, pts, dts, duration, key, length(data), typeof(data). */
static void look_at_frame(Check *check, sqlite3_stmt *row)
{
    Walk *walk = &((FrameCheck *)check)->walk;
    int64_t seq = sqlite3_column_int64(row, 0), pts = sqlite3_column_int64(row, 1);
    int64_t dts = sqlite3_column_int64(row, 2), duration = sqlite3_column_int64(row, 3);
    int64_t key = sqlite3_column_int64(row, 4), size = sqlite3_column_int64(row, 5);

    for (int column = 0; column < 5; column++)
        if (!is_integer(row, column))
            fault(check, "frame %" G_GINT64_FORMAT " has a '%s' that is no number", seq,
                  sqlite3_column_name(row, column));
    if (seq < 0)
        fault(check, "frame %" G_GINT64_FORMAT " has a negative number", seq);
    if (g_strcmp0((const char *)sqlite3_column_text(row, 6), "blob") != 0 || size < 1 ||
        size > LEAT_PACKET_BYTES)
        fault(check, "frame %" G_GINT64_FORMAT " has a packet of %" G_GINT64_FORMAT " bytes", seq,
              size);
    if (ABS(pts) > LEAT_TICKS_MAX || ABS(dts) > LEAT_TICKS_MAX || duration < 0 ||
        duration > LEAT_TICKS_MAX)
        fault(check, "frame %" G_GINT64_FORMAT " has an impossible time", seq);
    if (key != 0 && key != 1)
        fault(check, "frame %" G_GINT64_FORMAT " is neither a key frame nor none", seq);
    if (walk->frames == 0 && key != 1)
        fault(check, "its first frame, %" G_GINT64_FORMAT ", is no key frame", seq);
    if (walk->frames > 0 && dts <= walk->dts)
        fault(check,
              "frame %" G_GINT64_FORMAT " is to be decoded at %" G_GINT64_FORMAT
              ", not after the one stored before it (%" G_GINT64_FORMAT ")",
              seq, dts, walk->dts);
    if (walk->frames == 0 || pts < walk->first_pts)
        walk->first_pts = pts;
    if (walk->frames == 0 || pts > walk->last_pts)
        walk->last_pts = pts;
    walk->dts = dts;
    walk->frames++;
    if (size > 0 && walk->bytes <= LEAT_TICKS_MAX)
        walk->bytes += size;
}

/* In the order of showing: seq, pts. */
static void look_at_order(Check *check, sqlite3_stmt *row)
{
    Walk *walk = &((FrameCheck *)check)->walk;
    int64_t seq = sqlite3_column_int64(row, 0), pts = sqlite3_column_int64(row, 1);

    if (walk->frames++ > 0 && pts <= walk->pts)
        fault(check,
              "frame %" G_GINT64_FORMAT " is to be shown at %" G_GINT64_FORMAT
              ", not after frame %" G_GINT64_FORMAT " (%" G_GINT64_FORMAT ")",
              seq, pts, walk->seq, walk->pts);
    walk->seq = seq;
    walk->pts = pts;
}

static bool check_frames(Check *check, GError **error)
{
    FrameCheck frames = {.check = *check};
    const LeatRecording *recording = check->recording;

    if (!for_each(&frames.check, "SELECT seq, pts FROM frame WHERE recording = ?1 ORDER BY seq",
                  look_at_order, error))
        return false;
    frames.walk = (Walk){0};
    if (!for_each(&frames.check,
                  "SELECT seq, pts, dts, duration, key, length(data), typeof(data) FROM frame"
                  " INDEXED BY frame_order WHERE recording = ?1 ORDER BY id",
                  look_at_frame, error))
        return false;
    check->count = 0;
    if (frames.walk.frames != recording->frames)
        fault(check,
              "its ledger says %" G_GINT64_FORMAT " frames stored, and there are %" G_GINT64_FORMAT,
              recording->frames, frames.walk.frames);
    if (frames.walk.bytes != recording->bytes)
        fault(check,
              "its ledger says %" G_GINT64_FORMAT " bytes stored, and there are %" G_GINT64_FORMAT,
              recording->bytes, frames.walk.bytes);
    if (frames.walk.frames > 0 && (frames.walk.first_pts != recording->first_pts ||
                                   frames.walk.last_pts != recording->last_pts))
        fault(check,
              "its ledger says it goes from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
              " ticks, and its frames go from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT,
              recording->first_pts, recording->last_pts, frames.walk.first_pts,
              frames.walk.last_pts);
    return true;
}

typedef struct {
    Check check; /* first */
    int64_t n;
    int64_t sums[3];
} LossCheck;

/* n, stage, reason, first_seq, last_seq, count, duration_ns */
static void look_at_loss(Check *check, sqlite3_stmt *row)
{
    LossCheck *losses = (LossCheck *)check;
    int64_t n = sqlite3_column_int64(row, 0), first = sqlite3_column_int64(row, 3);
    int64_t last = sqlite3_column_int64(row, 4), count = sqlite3_column_int64(row, 5);
    const char *stage_name = (const char *)sqlite3_column_text(row, 1);
    LeatLossStage stage;

    if (n != losses->n)
        fault(check, "loss %" G_GINT64_FORMAT " is missing", losses->n);
    losses->n = n == INT64_MAX ? n : n + 1;
    if (!stage_name || !leat_loss_stage_parse(stage_name, &stage)) {
        fault(check, "loss %" G_GINT64_FORMAT " is at no stage that there is", n);
        return;
    }
    if (sqlite3_column_type(row, 2) != SQLITE_TEXT || !sqlite3_column_bytes(row, 2))
        fault(check, "loss %" G_GINT64_FORMAT " has no reason", n);
    if (first < 0 || last < first || count < 0 || count > LEAT_TICKS_MAX ||
        (uint64_t)count > (uint64_t)last - (uint64_t)first + 1)
        fault(check,
              "loss %" G_GINT64_FORMAT " is of %" G_GINT64_FORMAT " frames from %" G_GINT64_FORMAT
              " to %" G_GINT64_FORMAT ", which cannot be",
              n, count, first, last);
    else if (losses->sums[stage] <= LEAT_TICKS_MAX)
        losses->sums[stage] += count;
    if (sqlite3_column_int64(row, 6) < 0)
        fault(check, "loss %" G_GINT64_FORMAT " has a negative length", n);
}

static void look_at_stored_loss(Check *check, sqlite3_stmt *row)
{
    int64_t seq = sqlite3_column_int64(row, 0), n = sqlite3_column_int64(row, 1);

    fault(check, "frame %" G_GINT64_FORMAT " is stored, and loss %" G_GINT64_FORMAT " has it too",
          seq, n);
}

static void compare_loss(Check *check, LeatLossStage stage, int64_t ledger, int64_t rows)
{
    if (ledger != rows)
        fault(check,
              "its ledger says %" G_GINT64_FORMAT " frames lost at %s, and its losses add up to "
              "%" G_GINT64_FORMAT,
              ledger, leat_loss_stage_name(stage), rows);
}

static bool check_losses(Check *check, GError **error)
{
    LossCheck losses = {.check = *check};
    const LeatLedger *ledger = &check->recording->ledger;

    if (!for_each(&losses.check,
                  "SELECT n, stage, reason, first_seq, last_seq, count, duration_ns FROM loss"
                  " WHERE recording = ?1 ORDER BY n",
                  look_at_loss, error))
        return false;
    check->count = 0;
    compare_loss(check, LEAT_STAGE_CAPTURE, ledger->capture_lost, losses.sums[LEAT_STAGE_CAPTURE]);
    compare_loss(check, LEAT_STAGE_PROCESS, ledger->process.lost, losses.sums[LEAT_STAGE_PROCESS]);
    compare_loss(check, LEAT_STAGE_RECORD, ledger->record.lost, losses.sums[LEAT_STAGE_RECORD]);
    /* Only here are numbers sure to be those of frames as they would have been stored: a filter
     * may give numbers of its own after the stages before. */
    return for_each(check,
                    "SELECT f.seq, l.n FROM loss l JOIN frame f ON f.recording = l.recording"
                    " AND f.seq BETWEEN l.first_seq AND l.last_seq"
                    " WHERE l.recording = ?1 AND l.stage = 'record'"
                    " AND l.count = l.last_seq - l.first_seq + 1",
                    look_at_stored_loss, error);
}

static void check_ledger(Check *check)
{
    const LeatRecording *recording = check->recording;
    const LeatLedger *ledger = &recording->ledger;
    char *imbalance = leat_ledger_imbalance(ledger);

    check->count = 0;
    if (imbalance)
        fault(check, "its ledger does not balance: %s", imbalance);
    g_free(imbalance);
    if (recording->state == LEAT_RECORDING_COMPLETE &&
        ledger->record.offered != ledger->process.out)
        fault(check,
              "its ledger does not balance: %" G_GINT64_FORMAT " frames left the process stage, "
              "and %" G_GINT64_FORMAT " were offered to the record stage",
              ledger->process.out, ledger->record.offered);
}

/* In one transaction, so that all is seen as of one commit. */
static bool check_recording(Check *check, int64_t id, GError **error)
{
    const LeatDatabase *database = &check->store->database;
    char *query = g_strdup_printf("%sWHERE r.id = %" G_GINT64_FORMAT, leat_recording_query, id);
    GError *cause = NULL;
    sqlite3_stmt *statement = leat_database_prepare(database, query, &cause);
    LeatRecording *recording = NULL;
    bool done;

    g_free(query);
    if (statement) {
        int rc = sqlite3_step(statement);

        if (rc == SQLITE_ROW)
            recording = leat_recording_read(database, statement, &cause);
        else if (rc != SQLITE_DONE)
            leat_database_fail(database, "check", &cause);
        else if (check->all)
            leat_database_corrupt(database, &cause,
                                  "recording %" G_GINT64_FORMAT " is listed but not there", id);
        else
            g_set_error(&cause, LEAT_ERROR, LEAT_ERROR_NOT_FOUND,
                        "no recording %" G_GINT64_FORMAT " in %s", id, database->path);
        sqlite3_finalize(statement);
    }
    if (!recording)
        return tell_damage(check, cause, error);
    check->recording = recording;
    check_ledger(check);
    done = check_frames(check, error) && check_losses(check, error);
    check->recording = NULL;
    leat_recording_free(recording);
    return done;
}

static bool in_transaction(Check *check, int64_t id, GError **error)
{
    const LeatDatabase *database = &check->store->database;
    bool done;

    if (!leat_database_execute(database, "BEGIN", "check", error))
        return false;
    done = check_recording(check, id, error);
    sqlite3_exec(database->db, "ROLLBACK", NULL, NULL, NULL);
    return done;
}

static bool check_jobs(Check *check, GError **error)
{
    GError *cause = NULL;
    GPtrArray *jobs = leat_store_jobs(check->store, &cause);

    if (!jobs)
        return tell_damage(check, cause, error);
    g_ptr_array_unref(jobs);
    return true;
}

typedef struct {
    Check check; /* first */
    GArray *ids;
} IdList;

static void collect_id(Check *check, sqlite3_stmt *row)
{
    int64_t id = sqlite3_column_int64(row, 0);

    g_array_append_val(((IdList *)check)->ids, id);
}

bool leat_store_check(LeatStore *store, int64_t recording, GPtrArray *faults, GError **error)
{
    Check check = {.store = store, .faults = faults, .all = recording < 0};
    GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
    bool done = leat_cancel_check(store->cancel, error) && check_database(&check, error);

    if (recording >= 0) {
        g_array_append_val(ids, recording);
    } else if (done) {
        IdList list = {.check = check, .ids = ids};

        done = check_jobs(&check, error) &&
               for_each(&list.check, "SELECT id FROM recording ORDER BY id", collect_id, error);
    }
    done = done && (!check.all || leat_store_check_learning(store, faults, error));
    for (guint i = 0; done && i < ids->len; i++)
        done = in_transaction(&check, g_array_index(ids, int64_t, i), error);
    g_array_unref(ids);
    return done;
}
