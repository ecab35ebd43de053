/* SPDX-License-Identifier: MIT */
#include "store/database.h"

void leat_statement_bind_text(sqlite3_stmt *statement, int column, const char *text)
{
    sqlite3_bind_text(statement, column, text, -1, SQLITE_STATIC);
}

bool leat_statement_run(const LeatDatabase *database, sqlite3_stmt *statement, GError **error)
{
    int rc = sqlite3_step(statement);

    if (rc != SQLITE_DONE)
        leat_database_fail(database, "write", error);
    sqlite3_reset(statement);
    return rc == SQLITE_DONE;
}

int leat_statement_has_row(const LeatDatabase *database, sqlite3_stmt *statement, GError **error)
{
    int rc = sqlite3_step(statement);

    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        leat_database_fail(database, "read", error);
    sqlite3_finalize(statement);
    return rc == SQLITE_ROW ? 1 : rc == SQLITE_DONE ? 0 : -1;
}
