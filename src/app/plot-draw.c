/* SPDX-License-Identifier: MIT */
#include "app/plot-draw.h"

#define TEXT_SIZE 13

const LeatPlotColour leat_plot_black = {0.1, 0.1, 0.1}, leat_plot_grey = {0.75, 0.75, 0.75},
                     leat_plot_blue = {0, 0.45, 0.70}, leat_plot_sky_blue = {0.34, 0.71, 0.91},
                     leat_plot_orange = {0.90, 0.60, 0};

void leat_plot_set_colour(cairo_t *cairo, LeatPlotColour colour)
{
    cairo_set_source_rgb(cairo, colour.red, colour.green, colour.blue);
}

void leat_plot_set_font(cairo_t *cairo)
{
    cairo_select_font_face(cairo, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cairo, TEXT_SIZE);
}

void leat_plot_write(cairo_t *cairo, double x, double y, double anchor, const char *text)
{
    cairo_text_extents_t extents;

    cairo_text_extents(cairo, text, &extents);
    cairo_move_to(cairo, x - anchor * extents.width, y);
    cairo_show_text(cairo, text);
}

void leat_plot_line(cairo_t *cairo, double x0, double y0, double x1, double y1, double width)
{
    cairo_set_line_width(cairo, width);
    cairo_move_to(cairo, x0, y0);
    cairo_line_to(cairo, x1, y1);
    cairo_stroke(cairo);
}
