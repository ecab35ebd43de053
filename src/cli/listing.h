/* SPDX-License-Identifier: MIT */
/* What a library file has of one kind, as a table or as a JSON array. For this folder only; main
 * thread. */
#ifndef LEAT_CLI_LISTING_H
#define LEAT_CLI_LISTING_H

#include "cli/table.h"
#include "cli/verb.h"
#include "store/store.h"

#include <glib.h>
#include <json-glib/json-glib.h>
#include <stdbool.h>

typedef struct {
    const char *what; /* "recordings", for "No recordings in FILE yet." */

    /* All there are; NULL on failure. */
    GPtrArray *(*read)(LeatStore *store, GError **error);

    LeatTable *(*make_table)(void);
    void (*add_row)(LeatTable *table, const void *item);

    /* Adds its members to the object under way. */
    void (*add_members)(JsonBuilder *builder, const void *item);
} LeatListing;

/* Returns the exit status. */
int leat_listing_print(const LeatListing *listing, const char *path, bool json);

/* The whole of a verb that takes a FILE and --json. */
int leat_listing_run(const LeatListing *listing, const LeatVerb *verb, int argc, char **argv);

#endif
