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

/* The number of the first frame captured at or after `ns`; one more than the last frame's when none
 * was. The recording's frames are numbered low..high. */
static bool first_captured_from(LeatStore *store, int64_t recording, int64_t ns, int64_t low,
                                int64_t high, int64_t *seq, GError **error)
{
    int64_t end = high + 1;

    while (low < end) {
        int64_t middle = low + (end - low) / 2;
        LeatFrameTimes times;
        bool got;

        if (!leat_store_frame_near(store, recording, middle, LEAT_FRAME_FROM, &times, &got, error))
            return false;
        if (!got || times.captured_ns >= ns)
            end = middle;
        else
            low = times.seq + 1;
    }
    *seq = low;
    return true;
}

/* The lowest and the highest number that the recording has. */
static bool find_bounds(LeatStore *store, int64_t recording, int64_t *low, int64_t *high, bool *got,
                        GError **error)
{
    LeatFrameTimes times = {0};

    if (!leat_store_frame_near(store, recording, 0, LEAT_FRAME_FROM, &times, got, error))
        return false;
    *low = times.seq;
    if (!*got)
        return true;
    if (!leat_store_frame_near(store, recording, INT64_MAX, LEAT_FRAME_UP_TO, &times, got, error))
        return false;
    *high = times.seq;
    return true;
}

bool leat_store_frames_captured(LeatStore *store, int64_t recording, int64_t from_ns, int64_t to_ns,
                                int64_t *first, int64_t *last, GError **error)
{
    int64_t low = 0, high = -1, from = 0, to = 0;
    LeatFrameTimes begin = {0}, end = {0};
    bool got, got_first, got_last;

    *first = 0;
    *last = -1;
    if (!find_bounds(store, recording, &low, &high, &got, error))
        return false;
    if (!got || from_ns >= to_ns)
        return true;
    if (!first_captured_from(store, recording, from_ns, low, high, &from, error) ||
        !first_captured_from(store, recording, to_ns, low, high, &to, error) ||
        !leat_store_frame_near(store, recording, from, LEAT_FRAME_FROM, &begin, &got_first,
                               error) ||
        !leat_store_frame_near(store, recording, to - 1, LEAT_FRAME_UP_TO, &end, &got_last, error))
        return false;
    if (got_first && got_last && begin.seq <= end.seq) {
        *first = begin.seq;
        *last = end.seq;
    }
    return true;
}
