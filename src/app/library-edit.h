/* SPDX-License-Identifier: MIT */
/* Renaming and deleting recordings of a library. They wait for the disk: for a thread that may. */
#ifndef LEAT_APP_LIBRARY_EDIT_H
#define LEAT_APP_LIBRARY_EDIT_H

#include "app/library.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* False with INVALID for a name that a recording cannot have. Any thread; does not wait. */
bool leat_library_check_name(const char *name, GError **error);

/* BUSY for a recording that is being written, EXISTS for a name that is taken. */
bool leat_library_rename(const char *path, int64_t recording, const char *name, GError **error);

/* In steps that leave others their turn: a recording that goes on in the same file is not held up.
 * One that is cancelled, or that fails, leaves the rest of the recording, which is whole in itself
 * and says what was deleted. `progress` (may be NULL) as in LeatExportRequest. */
bool leat_library_delete(const char *path, int64_t recording, LeatProgressFunc progress, void *data,
                         LeatCancel *cancel, GError **error);

#endif
