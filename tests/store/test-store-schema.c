/* SPDX-License-Identifier: MIT */
#include "store-support.h"

#include "base/error.h"
#include "store/schema.h"

#include <string.h>

/* The schema of a Leat that is one version ahead of this one. */
static LeatSchema next_schema(const char *step)
{
    static const char *steps[16];

    for (int i = 0; i < leat_schema.version; i++)
        steps[i] = leat_schema.steps[i];
    steps[leat_schema.version] = step;
    return (LeatSchema){steps, leat_schema.version + 1};
}

static sqlite3 *open_raw(const char *path)
{
    sqlite3 *db;

    g_assert_cmpint(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), ==, SQLITE_OK);
    return db;
}

static void test_forward(Place *place, gconstpointer data)
{
    static const char step[] =
        "CREATE TABLE added (id INTEGER PRIMARY KEY, recording INTEGER NOT NULL REFERENCES "
        "recording (id)) STRICT; ALTER TABLE recording ADD COLUMN place TEXT;";
    LeatSchema next = next_schema(step);
    LeatDatabase database = {.path = place->path};
    GError *error = NULL;

    (void)data;
    record(place->path, "old", 5, 100);
    database.db = open_raw(place->path);
    g_assert_true(leat_schema_migrate(&database, &next, &error));
    g_assert_no_error(error);
    /* Doing it again changes nothing. */
    g_assert_true(leat_schema_migrate(&database, &next, &error));
    g_assert_true(leat_schema_check(&database, &next, &error));
    g_assert_no_error(error);
    sqlite3_close(database.db);
    assert_sql(place->path, "SELECT name, frames FROM recordings", "old|5");
    assert_sql(place->path, "SELECT count(*) FROM added", "0");
    assert_not_read(place->path, LEAT_ERROR_NEWER, "was written by a newer Leat");
}

/* An older file can still be read by a program that knows more. */
static void test_older(Place *place, gconstpointer data)
{
    LeatSchema next = next_schema("CREATE TABLE added (id INTEGER PRIMARY KEY) STRICT");
    LeatDatabase database = {.path = place->path};
    GError *error = NULL;

    (void)data;
    record(place->path, "old", 5, 100);
    database.db = open_raw(place->path);
    g_assert_true(leat_schema_check(&database, &next, &error));
    g_assert_no_error(error);
    sqlite3_close(database.db);
}

static void test_failing_step(Place *place, gconstpointer data)
{
    LeatSchema next = next_schema("CREATE TABLE added (a); CREATE TABLE recording (a)");
    LeatDatabase database = {.path = place->path};
    char *version = g_strdup_printf("%d", leat_schema.version);
    GError *error = NULL;

    (void)data;
    record(place->path, "old", 5, 100);
    database.db = open_raw(place->path);
    g_assert_false(leat_schema_migrate(&database, &next, &error));
    g_assert_nonnull(error);
    g_clear_error(&error);
    sqlite3_close(database.db);
    /* All or nothing. */
    assert_sql(place->path, "PRAGMA user_version", version);
    assert_sql(place->path, "SELECT count(*) FROM sqlite_schema WHERE name = 'added'", "0");
    g_free(version);
    assert_sound(place->path);
}

static void test_altered(Place *place, gconstpointer data)
{
    static const char *const alterations[] = {
        "DROP INDEX frame_order",
        "DROP TABLE loss",
        "DROP VIEW recordings",
        "ALTER TABLE frame RENAME TO f2; CREATE VIEW frame AS SELECT * FROM f2",
        "ALTER TABLE recording ADD COLUMN mine TEXT",
    };
    GError *error = NULL;
    char *saved = NULL;
    gsize size;

    (void)data;
    record(place->path, "a", 5, 100);
    g_file_get_contents(place->path, &saved, &size, &error);
    g_assert_no_error(error);
    for (size_t i = 0; i < G_N_ELEMENTS(alterations); i++) {
        assert_sql(place->path, alterations[i], "");
        assert_not_read(place->path, LEAT_ERROR_CORRUPT, "not as Leat makes it");
        assert_not_written(place->path, NULL, LEAT_ERROR_CORRUPT, "not as Leat makes it");
        g_file_set_contents(place->path, saved, (gssize)size, &error);
        g_assert_no_error(error);
    }
    g_free(saved);
}

