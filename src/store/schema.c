/* SPDX-License-Identifier: MIT */
#include "store/schema.h"

#include "base/error.h"
#include "store/schema-learning.h"

#include <string.h>

/* A step is never edited once released: files were made by it. What changes, changes by a new
 * step. The comments in the SQL are kept in the file, for those who look at it with .schema. */
static const char version_1[] =
    "CREATE TABLE recording (\n"
    "    id INTEGER PRIMARY KEY AUTOINCREMENT,\n"
    "    name TEXT NOT NULL UNIQUE,\n"
    "    state TEXT NOT NULL CHECK (state IN ('recording', 'complete', 'interrupted')),\n"
    "    source TEXT NOT NULL,               -- as given, without passwords\n"
    "    filter TEXT NOT NULL,               -- libavfilter graph, '' for none\n"
    "    codec TEXT NOT NULL,                -- libavcodec's name\n"
    "    pixel_format TEXT NOT NULL,         -- libavutil's name\n"
    "    width INTEGER NOT NULL CHECK (width > 0),   -- px\n"
    "    height INTEGER NOT NULL CHECK (height > 0), -- px\n"
    "    color_range INTEGER NOT NULL,       -- 0 unspecified, 1 limited, 2 full\n"
    "    color_space INTEGER NOT NULL,       -- this and the next two: ISO/IEC 23091-2\n"
    "    color_primaries INTEGER NOT NULL,\n"
    "    color_transfer INTEGER NOT NULL,\n"
    "    sample_aspect_num INTEGER,          -- of a pixel, NULL for square\n"
    "    sample_aspect_den INTEGER,\n"
    "    time_base_num INTEGER NOT NULL CHECK (time_base_num > 0), -- s a tick\n"
    "    time_base_den INTEGER NOT NULL CHECK (time_base_den > 0),\n"
    "    rate_num INTEGER,                   -- frames/s, NULL when unknown\n"
    "    rate_den INTEGER,\n"
    "    record_rate_num INTEGER,            -- frames/s asked for, NULL for every frame\n"
    "    record_rate_den INTEGER,\n"
    "    extradata BLOB,                     -- codec headers outside the frames\n"
    "    started_wall_ns INTEGER NOT NULL,   -- since 1970-01-01 UTC\n"
    "    leat_version TEXT NOT NULL\n"
    ") STRICT;\n"

    "CREATE TABLE frame (\n"
    "    id INTEGER PRIMARY KEY,             -- rises in decoding order within a recording\n"
    "    recording INTEGER NOT NULL REFERENCES recording (id) ON DELETE CASCADE,\n"
    "    seq INTEGER NOT NULL CHECK (seq >= 0), -- the source's count, lost frames included\n"
    "    captured_ns INTEGER NOT NULL,       -- the capturing machine's CLOCK_MONOTONIC\n"
    "    wall_ns INTEGER NOT NULL,           -- since 1970-01-01 UTC\n"
    "    pts INTEGER NOT NULL,               -- when to show it, ticks of the time base\n"
    "    dts INTEGER NOT NULL,               -- when to decode it, ticks\n"
    "    duration INTEGER NOT NULL CHECK (duration >= 0), -- ticks, 0 when unknown\n"
    "    key INTEGER NOT NULL CHECK (key IN (0, 1)), -- 1: can be decoded without others\n"
    "    data BLOB NOT NULL CHECK (length(data) > 0), -- the encoded packet\n"
    "    UNIQUE (recording, seq)\n"
    ") STRICT;\n"
    "CREATE INDEX frame_order ON frame (recording);\n"
    "CREATE INDEX frame_time ON frame (recording, pts);\n"
    "CREATE INDEX frame_key ON frame (recording, seq) WHERE key = 1;\n"

    "CREATE TABLE ledger (\n"
    "    recording INTEGER PRIMARY KEY REFERENCES recording (id) ON DELETE CASCADE,\n"
    "    captured INTEGER NOT NULL,          -- = process_in + capture_lost\n"
    "    capture_lost INTEGER NOT NULL,\n"
    "    process_in INTEGER NOT NULL,\n"
    "    process_out INTEGER NOT NULL,\n"
    "    process_lost INTEGER NOT NULL,\n"
    "    record_offered INTEGER NOT NULL,    -- = record_stored + record_skipped + record_lost\n"
    "    record_stored INTEGER NOT NULL,     -- rows in frame\n"
    "    record_skipped INTEGER NOT NULL,    -- by the recording's own rate\n"
    "    record_lost INTEGER NOT NULL,\n"
    "    present_offered INTEGER NOT NULL,   -- = present_presented + present_replaced\n"
    "    present_presented INTEGER NOT NULL,\n"
    "    present_replaced INTEGER NOT NULL,\n"
    "    predict_offered INTEGER NOT NULL,   -- = predict_predicted + predict_replaced\n"
    "    predict_predicted INTEGER NOT NULL,\n"
    "    predict_replaced INTEGER NOT NULL,\n"
    "    reconnects INTEGER NOT NULL,\n"
    "    bytes INTEGER NOT NULL,             -- of all frames\n"
    "    first_pts INTEGER,                  -- smallest pts, NULL without frames\n"
    "    last_pts INTEGER,                   -- largest pts\n"
    "    end_pts INTEGER                     -- end of the last frame\n"
    ") STRICT;\n"

    "CREATE TABLE loss (\n"
    "    recording INTEGER NOT NULL REFERENCES recording (id) ON DELETE CASCADE,\n"
    "    n INTEGER NOT NULL,                 -- counts from 0 in a recording\n"
    "    stage TEXT NOT NULL CHECK (stage IN ('capture', 'process', 'record')),\n"
    "    reason TEXT NOT NULL,\n"
    "    first_seq INTEGER NOT NULL,\n"
    "    last_seq INTEGER NOT NULL,\n"
    "    count INTEGER NOT NULL,             -- frames lost, 0 for a hole of unknown content\n"
    "    wall_ns INTEGER NOT NULL,           -- when it began, since 1970-01-01 UTC\n"
    "    duration_ns INTEGER NOT NULL,       -- of a hole, else 0\n"
    "    PRIMARY KEY (recording, n)\n"
    ") STRICT, WITHOUT ROWID;\n"

    "CREATE VIEW recordings AS\n"
    "    SELECT r.id, r.name, r.state, r.source, r.codec, r.width, r.height,\n"
    "        l.record_stored AS frames,\n"
    "        l.capture_lost + l.process_lost + l.record_lost AS lost,\n"
    "        l.bytes,\n"
    "        strftime('%Y-%m-%dT%H:%M:%fZ', r.started_wall_ns / 1e9, 'unixepoch') AS started,\n"
    "        coalesce((l.end_pts - l.first_pts) * 1.0 * r.time_base_num / r.time_base_den, 0.0)\n"
    "            AS duration_s\n"
    "    FROM recording r JOIN ledger l ON l.recording = r.id;\n"

    "CREATE VIEW frames AS\n"
    "    SELECT r.name AS recording, f.seq,\n"
    "        (f.pts - l.first_pts) * 1.0 * r.time_base_num / r.time_base_den AS time_s,\n"
    "        strftime('%Y-%m-%dT%H:%M:%fZ', f.wall_ns / 1e9, 'unixepoch') AS wall,\n"
    "        f.captured_ns, f.key, length(f.data) AS size\n"
    "    FROM frame f JOIN recording r ON r.id = f.recording\n"
    "        JOIN ledger l ON l.recording = f.recording;\n";

