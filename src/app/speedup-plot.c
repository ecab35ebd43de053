/* SPDX-License-Identifier: MIT */
#include "app/speedup-plot.h"

#include <math.h>
#include <stdlib.h>

#define LEFT 48
#define RIGHT 24
#define BOTTOM 52
#define TEXT_SIZE 13

typedef struct {
    double red, green, blue;
} Colour;

/* Readable for the colour-blind too (Okabe, Ito: "Color Universal Design", 2008). */
static const Colour black = {0.1, 0.1, 0.1}, white = {0.93, 0.93, 0.93}, grey = {0.75, 0.75, 0.75},
                    dark_grey = {0.42, 0.42, 0.42}, blue = {0, 0.45, 0.70},
                    sky_blue = {0.34, 0.71, 0.91};

typedef struct {
    const LeatSpeedupPlot *about;
    cairo_t *cairo;
    double top, width, height; /* of the field within the axes */
    unsigned most;             /* of either axis */
} Drawing;

static void set_colour(Drawing *drawing, Colour on_light, Colour on_dark)
{
    Colour colour = drawing->about->on_dark ? on_dark : on_light;

    cairo_set_source_rgb(drawing->cairo, colour.red, colour.green, colour.blue);
}

static double x_of(const Drawing *drawing, double workers)
{
    return LEFT + workers / drawing->most * drawing->width;
}

static double y_of(const Drawing *drawing, double speedup)
{
    return drawing->top + drawing->height - speedup / drawing->most * drawing->height;
}

/* `anchor` 0 puts the text's left end at x, 0.5 its middle, 1 its right end. */
static void write_text(Drawing *drawing, double x, double y, double anchor, const char *text)
{
    cairo_text_extents_t extents;

    cairo_text_extents(drawing->cairo, text, &extents);
    cairo_move_to(drawing->cairo, x - anchor * extents.width, y);
    cairo_show_text(drawing->cairo, text);
}

static void draw_line(Drawing *drawing, double x0, double y0, double x1, double y1, double width)
{
    cairo_set_line_width(drawing->cairo, width);
    cairo_move_to(drawing->cairo, x0, y0);
    cairo_line_to(drawing->cairo, x1, y1);
    cairo_stroke(drawing->cairo);
}

/* A round step that cuts 0 to `most` in at most eight. */
static unsigned choose_step(unsigned most)
{
    unsigned step = 1;

    while (most / step > 8)
        step *= 2;
    return step;
}

static void draw_axes(Drawing *drawing)
{
    unsigned step = choose_step(drawing->most);
    double floor = y_of(drawing, 0);

    for (unsigned at = 0; at <= drawing->most; at += step) {
        char *text = g_strdup_printf("%u", at);
        double y = y_of(drawing, at);

        set_colour(drawing, grey, dark_grey);
        draw_line(drawing, LEFT, y, LEFT + drawing->width, y, 0.5);
        set_colour(drawing, black, white);
        write_text(drawing, LEFT - 8, y + 4, 1, text);
        write_text(drawing, x_of(drawing, at), floor + 20, 0.5, text);
        g_free(text);
    }
    write_text(drawing, LEFT + drawing->width / 2, floor + 40, 0.5, drawing->about->workers);
    set_colour(drawing, grey, dark_grey);
    cairo_set_dash(drawing->cairo, (const double[]){6, 4}, 2, 0);
    draw_line(drawing, LEFT, floor, LEFT + drawing->width, drawing->top, 1.5);
    cairo_set_dash(drawing->cairo, NULL, 0, 0);
}

static void draw_runs(Drawing *drawing, const LeatCpuTestRun *runs, unsigned count)
{
    set_colour(drawing, blue, sky_blue);
    cairo_set_line_width(drawing->cairo, 2);
    for (unsigned i = 0; i < count; i++)
        cairo_line_to(drawing->cairo, x_of(drawing, runs[i].workers),
                      y_of(drawing, runs[i].speedup));
    cairo_stroke(drawing->cairo);
    for (unsigned i = 0; i < count; i++) {
        double x = x_of(drawing, runs[i].workers), y = y_of(drawing, runs[i].speedup);
        char *text = g_strdup_printf("%.2f", runs[i].speedup);

        cairo_arc(drawing->cairo, x, y, 4, 0, 2 * G_PI);
        cairo_fill(drawing->cairo);
        write_text(drawing, x - 6, y - 8, 1, text);
        g_free(text);
    }
}

static int by_workers(const void *a, const void *b)
{
    const LeatCpuTestRun *first = a, *second = b;

    return (first->workers > second->workers) - (first->workers < second->workers);
}

void leat_speedup_plot_draw(const LeatSpeedupPlot *plot, cairo_t *cairo, const LeatCpuTestRun *runs,
                            unsigned count)
{
    LeatCpuTestRun *ordered = g_memdup2(runs, count * sizeof *runs);
    Drawing drawing = {.about = plot, .cairo = cairo, .most = MAX(plot->most, 2)};

    drawing.top = plot->title ? 50 : 20;
    drawing.width = plot->width - LEFT - RIGHT;
    drawing.height = plot->height - drawing.top - BOTTOM;
    if (count > 0)
        qsort(ordered, count, sizeof *ordered, by_workers);
    for (unsigned i = 0; i < count; i++)
        drawing.most =
            MAX(drawing.most, MAX(ordered[i].workers, (unsigned)ceil(ordered[i].speedup)));
    cairo_select_font_face(cairo, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cairo, TEXT_SIZE);
    set_colour(&drawing, black, white);
    if (plot->title)
        write_text(&drawing, LEFT, drawing.top / 2, 0, plot->title);
    draw_axes(&drawing);
    draw_runs(&drawing, ordered, count);
    g_free(ordered);
}
