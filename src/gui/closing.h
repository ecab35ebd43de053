/* SPDX-License-Identifier: MIT */
/* What stands between the wish to close a window and its end: a recording to commit, labels to
 * write, jobs to cancel. Main thread. */
#ifndef LEAT_GUI_CLOSING_H
#define LEAT_GUI_CLOSING_H

#include "gui/context.h"

#include <adwaita.h>

/* Whether something would be cut short: a recording or a job. */
bool leat_closing_ends_something(const LeatContext *context);

/* Asks over `parent`, and calls `agreed` when the answer is to stop it. The dialog goes with its
 * parent. Returns the dialog. */
GtkWindow *leat_closing_ask(GtkWindow *parent, const LeatContext *context,
                            void (*agreed)(GtkWindow *parent));

/* Stops the session and cancels the jobs. Calls `ended` from the loop, once, when all is done and
 * committed, unless the parent is gone by then. */
void leat_closing_begin(GtkWindow *parent, const LeatContext *context,
                        void (*ended)(GtkWindow *parent));

#endif
