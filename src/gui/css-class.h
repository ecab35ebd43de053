/* SPDX-License-Identifier: MIT */
/* A style class that a widget has or has not. Main thread. */
#ifndef LEAT_GUI_CSS_CLASS_H
#define LEAT_GUI_CSS_CLASS_H

#include <gtk/gtk.h>
#include <stdbool.h>

void leat_css_class_set(GtkWidget *widget, const char *name, bool on);

#endif
