/* SPDX-License-Identifier: MIT */
#include "store/store-edit.h"

#include "base/error.h"
#include "store/schema-learning.h"
#include "store/store-edit-internal.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

LeatStore *leat_store_open_to_edit(const char *path, GError **error)
{
    LeatStore *store;
    struct stat status;

    if (stat(path, &status) != 0) { /* or it would be made */
        leat_error_set_errno(error, errno, "cannot open %s", path);
        return NULL;
    }
    store = g_new0(LeatStore, 1);
    if (leat_database_open_for_writing(&store->database, path, error))
        return store;
    leat_store_close(store);
    return NULL;
}

bool leat_store_check_text(const char *name, const char *what, const char *such_as, GError **error)
{
    const char *fault = NULL;

    if (!*name)
        fault = "is empty";
    else if (strlen(name) > LEAT_NAME_BYTES)
        fault = "is too long";
    else if (!g_utf8_validate(name, -1, NULL))
        fault = "is not UTF-8 text";
    for (const char *c = name; !fault && *c; c = g_utf8_next_char(c))
        if (g_unichar_iscntrl(g_utf8_get_char(c)))
            fault = "has control characters, such as a new line";
    if (!fault)
        return true;
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                "%s %s; give it one such as %s, of at most %d bytes", what, fault, such_as,
                LEAT_NAME_BYTES);
    return false;
}

bool leat_store_change(LeatStore *store, LeatStoreChange change, void *data, GError **error)
{
    const LeatDatabase *database = &store->database;

    if (!leat_database_execute(database, "BEGIN IMMEDIATE", "write", error))
        return false;
    if (change(store, data, error) && leat_database_execute(database, "COMMIT", "write", error))
        return true;
    return leat_database_roll_back(database);
}

bool leat_store_has_learning(LeatStore *store, GError **error)
{
    int64_t version = 0;

    return leat_database_number(&store->database, "PRAGMA user_version", &version, error) &&
           version >= LEAT_SCHEMA_LEARNING;
}

const char *leat_store_text(sqlite3_stmt *row, int column, size_t most)
{
    const char *text;

    if (sqlite3_column_type(row, column) != SQLITE_TEXT)
        return NULL;
    text = (const char *)sqlite3_column_text(row, column);
    if (!text || strlen(text) > most || strlen(text) != (size_t)sqlite3_column_bytes(row, column) ||
        !g_utf8_validate(text, -1, NULL))
        return NULL;
    return text;
}