/* A library of version 3 with a model, its parent, what they were made from and what they said; a
 * model after them was removed. */
static const char version_3_rows[] =
    "INSERT INTO recording VALUES (1, 'a', 'complete', 'test', '', 'mjpeg', 'yuvj420p', 32, 16, 2,"
    " 6, 2, 2, 1, 1, 1, 30, 30, 1, NULL, NULL, NULL, 1, '0.1.0');"
    "INSERT INTO model VALUES (1, 'first', printf('%064d', 1), 'classes', '[]', 1, 0.5, '{}', '{}',"
    " NULL, '0.1.0', 1, x'01');"
    "INSERT INTO model VALUES (2, 'second', printf('%064d', 2), 'number', '[]', 1, NULL, '{}', '{}',"
    " 1, '0.1.0', 1, x'02');"
    "INSERT INTO model VALUES (7, 'third', printf('%064d', 3), 'number', '[]', 1, NULL, '{}', '{}',"
    " 1, '0.1.0', 1, x'03');"
    "DELETE FROM model WHERE id = 7;"
    "INSERT INTO model_sample VALUES (1, 1, 0, 0.0, 'train'), (2, 1, 0, 0.0, 'validate');"
    "INSERT INTO model_use VALUES (1, 0, 2);"
    "INSERT INTO prediction VALUES (1, 0, 1, 'x', 0.5), (1, 0, 2, 'y', 3.5);";

static void test_models_stay(Place *place, gconstpointer data)
{
    const LeatSchema before = {leat_schema.steps, 3};
    LeatDatabase database = {.path = place->path};
    GError *error = NULL;

    (void)data;
    g_assert_cmpint(sqlite3_open_v2(place->path, &database.db,
                                    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL),
                    ==, SQLITE_OK);
    g_assert_true(leat_schema_migrate(&database, &before, &error));
    g_assert_cmpint(sqlite3_exec(database.db, version_3_rows, NULL, NULL, NULL), ==, SQLITE_OK);
    g_assert_true(leat_schema_migrate(&database, &leat_schema, &error));
    g_assert_true(leat_schema_check(&database, &leat_schema, &error));
    g_assert_no_error(error);
    sqlite3_close(database.db);
    assert_sql(place->path, "SELECT id, name, kind, parent, hex(weights) FROM model",
               "1|first|classes||01\n2|second|number|1|02");
    assert_sql(place->path,
               "SELECT (SELECT count(*) FROM model_sample), (SELECT count(*) FROM model_use),"
               " (SELECT count(*) FROM prediction)",
               "2|1|2");
    assert_sql(place->path, "PRAGMA foreign_key_check", "");
    /* No number is given twice, and what belongs to a model still goes with it. */
    assert_sql(
        place->path,
        "PRAGMA foreign_keys = ON;"
        "INSERT INTO model (name, sha256, kind, labels, samples, options, metrics,"
        " leat_version, created_wall_ns) VALUES ('./a', printf('%064d', 4), 'external', '[]',"
        " 0, '{}', '{}', '0.1.0', 1);"
        "SELECT id FROM model WHERE name = './a'; DELETE FROM model WHERE id = 1;"
        "SELECT (SELECT count(*) FROM prediction), (SELECT parent IS NULL FROM model WHERE"
        " id = 2)",
        "8\n1|1");
}

static void test_own_tables(Place *place, gconstpointer data)
{
    (void)data;
    record(place->path, "a", 5, 100);
    assert_sql(place->path,
               "CREATE TABLE weather (t, degrees); INSERT INTO weather VALUES (1, 2);"
               "CREATE VIEW mine AS SELECT * FROM frames",
               "");
    record(place->path, "b", 5, 100);
    assert_sound(place->path);
    assert_sql(place->path, "SELECT degrees FROM weather", "2");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TEST("/store-schema/an-older-file-is-brought-forward", test_forward);
    ADD_TEST("/store-schema/an-older-file-can-be-read", test_older);
    ADD_TEST("/store-schema/a-step-that-fails-changes-nothing", test_failing_step);
    ADD_TEST("/store-schema/tables-that-were-altered-are-refused", test_altered);
    ADD_TEST("/store-schema/models-stay-when-programs-come", test_models_stay);
    ADD_TEST("/store-schema/tables-of-users-are-left-alone", test_own_tables);
    return g_test_run();
}
