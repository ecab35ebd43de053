/* SPDX-License-Identifier: MIT */
/* What the drawn figures share: the style's colours. Main thread. */
#ifndef LEAT_GUI_DRAW_H
#define LEAT_GUI_DRAW_H

#include <gtk/gtk.h>

/* A named colour of the style ("accent_bg_color"), or the text's for NULL, so much of it. */
void leat_draw_set_color(cairo_t *cr, GtkWidget *widget, const char *name, double alpha);

#endif
