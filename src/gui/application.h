/* SPDX-License-Identifier: MIT */
/* The program behind the windows: opens and closes them, and owns what they share, the settings
 * and the list of recent files. Its commands are the actions "app.…". Main thread. */
#ifndef LEAT_GUI_APPLICATION_H
#define LEAT_GUI_APPLICATION_H

#include "gui/gui.h"
#include "gui/recent-files.h"
#include "gui/settings.h"

#include <adwaita.h>

#define LEAT_TYPE_APPLICATION (leat_application_get_type())
G_DECLARE_FINAL_TYPE(LeatApplication, leat_application, LEAT, APPLICATION, AdwApplication)

/* `options` are for the first window, and stay with the caller. */
LeatApplication *leat_application_new(const LeatGuiOptions *options);

LeatSettings *leat_application_settings(LeatApplication *application);
LeatRecentFiles *leat_application_recent_files(LeatApplication *application);

/* Closes every window without asking; what is recorded is committed. Asked again, it does no more:
 * what is still being written then, such as labels, is written to its end, which has its bounds. */
void leat_application_end(LeatApplication *application);

#endif
