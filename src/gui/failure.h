/* SPDX-License-Identifier: MIT */
/* How the window tells that something failed: a short line on the picture, and behind its button
 * the whole cause as the layer that met it told it. Main thread. */
#ifndef LEAT_GUI_FAILURE_H
#define LEAT_GUI_FAILURE_H

#include <adwaita.h>

/* `doing` ("Recording did not start") with the kind of cause that a LeatError code names; free with
 * g_free. */
char *leat_failure_headline(int code, const char *doing);

/* A toast whose button shows the cause in a dialog over `parent`. */
void leat_failure_show(AdwToastOverlay *overlay, GtkWindow *parent, const char *headline,
                       const char *cause);

#endif
