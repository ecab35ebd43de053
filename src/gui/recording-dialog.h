/* SPDX-License-Identifier: MIT */
/* The dialog that says how the next recording is to be made. What cannot be is told as it is typed.
 * Main thread. */
#ifndef LEAT_GUI_RECORDING_DIALOG_H
#define LEAT_GUI_RECORDING_DIALOG_H

#include "gui/library-model.h"
#include "gui/recording-plan.h"

#include <adwaita.h>

#define LEAT_TYPE_RECORDING_DIALOG (leat_recording_dialog_get_type())
G_DECLARE_FINAL_TYPE(LeatRecordingDialog, leat_recording_dialog, LEAT, RECORDING_DIALOG, AdwWindow)

/* Over `parent`; `library` knows the names that are taken. Signal "created" (gpointer plan): a
 * LeatRecordingPlan, to be copied. */
LeatRecordingDialog *leat_recording_dialog_new(GtkWindow *parent, LeatLibraryModel *library,
                                               const LeatRecordingPlan *plan);

#endif
