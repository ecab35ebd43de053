/* SPDX-License-Identifier: MIT */
/* The libraries that were last open, as a menu: from the desktop's list of recent files, read and
 * written on a thread. An item activates "win.open" with the file's address. Main thread. */
#ifndef LEAT_GUI_RECENT_FILES_H
#define LEAT_GUI_RECENT_FILES_H

#include <gio/gio.h>

typedef struct LeatRecentFiles LeatRecentFiles;

/* Begins to read. */
LeatRecentFiles *leat_recent_files_new(void);

/* NULL is fine. */
void leat_recent_files_free(LeatRecentFiles *recent);

/* The list's, and kept up to date. */
GMenuModel *leat_recent_files_menu(LeatRecentFiles *recent);

/* Puts a library first; nothing happens when there is no such file. */
void leat_recent_files_add(LeatRecentFiles *recent, const char *path);

#endif
