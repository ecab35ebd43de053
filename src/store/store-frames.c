/* SPDX-License-Identifier: MIT */
#include "store/store-frames.h"

#include "store/recording.h"
#include "store/store-internal.h"

#define COLUMNS                                                                       \
    "SELECT f.seq, f.captured_ns, f.wall_ns, f.pts, r.time_base_num, r.time_base_den" \
    " FROM frame f JOIN recording r ON r.id = f.recording WHERE f.recording = ?1 AND "

static const char *const queries[] = {
    [LEAT_FRAME_FROM] = COLUMNS "f.seq >= ?2 ORDER BY f.seq LIMIT 1",
    [LEAT_FRAME_UP_TO] = COLUMNS "f.seq <= ?2 ORDER BY f.seq DESC LIMIT 1",
};

static bool read_times(LeatStore *store, sqlite3_stmt *row, LeatFrameTimes *times, GError **error)
{
    int64_t num = sqlite3_column_int64(row, 4), den = sqlite3_column_int64(row, 5);

    *times = (LeatFrameTimes){
        .seq = sqlite3_column_int64(row, 0),
        .captured_ns = sqlite3_column_int64(row, 1),
        .wall_ns = sqlite3_column_int64(row, 2),
        .pts = sqlite3_column_int64(row, 3),
        .time_base = {(int)num, (int)den},
    };
    if (times->seq >= 0 && ABS(times->pts) <= LEAT_TICKS_MAX && num > 0 && num <= INT32_MAX &&
        den > 0 && den <= INT32_MAX)
        return true;
    return leat_database_corrupt(&store->database, error,
                                 "frame %" G_GINT64_FORMAT " has impossible values", times->seq);
}

bool leat_store_frame_near(LeatStore *store, int64_t recording, int64_t seq, LeatFrameWhich which,
                           LeatFrameTimes *times, bool *got, GError **error)
{
    sqlite3_stmt *statement = leat_database_prepare(&store->database, queries[which], error);
    bool good = false;
    int rc;

    *got = false;
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, recording);
    sqlite3_bind_int64(statement, 2, seq);
    rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW)
        good = *got = read_times(store, statement, times, error);
    else if (rc == SQLITE_DONE)
        good = true;
    else
        leat_database_fail(&store->database, "read", error);
    sqlite3_finalize(statement);
    return good;
}
