/* SPDX-License-Identifier: MIT */
/* A tooltip whose text changes while the window is used. GTK's own setter asks the display at once
 * what the pointer is over, and waits for the answer: a millisecond or more each time, in which the
 * window stands still. This one waits to be asked. Main thread. */
#ifndef LEAT_GUI_TOOLTIP_H
#define LEAT_GUI_TOOLTIP_H

#include <gtk/gtk.h>

/* NULL or an empty text for none. In place of one from a template. */
void leat_tooltip_set(GtkWidget *widget, const char *text);

#endif
