/* SPDX-License-Identifier: MIT */
#include "gui/css-class.h"

void leat_css_class_set(GtkWidget *widget, const char *name, bool on)
{
    if (on)
        gtk_widget_add_css_class(widget, name);
    else
        gtk_widget_remove_css_class(widget, name);
}
