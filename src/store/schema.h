/* SPDX-License-Identifier: MIT */
/* The tables of a library file, as a list of steps from each version to the next. docs/format.md
 * describes them. */
#ifndef LEAT_STORE_SCHEMA_H
#define LEAT_STORE_SCHEMA_H

#include "store/database.h"

#include <glib.h>
#include <stdbool.h>

/* "Leat" in SQLite's application_id, which file(1) and others show. */
#define LEAT_APPLICATION_ID 0x4c656174

/* steps[v] is SQL that makes version v + 1 out of version v, 0 being an empty file. */
typedef struct {
    const char *const *steps;
    int version; /* the number of steps */
} LeatSchema;

/* What this program reads and writes. */
extern const LeatSchema leat_schema;

/* Brings an empty or older file up to `schema`, in one transaction. NEWER for a file of a later
 * version, CORRUPT for a database of another program. */
bool leat_schema_migrate(const LeatDatabase *database, const LeatSchema *schema, GError **error);

/* Makes sure that each table, index and view of the file's version is in it exactly as the steps
 * make it, so that what reads it need not expect a view or a trigger in disguise. What users added
 * beside is left alone. */
bool leat_schema_check(const LeatDatabase *database, const LeatSchema *schema, GError **error);

#endif
