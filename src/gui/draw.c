/* SPDX-License-Identifier: MIT */
#include "gui/draw.h"

void leat_draw_set_color(cairo_t *cr, GtkWidget *widget, const char *name, double alpha)
{
    GtkStyleContext *style = gtk_widget_get_style_context(widget);
    GdkRGBA color;

    if (!name || !gtk_style_context_lookup_color(style, name, &color))
        gtk_style_context_get_color(style, &color);
    cairo_set_source_rgba(cr, color.red, color.green, color.blue, color.alpha * alpha);
}
