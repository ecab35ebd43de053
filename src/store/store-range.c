/* SPDX-License-Identifier: MIT */
#include "store/store-range.h"

#include "base/clock.h"
#include "base/error.h"
#include "store/recording.h"
#include "store/store-internal.h"

/* The numbers in the first row of a statement, which it finalizes; NULL is -1. */
static bool read_numbers(LeatStore *store, sqlite3_stmt *statement, int64_t *numbers, int count,
                         GError **error)
{
    int rc = sqlite3_step(statement);

    for (int i = 0; i < count; i++) {
        bool is_null = rc != SQLITE_ROW || sqlite3_column_type(statement, i) == SQLITE_NULL;

        numbers[i] = is_null ? -1 : sqlite3_column_int64(statement, i);
    }
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        leat_database_fail(&store->database, "read", error);
    sqlite3_finalize(statement);
    return rc == SQLITE_ROW || rc == SQLITE_DONE;
}

bool leat_store_frames_between(LeatStore *store, int64_t recording, int64_t first, int64_t last,
                               int64_t *first_there, int64_t *last_there, int64_t *count,
                               GError **error)
{
    sqlite3_stmt *statement = leat_database_prepare(
        &store->database,
        "SELECT min(seq), max(seq), count(*) FROM frame WHERE recording = ? AND seq BETWEEN ? AND ?",
        error);
    int64_t numbers[3];

    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, recording);
    sqlite3_bind_int64(statement, 2, first);
    sqlite3_bind_int64(statement, 3, last);
    if (!read_numbers(store, statement, numbers, 3, error))
        return false;
    *first_there = numbers[0];
    *last_there = numbers[1];
    *count = numbers[2];
    return true;
}

GArray *leat_store_frame_numbers(LeatStore *store, int64_t recording, int64_t first, int64_t last,
                                 GError **error)
{
    sqlite3_stmt *statement = leat_database_prepare(
        &store->database,
        "SELECT seq FROM frame WHERE recording = ? AND seq BETWEEN ? AND ? ORDER BY seq", error);
    GArray *numbers;
    int rc;

    if (!statement)
        return NULL;
    numbers = g_array_new(FALSE, FALSE, sizeof(int64_t));
    sqlite3_bind_int64(statement, 1, recording);
    sqlite3_bind_int64(statement, 2, first);
    sqlite3_bind_int64(statement, 3, last);
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
        int64_t seq = sqlite3_column_int64(statement, 0);

        g_array_append_val(numbers, seq);
    }
    if (rc != SQLITE_DONE)
        leat_database_fail(&store->database, "read", error);
    sqlite3_finalize(statement);
    if (rc == SQLITE_DONE)
        return numbers;
    g_array_unref(numbers);
    return NULL;
}

/* The recording's first pts and its time base. False with an error; `found` false when it has no
 * frames. */
static bool read_start(LeatStore *store, int64_t recording, int64_t *first_pts, LeatRational *base,
                       bool *found, GError **error)
{
    sqlite3_stmt *statement = leat_database_prepare(
        &store->database,
        "SELECT (SELECT count(*) FROM (SELECT 1 FROM frame WHERE recording = ?1 LIMIT 1)),"
        " (SELECT min(pts) FROM frame WHERE recording = ?1), time_base_num, time_base_den"
        " FROM recording WHERE id = ?1",
        error);
    int64_t numbers[4];

    *found = false;
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, recording);
    if (!read_numbers(store, statement, numbers, 4, error))
        return false;
    if (numbers[0] < 1)
        return true;
    if (numbers[2] < 1 || numbers[2] > INT32_MAX || numbers[3] < 1 || numbers[3] > INT32_MAX ||
        ABS(numbers[1]) > LEAT_TICKS_MAX)
        return leat_database_corrupt(&store->database, error,
                                     "recording %" G_GINT64_FORMAT " has no time base", recording);
    *found = true;
    *first_pts = numbers[1];
    *base = (LeatRational){(int)numbers[2], (int)numbers[3]};
    return true;
}

/* The first tick that is at or after `ns`, as whole nanoseconds are shown and compared. */
static int64_t tick_from(int64_t ns, LeatRational base)
{
    int64_t tick = leat_ns_to_ticks(ns, base) + 1;

    while (leat_ticks_to_ns(tick - 1, base) >= ns)
        tick--;
    while (leat_ticks_to_ns(tick, base) < ns)
        tick++;
    return CLAMP(tick, -LEAT_TICKS_MAX + 1, LEAT_TICKS_MAX - 1);
}

bool leat_store_range_at(LeatStore *store, int64_t recording, int64_t from_ns, int64_t to_ns,
                         int64_t *first, int64_t *last, GError **error)
{
    int64_t start = 0, numbers[2];
    LeatRational base = {0, 0};
    sqlite3_stmt *statement;
    bool found;

    *first = 0;
    *last = -1;
    if (!read_start(store, recording, &start, &base, &found, error))
        return false;
    if (!found || from_ns >= to_ns || from_ns >= LEAT_TICKS_MAX)
        return true;
    statement = leat_database_prepare(&store->database,
                                      "SELECT min(seq), max(seq) FROM frame"
                                      " WHERE recording = ? AND pts >= ? AND pts < ?",
                                      error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, recording);
    sqlite3_bind_int64(statement, 2, start + tick_from(from_ns, base));
    sqlite3_bind_int64(statement, 3,
                       to_ns >= LEAT_TICKS_MAX ? INT64_MAX : start + tick_from(to_ns, base));
    if (!read_numbers(store, statement, numbers, 2, error))
        return false;
    if (numbers[0] >= 0) {
        *first = numbers[0];
        *last = numbers[1];
    }
    return true;
}
