/* SPDX-License-Identifier: MIT */
/* Each step is a statement of its own, and the packet is copied out of it: a reader that takes its
 * time between two packets holds no snapshot, which would make the writer's journal grow. */
#include "store/store.h"

#include "base/error.h"
#include "store/recording.h"
#include "store/store-internal.h"

#include <stdlib.h>
#include <string.h>

struct LeatStoreCursor {
    LeatStore *store;
    sqlite3_stmt *next;
    int64_t recording, first, last;
    int64_t after;  /* the row of the packet given last */
    int keys_after; /* key frames met that are later than `last` */
    LeatRational time_base;
    uint8_t *bytes;
    size_t capacity;
};

static bool read_time_base(LeatStore *store, int64_t recording, LeatRational *time_base,
                           GError **error)
{
    sqlite3_stmt *statement = leat_database_prepare(
        &store->database, "SELECT time_base_num, time_base_den FROM recording WHERE id = ?", error);
    int64_t num = 0, den = 0;
    int rc;

    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, recording);
    rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW) {
        num = sqlite3_column_int64(statement, 0);
        den = sqlite3_column_int64(statement, 1);
    } else if (rc == SQLITE_DONE) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND,
                    "no recording %" G_GINT64_FORMAT " in %s", recording, store->database.path);
    } else {
        leat_database_fail(&store->database, "read", error);
    }
    sqlite3_finalize(statement);
    if (rc != SQLITE_ROW)
        return false;
    if (num < 1 || num > INT32_MAX || den < 1 || den > INT32_MAX)
        return leat_database_corrupt(&store->database, error,
                                     "recording %" G_GINT64_FORMAT " has no time base", recording);
    *time_base = (LeatRational){(int)num, (int)den};
    return true;
}

/* Finds the row before that of the key frame at or before `seq`: no frame from `seq` on was stored
 * before it, however the codec reorders. The beginning, when there is none. */
static bool find_start(LeatStoreCursor *cursor, int64_t seq, GError **error)
{
    LeatStore *store = cursor->store;
    sqlite3_stmt *statement = leat_database_prepare(
        &store->database,
        "SELECT coalesce((SELECT id FROM frame WHERE recording = ?1 AND key = 1 AND seq <= ?2"
        " ORDER BY seq DESC LIMIT 1),"
        " (SELECT min(id) FROM frame WHERE recording = ?1)) - 1",
        error);
    int rc;

    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, cursor->recording);
    sqlite3_bind_int64(statement, 2, seq);
    rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW)
        cursor->after = sqlite3_column_int64(statement, 0);
    else
        leat_database_fail(&store->database, "read", error);
    sqlite3_finalize(statement);
    return rc == SQLITE_ROW;
}

LeatStoreCursor *leat_store_packets(LeatStore *store, int64_t recording, int64_t first,
                                    int64_t last, bool from_key, GError **error)
{
    LeatStoreCursor *cursor = g_new0(LeatStoreCursor, 1);

    cursor->store = store;
    cursor->recording = recording;
    cursor->first = from_key ? INT64_MIN : first;
    cursor->last = last;
    cursor->next = leat_database_prepare(
        &store->database,
        "SELECT id, seq, captured_ns, wall_ns, pts, dts, duration, key, data FROM frame"
        " INDEXED BY frame_order WHERE recording = ? AND id > ? ORDER BY id LIMIT 1",
        error);
    if (cursor->next && read_time_base(store, recording, &cursor->time_base, error) &&
        find_start(cursor, first, error))
        return cursor;
    leat_store_cursor_free(cursor);
    return NULL;
}

void leat_store_cursor_free(LeatStoreCursor *cursor)
{
    if (!cursor)
        return;
    sqlite3_finalize(cursor->next);
    free(cursor->bytes);
    g_free(cursor);
}

static bool copy_bytes(LeatStoreCursor *cursor, const void *bytes, size_t size, GError **error)
{
    if (size > cursor->capacity) {
        uint8_t *larger = realloc(cursor->bytes, size);

        if (!larger) {
            leat_error_no_memory(error, size, "a packet");
            return false;
        }
        cursor->bytes = larger;
        cursor->capacity = size;
    }
    memcpy(cursor->bytes, bytes, size);
    return true;
}

static bool is_ticks(int64_t value)
{
    return value >= -LEAT_TICKS_MAX && value <= LEAT_TICKS_MAX;
}

