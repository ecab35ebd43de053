/* SPDX-License-Identifier: MIT */
/* Lets files and addresses be dropped on a widget. Main thread. */
#ifndef LEAT_GUI_DROP_H
#define LEAT_GUI_DROP_H

#include <gtk/gtk.h>

/* Calls `dropped` for each file's path, each address, or the first line of a text. */
void leat_drop_accept(GtkWidget *widget, void (*dropped)(GtkWidget *widget, const char *location));

#endif
