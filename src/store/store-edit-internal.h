/* SPDX-License-Identifier: MIT */
/* What the parts of the store that read and change labels, models and predictions share. */
#ifndef LEAT_STORE_STORE_EDIT_INTERNAL_H
#define LEAT_STORE_STORE_EDIT_INTERNAL_H

#include "store/store-edit.h"
#include "store/store-internal.h"

#include <glib.h>
#include <stdbool.h>

/* Bounds of names of labels and models, and of what Leat believes of a file. */
#define LEAT_NAME_BYTES 200
#define LEAT_JSON_BYTES ((size_t)64 * 1024 * 1024)

/* False with INVALID for a name that is empty, too long, not UTF-8 or has control characters.
 * `what` begins the message ("the label's name"), `such_as` ends it ("'empty'"). */
bool leat_store_check_text(const char *name, const char *what, const char *such_as, GError **error);

typedef bool (*LeatStoreChange)(LeatStore *store, void *data, GError **error);

/* Commits what `change` does, or nothing when it returns false. */
bool leat_store_change(LeatStore *store, LeatStoreChange change, void *data, GError **error);

/* Whether the file has the tables of labels, models and predictions: one of an older version,
 * opened for reading, has not, and so none of these. False without an error when it has not. */
bool leat_store_has_learning(LeatStore *store, GError **error);

/* The text in a column, owned by the row; NULL when it is none, is longer than `most` bytes, or is
 * not UTF-8. */
const char *leat_store_text(sqlite3_stmt *row, int column, size_t most);

#endif
