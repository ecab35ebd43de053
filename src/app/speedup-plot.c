/* SPDX-License-Identifier: MIT */
#include "app/speedup-plot.h"

#include "app/plot-draw.h"

#include <math.h>
#include <stdlib.h>

#define LEFT 48
#define RIGHT 24
#define BOTTOM 52

/* On a dark ground. */
static const LeatPlotColour white = {0.93, 0.93, 0.93}, dark_grey = {0.42, 0.42, 0.42};

typedef struct {
    const LeatSpeedupPlot *about;
    cairo_t *cairo;
    double top, width, height; /* of the field within the axes */
    unsigned most;             /* of either axis */
} Drawing;

static void set_colour(Drawing *drawing, LeatPlotColour on_light, LeatPlotColour on_dark)
{
    leat_plot_set_colour(drawing->cairo, drawing->about->on_dark ? on_dark : on_light);
}

static double x_of(const Drawing *drawing, double workers)
{
    return LEFT + workers / drawing->most * drawing->width;
}

static double y_of(const Drawing *drawing, double speedup)
{
    return drawing->top + drawing->height - speedup / drawing->most * drawing->height;
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

        set_colour(drawing, leat_plot_grey, dark_grey);
        leat_plot_line(drawing->cairo, LEFT, y, LEFT + drawing->width, y, 0.5);
        set_colour(drawing, leat_plot_black, white);
        leat_plot_write(drawing->cairo, LEFT - 8, y + 4, 1, text);
        leat_plot_write(drawing->cairo, x_of(drawing, at), floor + 20, 0.5, text);
        g_free(text);
    }
    leat_plot_write(drawing->cairo, LEFT + drawing->width / 2, floor + 40, 0.5,
                    drawing->about->workers);
    set_colour(drawing, leat_plot_grey, dark_grey);
    cairo_set_dash(drawing->cairo, (const double[]){6, 4}, 2, 0);
    leat_plot_line(drawing->cairo, LEFT, floor, LEFT + drawing->width, drawing->top, 1.5);
    cairo_set_dash(drawing->cairo, NULL, 0, 0);
}

static void draw_runs(Drawing *drawing, const LeatCpuTestRun *runs, unsigned count)
{
    set_colour(drawing, leat_plot_blue, leat_plot_sky_blue);
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
        leat_plot_write(drawing->cairo, x - 6, y - 8, 1, text);
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
    leat_plot_set_font(cairo);
    set_colour(&drawing, leat_plot_black, white);
    if (plot->title)
        leat_plot_write(cairo, LEFT, drawing.top / 2, 0, plot->title);
    draw_axes(&drawing);
    draw_runs(&drawing, ordered, count);
    g_free(ordered);
}