static bool read_packet(LeatStoreCursor *cursor, LeatPacket *packet, GError **error)
{
    sqlite3_stmt *row = cursor->next;
    const void *bytes = sqlite3_column_blob(row, 8);
    size_t size = (size_t)sqlite3_column_bytes(row, 8);

    *packet = (LeatPacket){
        .times = {.seq = sqlite3_column_int64(row, 1),
                  .captured_ns = sqlite3_column_int64(row, 2),
                  .wall_ns = sqlite3_column_int64(row, 3),
                  .pts = sqlite3_column_int64(row, 4),
                  .time_base = cursor->time_base},
        .dts = sqlite3_column_int64(row, 5),
        .duration = sqlite3_column_int64(row, 6),
        .key = sqlite3_column_int64(row, 7) != 0,
        .size = size,
    };
    if (!bytes && (sqlite3_errcode(cursor->store->database.db) & 0xff) == SQLITE_NOMEM) {
        leat_error_no_memory(error, size, "a packet");
        return false;
    }
    if (!bytes || size == 0 || size > LEAT_PACKET_BYTES || packet->times.seq < 0 ||
        !is_ticks(packet->times.pts) || !is_ticks(packet->dts) || packet->duration < 0 ||
        !is_ticks(packet->duration))
        return leat_database_corrupt(&cursor->store->database, error,
                                     "frame %" G_GINT64_FORMAT " of recording %" G_GINT64_FORMAT
                                     " has impossible values",
                                     packet->times.seq, cursor->recording);
    if (!copy_bytes(cursor, bytes, size, error))
        return false;
    packet->data = cursor->bytes;
    return true;
}

/* One row on: 1 when it is to be given, 0 when it is not, -1 at the end, -2 on an error. */
static int step(LeatStoreCursor *cursor, LeatPacket *packet, GError **error)
{
    int64_t id, seq;

    switch (sqlite3_step(cursor->next)) {
    case SQLITE_ROW:
        break;
    case SQLITE_DONE:
        return -1;
    default:
        leat_database_fail(&cursor->store->database, "read", error);
        return -2;
    }
    id = sqlite3_column_int64(cursor->next, 0);
    if (id <= cursor->after) { /* or the walk might never end */
        leat_database_corrupt(&cursor->store->database, error,
                              "the frames of recording %" G_GINT64_FORMAT " are out of order",
                              cursor->recording);
        return -2;
    }
    cursor->after = id;
    seq = sqlite3_column_int64(cursor->next, 1);
    if (seq > cursor->last) {
        /* Frames that are shown before a key frame may follow it, but not the next one. */
        cursor->keys_after += sqlite3_column_int64(cursor->next, 7) != 0;
        return cursor->keys_after > 1 ? -1 : 0;
    }
    if (seq < cursor->first)
        return 0;
    return read_packet(cursor, packet, error) ? 1 : -2;
}

bool leat_store_cursor_next(LeatStoreCursor *cursor, LeatPacket *packet, bool *got, GError **error)
{
    int result = 0;

    *got = false;
    if (cursor->keys_after > 1)
        return true;
    while (result == 0) {
        if (!leat_cancel_check(cursor->store->cancel, error))
            return false;
        sqlite3_bind_int64(cursor->next, 1, cursor->recording);
        sqlite3_bind_int64(cursor->next, 2, cursor->after);
        result = step(cursor, packet, error);
        sqlite3_reset(cursor->next);
    }
    *got = result == 1;
    return result != -2;
}

bool leat_store_seq_at(LeatStore *store, int64_t recording, int64_t ns, int64_t *seq,
                       GError **error)
{
    sqlite3_stmt *statement;
    LeatRational time_base = {0, 0};
    int rc;

    if (!read_time_base(store, recording, &time_base, error))
        return false;
    /* Without a frame at or before it (a time before the first), the first one. */
    statement = leat_database_prepare(
        &store->database,
        "WITH first(pts) AS (SELECT min(pts) FROM frame WHERE recording = ?1)"
        " SELECT seq FROM frame, first WHERE recording = ?1 AND frame.pts <= first.pts + max(?2, 0)"
        " ORDER BY frame.pts DESC LIMIT 1",
        error);
    if (!statement)
        return false;
    sqlite3_bind_int64(statement, 1, recording);
    sqlite3_bind_int64(statement, 2, leat_ns_to_ticks(ns, time_base));
    rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW)
        *seq = sqlite3_column_int64(statement, 0);
    else if (rc == SQLITE_DONE)
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND,
                    "recording %" G_GINT64_FORMAT " in %s has no frames", recording,
                    store->database.path);
    else
        leat_database_fail(&store->database, "read", error);
    sqlite3_finalize(statement);
    return rc == SQLITE_ROW;
}
