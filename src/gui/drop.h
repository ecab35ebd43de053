/* SPDX-License-Identifier: MIT */
/* Lets files and addresses be dropped on a widget. Main thread. */
#ifndef LEAT_GUI_DROP_H
#define LEAT_GUI_DROP_H

#include <gtk/gtk.h>
#include <stdbool.h>

/* `location` is a path, or the address of what has none. */
typedef void (*LeatDropped)(GtkWidget *widget, const char *location);

/* Calls `dropped` for each file and folder, in their order, or for the first line of a text. */
void leat_drop_accept(GtkWidget *widget, LeatDropped dropped);

/* The same for what was dropped; false when it is nothing of the kind. Waits for no disk: whether
 * it is there is for `dropped` to find out. */
bool leat_drop_take(const GValue *value, GtkWidget *widget, LeatDropped dropped);

#endif