static const char version_2[] =
    "CREATE TABLE job (\n"
    "    id INTEGER PRIMARY KEY AUTOINCREMENT,\n"
    "    name TEXT NOT NULL,                 -- what is computed: 'cpu-test', ...\n"
    "    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled',\n"
    "        'interrupted')),\n"
    "    executor TEXT NOT NULL,             -- 'inline', 'threads', 'processes', '' for none\n"
    "    workers INTEGER NOT NULL CHECK (workers >= 0),\n"
    "    units INTEGER NOT NULL CHECK (units >= 0), -- 0 while it is not known\n"
    "    done INTEGER NOT NULL CHECK (done >= 0),   -- of the units\n"
    "    queued_wall_ns INTEGER NOT NULL,    -- since 1970-01-01 UTC, as the next two\n"
    "    started_wall_ns INTEGER,            -- NULL until then\n"
    "    ended_wall_ns INTEGER,              -- NULL until then, and when interrupted\n"
    "    error TEXT,                         -- why it failed, else NULL\n"
    "    leat_version TEXT NOT NULL,\n"
    "    CHECK ((ended_wall_ns IS NOT NULL) = (state IN ('done', 'failed', 'cancelled'))),\n"
    "    CHECK ((error IS NOT NULL) = (state = 'failed'))\n"
    ") STRICT;\n"

    "CREATE VIEW jobs AS\n"
    "    SELECT id, name, state, executor, workers, units, done,\n"
    "        strftime('%Y-%m-%dT%H:%M:%fZ', coalesce(started_wall_ns, queued_wall_ns) / 1e9,\n"
    "            'unixepoch') AS started,\n"
    "        (ended_wall_ns - started_wall_ns) / 1e9 AS wall_s, error\n"
    "    FROM job;\n";

static const char *const steps[] = {version_1, version_2, leat_schema_learning,
                                    leat_schema_programs};

const LeatSchema leat_schema = {steps, G_N_ELEMENTS(steps)};

