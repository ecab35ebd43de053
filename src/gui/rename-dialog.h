/* SPDX-License-Identifier: MIT */
/* Asks for a recording's new name, and judges it as it is typed. Main thread. */
#ifndef LEAT_GUI_RENAME_DIALOG_H
#define LEAT_GUI_RENAME_DIALOG_H

#include "gui/library-model.h"

#include <adwaita.h>

#define LEAT_TYPE_RENAME_DIALOG (leat_rename_dialog_get_type())
G_DECLARE_FINAL_TYPE(LeatRenameDialog, leat_rename_dialog, LEAT, RENAME_DIALOG, AdwMessageDialog)

/* Signal "named" (const char *name): the answer, which can be a name and is not taken. */

LeatRenameDialog *leat_rename_dialog_new(GtkWindow *parent, LeatLibraryModel *library,
                                         LeatRecordingItem *item);
int64_t leat_rename_dialog_recording(LeatRenameDialog *dialog);

#endif
