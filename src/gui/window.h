/* SPDX-License-Identifier: MIT */
/* A window of the studio: its pages over one context, the header with the menu, and what concerns
 * the window as a whole. Its commands are actions, so that buttons, menus and keys reach the same
 * ones. Main thread. */
#ifndef LEAT_GUI_WINDOW_H
#define LEAT_GUI_WINDOW_H

#include "gui/application.h"

#define LEAT_TYPE_WINDOW (leat_window_get_type())
G_DECLARE_FINAL_TYPE(LeatWindow, leat_window, LEAT, WINDOW, AdwApplicationWindow)

typedef struct {
    const char *library;  /* a path; NULL for the user's own */
    const char *source;   /* as for --source; NULL for the best that is found */
    bool start;           /* the source, at once */
    const char *page;     /* to begin with, by its name */
    const char *location; /* to open then, a library or a source; NULL for nothing */
} LeatWindowOptions;

LeatWindow *leat_window_new(LeatApplication *application, const LeatWindowOptions *options);

/* Closes it without asking, as soon as what is recorded is committed. */
void leat_window_end(LeatWindow *window);

#endif
