/* SPDX-License-Identifier: MIT */
/* The studio's window: the live picture and the three groups of controls. Its commands are
 * actions, so that buttons, menus and keys reach the same ones. Main thread. */
#ifndef LEAT_GUI_WINDOW_H
#define LEAT_GUI_WINDOW_H

#include "gui/gui.h"

#include <adwaita.h>

#define LEAT_TYPE_WINDOW (leat_window_get_type())
G_DECLARE_FINAL_TYPE(LeatWindow, leat_window, LEAT, WINDOW, AdwApplicationWindow)

LeatWindow *leat_window_new(AdwApplication *application, const LeatGuiOptions *options);

#endif
