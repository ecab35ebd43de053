/* SPDX-License-Identifier: MIT */
/* One SQLite connection to a library file: opening it with all that can be wrong with a path, and
 * errors that say what to do. Used by one thread at a time. */
#ifndef LEAT_STORE_DATABASE_H
#define LEAT_STORE_DATABASE_H

#include "base/clock.h"
#include "concurrency/cancel.h"

#include <glib.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    sqlite3 *db;
    char *path; /* absolute, symbolic links resolved: the journal and the reserve lie beside it */
    LeatCancel *cancel;      /* not owned; may be NULL */
    int64_t locked_since_ns; /* the busy handler's own */
} LeatDatabase;

/* How long opening and reading wait for a lock of another program. */
#define LEAT_DATABASE_LOCK_NS (5 * LEAT_NS_PER_S)

/* Opens for writing; makes the file (mode 0600) and the schema when there is none, and brings an
 * older schema up to date. The struct starts as zeros and must stay where it is. */
bool leat_database_open_for_writing(LeatDatabase *database, const char *path, GError **error);

/* Opens for reading and makes sure that the file's schema is what Leat made. `cancel` (may be
 * NULL) ends the wait for a lock. */
bool leat_database_open_for_reading(LeatDatabase *database, const char *path, LeatCancel *cancel,
                                    GError **error);

/* Fine on one that was not opened. Statements must be finalized before. */
void leat_database_close(LeatDatabase *database);

/* Sets the error for the connection's last failure, "cannot DOING PATH: cause; advice". Returns
 * false, so that a caller can return it. */
bool leat_database_fail(const LeatDatabase *database, const char *doing, GError **error);

/* The same for a damaged or altered file, without a failure of SQLite. */
bool leat_database_corrupt(const LeatDatabase *database, GError **error, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

bool leat_database_execute(const LeatDatabase *database, const char *sql, const char *doing,
                           GError **error);

/* NULL on failure. */
sqlite3_stmt *leat_database_prepare(const LeatDatabase *database, const char *sql, GError **error);

/* Undoes the transaction, if there is one. Returns false, so that a caller can return it. */
bool leat_database_roll_back(const LeatDatabase *database);

/* In statement.c. The text is the caller's, and stays until the statement is reset. */
void leat_statement_bind_text(sqlite3_stmt *statement, int column, const char *text);

/* Steps a statement that returns no rows, and resets it. */
bool leat_statement_run(const LeatDatabase *database, sqlite3_stmt *statement, GError **error);

/* 1: it has a row, 0: it has none, -1: error. Finalizes it. */
int leat_statement_has_row(const LeatDatabase *database, sqlite3_stmt *statement, GError **error);

/* In name.c, for a table whose rows have a `name`.
 * 1: the table has a row with the name, 0: it has none, -1: error. */
int leat_database_has_name(const LeatDatabase *database, const char *table, const char *name,
                           GError **error);

/* The first of STEM-FROM and those that follow ("model-1", "model-2", ...) that no row of the table
 * has; it stays free to the end of the transaction that the caller is in. NULL on failure; free
 * with g_free. */
char *leat_database_free_name(const LeatDatabase *database, const char *table, const char *stem,
                              int64_t from, GError **error);

/* The first column of the first row; `value` stays as it is when there is no row. */
bool leat_database_number(const LeatDatabase *database, const char *sql, int64_t *value,
                          GError **error);

/* In path.c. The absolute path of a file to write, which need not exist yet, or to read; NULL with
 * an error for a folder, a device, a missing folder, ... Free with free(). */
char *leat_path_to_write(const char *path, bool *exists, GError **error);
char *leat_path_to_read(const char *path, GError **error);

#endif
