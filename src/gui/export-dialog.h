/* SPDX-License-Identifier: MIT */
/* Asks what of a recording to export, as what, and where to. Main thread. */
#ifndef LEAT_GUI_EXPORT_DIALOG_H
#define LEAT_GUI_EXPORT_DIALOG_H

#include "gui/library-task.h"
#include "gui/recording-item.h"

#include <adwaita.h>

#define LEAT_TYPE_EXPORT_DIALOG (leat_export_dialog_get_type())
G_DECLARE_FINAL_TYPE(LeatExportDialog, leat_export_dialog, LEAT, EXPORT_DIALOG, AdwWindow)

/* Signal "chosen" (): the request is complete; the dialog closes. */

LeatExportDialog *leat_export_dialog_new(GtkWindow *parent, LeatRecordingItem *item);

/* All but the library's path. Valid as long as the dialog. */
LeatTaskRequest leat_export_dialog_request(LeatExportDialog *dialog);

#endif
