/* SPDX-License-Identifier: MIT */
/* Which two models of the library are to be compared. Main thread.
 *
 * Signal "chosen" (const char *one, const char *other): the user wants to see where they disagree.
 */
#ifndef LEAT_GUI_COMPARE_DIALOG_H
#define LEAT_GUI_COMPARE_DIALOG_H

#include "gui/library-model.h"

#include <adwaita.h>

#define LEAT_TYPE_COMPARE_DIALOG (leat_compare_dialog_get_type())
G_DECLARE_FINAL_TYPE(LeatCompareDialog, leat_compare_dialog, LEAT, COMPARE_DIALOG, AdwWindow)

/* Modal for `parent`; to be presented. */
LeatCompareDialog *leat_compare_dialog_new(GtkWindow *parent, LeatLibraryModel *library);

#endif
