/* SPDX-License-Identifier: MIT */
/* Asks for the command of a program that says what frames show (docs/external-models.md). Main
 * thread.
 *
 * Signals:
 *   "chosen" (char *command)
 *   "refused" ()              there shall be none */
#ifndef LEAT_GUI_PROGRAM_DIALOG_H
#define LEAT_GUI_PROGRAM_DIALOG_H

#include <adwaita.h>

#define LEAT_TYPE_PROGRAM_DIALOG (leat_program_dialog_get_type())
G_DECLARE_FINAL_TYPE(LeatProgramDialog, leat_program_dialog, LEAT, PROGRAM_DIALOG, AdwMessageDialog)

/* To be presented; it destroys itself when it is answered. `command` NULL for none yet. */
LeatProgramDialog *leat_program_dialog_new(GtkWindow *parent, const char *command);

#endif
