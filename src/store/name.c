/* SPDX-License-Identifier: MIT */
#include "store/database.h"

int leat_database_has_name(const LeatDatabase *database, const char *table, const char *name,
                           GError **error)
{
    char *sql = g_strdup_printf("SELECT 1 FROM %s WHERE name = ?", table);
    sqlite3_stmt *statement = leat_database_prepare(database, sql, error);

    g_free(sql);
    if (!statement)
        return -1;
    leat_statement_bind_text(statement, 1, name);
    return leat_statement_has_row(database, statement, error);
}

char *leat_database_free_name(const LeatDatabase *database, const char *table, const char *stem,
                              int64_t from, GError **error)
{
    for (int64_t n = from;; n++) {
        char *name = g_strdup_printf("%s-%" G_GINT64_FORMAT, stem, n);
        int taken = leat_database_has_name(database, table, name, error);

        if (taken == 0)
            return name;
        g_free(name);
        if (taken < 0)
            return NULL;
    }
}