/* The version in the file, 0 for an empty one; -1 with an error. */
static int read_version(const LeatDatabase *database, const LeatSchema *schema, GError **error)
{
    int64_t application = 0, version = 0, changes = 0;

    if (!leat_database_number(database, "PRAGMA application_id", &application, error) ||
        !leat_database_number(database, "PRAGMA user_version", &version, error) ||
        !leat_database_number(database, "PRAGMA schema_version", &changes, error))
        return -1;
    if (changes == 0 && application == 0)
        return 0; /* never had a table */
    if (application != LEAT_APPLICATION_ID) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_CORRUPT,
                    "%s is not a Leat file: it is a database of another program; name a .leat file",
                    database->path);
        return -1;
    }
    if (version > schema->version) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_NEWER,
                    "%s was written by a newer Leat: its format is version %" G_GINT64_FORMAT
                    ", and Leat " LEAT_VERSION " knows up to version %d; install a newer Leat",
                    database->path, version, schema->version);
        return -1;
    }
    if (version < 0) {
        leat_database_corrupt(database, error, "its format has version %" G_GINT64_FORMAT, version);
        return -1;
    }
    return (int)version;
}

/* Users may have tables of their own, and a later version may need one's name. */
static bool run_step(const LeatDatabase *database, const char *step, GError **error)
{
    const char *cause;

    if (sqlite3_exec(database->db, step, NULL, NULL, NULL) == SQLITE_OK)
        return true;
    cause = sqlite3_errmsg(database->db);
    if (!strstr(cause, "already exists"))
        return leat_database_fail(database, "write", error);
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_EXISTS,
                "cannot bring %s to the format of Leat " LEAT_VERSION
                ": %s, and Leat needs the name; rename yours",
                database->path, cause);
    return false;
}

bool leat_schema_migrate(const LeatDatabase *database, const LeatSchema *schema, GError **error)
{
    int version = read_version(database, schema, error);
    bool done;
    char *mark;

    if (version < 0)
        return false;
    if (version == schema->version)
        return true;
    /* A step may make a table anew that others refer to, and this cannot be told in a transaction.
     */
    if (!leat_database_execute(database, "PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE", "write",
                               error))
        return false;
    /* Again: another program may have done it while this one waited for the lock. */
    version = read_version(database, schema, error);
    done = version >= 0;
    for (; done && version < schema->version; version++)
        done = run_step(database, schema->steps[version], error);
    mark = g_strdup_printf("PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT; "
                           "PRAGMA foreign_keys = ON",
                           LEAT_APPLICATION_ID, schema->version);
    done = done && leat_database_execute(database, mark, "write", error);
    g_free(mark);
    return done || leat_database_roll_back(database);
}

static const char objects[] = "SELECT type, name, tbl_name, sql FROM sqlite_schema "
                              "WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid";
static const char same_object[] = "SELECT 1 FROM sqlite_schema WHERE type = ? AND name = ? "
                                  "AND tbl_name = ? AND sql = ?";

static bool compare(sqlite3_stmt *expected, sqlite3_stmt *found, const LeatDatabase *database,
                    GError **error)
{
    int rc;

    while ((rc = sqlite3_step(expected)) == SQLITE_ROW) {
        for (int column = 0; column < 4; column++)
            sqlite3_bind_text(found, column + 1,
                              (const char *)sqlite3_column_text(expected, column), -1,
                              SQLITE_TRANSIENT);
        rc = sqlite3_step(found);
        if (rc == SQLITE_DONE)
            return leat_database_corrupt(database, error, "its %s '%s' is not as Leat makes it",
                                         (const char *)sqlite3_column_text(expected, 0),
                                         (const char *)sqlite3_column_text(expected, 1));
        if (rc != SQLITE_ROW)
            return leat_database_fail(database, "read", error);
        sqlite3_reset(found);
    }
    g_assert(rc == SQLITE_DONE || rc == SQLITE_NOMEM);
    return rc == SQLITE_DONE ||
           leat_error_no_memory(error, sizeof(version_1), "the schema") != NULL;
}

/* A database in memory with what the steps up to `version` make. */
static bool make_reference(LeatDatabase *reference, const LeatSchema *schema, int version,
                           GError **error)
{
    reference->path = NULL;
    if (sqlite3_open_v2(":memory:", &reference->db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
        return leat_error_no_memory(error, sizeof(version_1), "the schema") != NULL;
    for (int i = 0; i < version; i++)
        if (!leat_database_execute(reference, schema->steps[i], "make the schema of", error))
            return false;
    return true;
}

bool leat_schema_check(const LeatDatabase *database, const LeatSchema *schema, GError **error)
{
    LeatDatabase reference = {0};
    sqlite3_stmt *expected = NULL, *found = NULL;
    int version = read_version(database, schema, error);
    bool same = false;

    if (version < 0)
        return false;
    if (version == 0) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_CORRUPT,
                    "%s is not a Leat file: it is empty; name a .leat file", database->path);
        return false;
    }
    if (make_reference(&reference, schema, version, error)) {
        expected = leat_database_prepare(&reference, objects, error);
        found = expected ? leat_database_prepare(database, same_object, error) : NULL;
        same = found && compare(expected, found, database, error);
    }
    sqlite3_finalize(expected);
    sqlite3_finalize(found);
    leat_database_close(&reference);
    return same;
}
