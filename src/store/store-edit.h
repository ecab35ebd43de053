/* SPDX-License-Identifier: MIT */
/* A store that may be changed: labels, models, predictions. (Frames are written by a
 * LeatStoreWriter, which may be at work at the same time.) A LeatStore like any other: one thread
 * at a time, and every call may wait for the disk, up to 5 s also for another program's lock. */
#ifndef LEAT_STORE_STORE_EDIT_H
#define LEAT_STORE_STORE_EDIT_H

#include "store/store.h"

#include <glib.h>

/* The file must exist; one of an older version is brought up to date. The errors of
 * leat_store_open, and PERMISSION, NO_SPACE. Close it with leat_store_close. */
LeatStore *leat_store_open_to_edit(const char *path, GError **error);

#endif
