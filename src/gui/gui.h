/* SPDX-License-Identifier: MIT */
/* The studio: a window on the session, and nothing below it. On the main thread, once a process. */
#ifndef LEAT_GUI_GUI_H
#define LEAT_GUI_GUI_H

typedef struct {
    const char *file;   /* the library to record into; NULL for the user's own */
    const char *source; /* as for --source; NULL for the first camera, or else the test pattern */
} LeatGuiOptions;

/* Shows the window until it is closed, or SIGINT, SIGTERM or SIGHUP comes: what was recorded is
 * committed first. Returns an exit status: 1 when there is no display. */
int leat_gui_run(const LeatGuiOptions *options);

#endif
