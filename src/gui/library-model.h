/* SPDX-License-Identifier: MIT */
/* The library that a window works on: the path of the file, and what is in it, kept up to date from
 * a thread. Main thread.
 *
 * Signals:
 *   "changed" ()  the path has changed
 *   "loaded" ()   what is in the file was read anew, or could not be; the state may have changed */
#ifndef LEAT_GUI_LIBRARY_MODEL_H
#define LEAT_GUI_LIBRARY_MODEL_H

#include "gui/recording-item.h"

#include <gio/gio.h>
#include <stdbool.h>
#include <stdint.h>

#define LEAT_TYPE_LIBRARY_MODEL (leat_library_model_get_type())
G_DECLARE_FINAL_TYPE(LeatLibraryModel, leat_library_model, LEAT, LIBRARY_MODEL, GObject)

/* The size of thumbnails, px. */
#define LEAT_THUMBNAIL_WIDTH 240
#define LEAT_THUMBNAIL_HEIGHT 136

typedef enum {
    LEAT_LIBRARY_LOADING, /* or no path yet */
    LEAT_LIBRARY_READY,   /* also when the file is not there yet: it has no recordings */
    LEAT_LIBRARY_FAILED,
} LeatLibraryState;

LeatLibraryModel *leat_library_model_new(void);

/* NULL as long as none is chosen; valid until it is set again. The file need not exist yet. */
const char *leat_library_model_path(LeatLibraryModel *library);
void leat_library_model_set_path(LeatLibraryModel *library, const char *path);

LeatLibraryState leat_library_model_state(LeatLibraryModel *library);

/* Why it failed; NULL when it did not. */
const GError *leat_library_model_error(LeatLibraryModel *library);

/* LeatRecordingItem, the newest first, without those that are hidden. */
GListModel *leat_library_model_recordings(LeatLibraryModel *library);

/* The item, hidden or not; NULL when there is none. */
LeatRecordingItem *leat_library_model_find(LeatLibraryModel *library, int64_t recording);
bool leat_library_model_has_name(LeatLibraryModel *library, const char *name);

/* While somebody looks at it, changes by others are seen within a second. */
void leat_library_model_set_shown(LeatLibraryModel *library, bool shown);
void leat_library_model_refresh(LeatLibraryModel *library);

/* A recording that is to be deleted is out of sight before it is gone. */
void leat_library_model_hide(LeatLibraryModel *library, int64_t recording);
void leat_library_model_unhide(LeatLibraryModel *library, int64_t recording);

/* The item has it some time later, as its "changed" tells. */
void leat_library_model_want_thumbnail(LeatLibraryModel *library, LeatRecordingItem *item);

#endif
