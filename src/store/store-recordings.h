/* SPDX-License-Identifier: MIT */
/* Renaming and deleting recordings. For a store that was opened to edit (store-edit.h), which says
 * who may call and what may wait. A recording that is being written to is left alone: BUSY. */
#ifndef LEAT_STORE_STORE_RECORDINGS_H
#define LEAT_STORE_STORE_RECORDINGS_H

#include "store/store-edit.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* False with INVALID for a name that is empty, only digits (it would be taken for an id), over 200
 * bytes, not UTF-8, or has control characters. Any thread. */
bool leat_store_check_name(const char *name, GError **error);

/* INVALID as above, EXISTS for a name that is taken, NOT_FOUND. */
bool leat_store_rename(LeatStore *store, int64_t recording, const char *name, GError **error);

/* Deletes a part of a recording, from its end, in a transaction short enough not to hold up another
 * recording. `left` receives the frames that are still there; at 0 the recording is gone, with its
 * labels and predictions. Between two calls the file agrees with itself: the recording is shorter,
 * and its ledger says that frames were lost at stage record because they were deleted. */
bool leat_store_delete_some(LeatStore *store, int64_t recording, int64_t *left, GError **error);

#endif
