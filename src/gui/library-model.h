/* SPDX-License-Identifier: MIT */
/* The library that a window works on: the path of the file. Main thread.
 *
 * Signals:
 *   "changed" ()  the path or what is in the file has changed */
#ifndef LEAT_GUI_LIBRARY_MODEL_H
#define LEAT_GUI_LIBRARY_MODEL_H

#include <glib-object.h>

#define LEAT_TYPE_LIBRARY_MODEL (leat_library_model_get_type())
G_DECLARE_FINAL_TYPE(LeatLibraryModel, leat_library_model, LEAT, LIBRARY_MODEL, GObject)

LeatLibraryModel *leat_library_model_new(void);

/* NULL as long as none is chosen; valid until it is set again. The file need not exist yet. */
const char *leat_library_model_path(LeatLibraryModel *library);
void leat_library_model_set_path(LeatLibraryModel *library, const char *path);

#endif
