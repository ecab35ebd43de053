/* SPDX-License-Identifier: MIT */
/* What the plots draw with: their colours, lines and words, in any cairo context. The context's
 * thread. */
#ifndef LEAT_APP_PLOT_DRAW_H
#define LEAT_APP_PLOT_DRAW_H

#include <cairo.h>

typedef struct {
    double red, green, blue;
} LeatPlotColour;

/* Readable for the colour-blind too (Okabe, Ito: "Color Universal Design", 2008). */
extern const LeatPlotColour leat_plot_black, leat_plot_grey, leat_plot_blue, leat_plot_sky_blue,
    leat_plot_orange;

void leat_plot_set_colour(cairo_t *cairo, LeatPlotColour colour);

/* The face and size of all words. */
void leat_plot_set_font(cairo_t *cairo);

/* `anchor` 0 puts the text's left end at x, 0.5 its middle, 1 its right end. */
void leat_plot_write(cairo_t *cairo, double x, double y, double anchor, const char *text);

void leat_plot_line(cairo_t *cairo, double x0, double y0, double x1, double y1, double width);

#endif
