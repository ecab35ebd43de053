/* SPDX-License-Identifier: MIT */
/* The mouse wheel scrolls what is under it. GTK's spin buttons and sliders take it for themselves,
 * so that scrolling past them changes them unseen. Main thread. */
#ifndef LEAT_GUI_WHEEL_H
#define LEAT_GUI_WHEEL_H

#include <gtk/gtk.h>

/* No spin button and no slider within the widget takes the wheel. */
void leat_wheel_only_scrolls(GtkWidget *widget);

#endif
