/* SPDX-License-Identifier: MIT */
#include "app/plot.h"

#include "app/speedup-plot.h"
#include "base/error.h"

#include <cairo-svg.h>
#include <cairo.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>

#define WIDTH 640
#define HEIGHT 400
#define LEFT 70
#define RIGHT 30
#define TOP 50
#define BOTTOM 60
#define TEXT_SIZE 13

typedef struct {
    double red, green, blue;
} Colour;

/* Readable for the colour-blind too (Okabe, Ito: "Color Universal Design", 2008). */
static const Colour black = {0.1, 0.1, 0.1}, grey = {0.75, 0.75, 0.75}, blue = {0, 0.45, 0.70},
                    orange = {0.90, 0.60, 0};

typedef struct {
    cairo_surface_t *surface;
    cairo_t *cairo;
} Plot;

static void set_colour(Plot *plot, Colour colour)
{
    cairo_set_source_rgb(plot->cairo, colour.red, colour.green, colour.blue);
}

/* `title` NULL for none. */
static Plot begin(const char *path, const char *title)
{
    Plot plot;

    plot.surface = cairo_svg_surface_create(path, WIDTH, HEIGHT);
    plot.cairo = cairo_create(plot.surface);
    cairo_set_source_rgb(plot.cairo, 1, 1, 1);
    cairo_paint(plot.cairo);
    cairo_select_font_face(plot.cairo, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                           CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(plot.cairo, TEXT_SIZE);
    set_colour(&plot, black);
    cairo_move_to(plot.cairo, LEFT, TOP / 2.0);
    if (title)
        cairo_show_text(plot.cairo, title);
    return plot;
}

static bool end(Plot *plot, const char *path, GError **error)
{
    cairo_status_t status = cairo_status(plot->cairo);

    cairo_destroy(plot->cairo);
    cairo_surface_finish(plot->surface);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(plot->surface);
    cairo_surface_destroy(plot->surface);
    if (status == CAIRO_STATUS_SUCCESS)
        return true;
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_FAILED, "cannot write the plot %s: %s", path,
                cairo_status_to_string(status));
    return false;
}

/* `anchor` 0 puts the text's left end at x, 0.5 its middle, 1 its right end. */
static void write_text(Plot *plot, double x, double y, double anchor, const char *text)
{
    cairo_text_extents_t extents;

    cairo_text_extents(plot->cairo, text, &extents);
    cairo_move_to(plot->cairo, x - anchor * extents.width, y);
    cairo_show_text(plot->cairo, text);
}

static void draw_line(Plot *plot, double x0, double y0, double x1, double y1, double width)
{
    cairo_set_line_width(plot->cairo, width);
    cairo_move_to(plot->cairo, x0, y0);
    cairo_line_to(plot->cairo, x1, y1);
    cairo_stroke(plot->cairo);
}

bool leat_plot_check(const char *path, GError **error)
{
    FILE *file = fopen(path, "ae");

    if (!file) {
        leat_error_set_errno(error, errno, "cannot write the plot %s", path);
        return false;
    }
    fclose(file);
    return true;
}

bool leat_plot_speedup(const char *path, const LeatCpuTestSeries *series, GError **error)
{
    char *title = g_strdup_printf("CPU test on %s: speed-up over workers (dashed: ideal)",
                                  leat_executor_kind_name(series->executor));
    Plot plot = begin(path, NULL);

    leat_speedup_plot_draw(
        &(LeatSpeedupPlot){.width = WIDTH, .height = HEIGHT, .title = title, .workers = "workers"},
        plot.cairo, series->runs, series->run_count);
    g_free(title);
    return end(&plot, path, error);
}

/* The place of a gap on a logarithmic axis from 1 ms to 100 s. */
static double log_height(double ms, double height)
{
    return CLAMP(log10(MAX(ms, 1)) / 5, 0.004, 1) * height;
}

static void draw_gap_axis(Plot *plot)
{
    static const char *const labels[] = {"1 ms", "10 ms", "100 ms", "1 s", "10 s", "100 s"};
    double height = HEIGHT - TOP - BOTTOM;

    for (int i = 0; i < 6; i++) {
        double y = TOP + height - i * height / 5;

        set_colour(plot, grey);
        draw_line(plot, LEFT, y, WIDTH - RIGHT, y, 0.5);
        set_colour(plot, black);
        write_text(plot, LEFT - 8, y + 4, 1, labels[i]);
    }
}

/* A bar that stands on the axis, with its figure above it. */
static void draw_bar(Plot *plot, Colour colour, double x, double width, double tall,
                     const char *figure)
{
    double floor_y = HEIGHT - BOTTOM;

    set_colour(plot, colour);
    cairo_rectangle(plot->cairo, x, floor_y - tall, width, tall);
    cairo_fill(plot->cairo);
    set_colour(plot, black);
    write_text(plot, x + width / 2, floor_y - tall - 5, 0.5, figure);
}

static double share(int64_t part, int64_t whole)
{
    return whole > 0 ? MIN((double)part / (double)whole, 1) : 0;
}

static void draw_run(Plot *plot, const LeatStudyRun *run, double x, double width)
{
    double height = HEIGHT - TOP - BOTTOM;
    double shown = share(run->meanwhile.presented, run->meanwhile.due);
    char *gap = run->loop_gap_ms.max < 1000
                    ? g_strdup_printf("%.3g ms", run->loop_gap_ms.max)
                    : g_strdup_printf("%.3g s", run->loop_gap_ms.max / 1000);
    char *percent = g_strdup_printf("%.0f %%", shown * 100);
    char *name = g_strdup_printf("%s, %s", leat_study_concurrency_name(run->concurrency),
                                 leat_executor_kind_name(run->executor));

    draw_bar(plot, orange, x + width * 0.14, width * 0.34, log_height(run->loop_gap_ms.max, height),
             gap);
    draw_bar(plot, blue, x + width * 0.52, width * 0.34, MAX(shown * height * 0.9, 1), percent);
    write_text(plot, x + width / 2, HEIGHT - BOTTOM + 20, 0.5, name);
    g_free(name);
    g_free(percent);
    g_free(gap);
}

bool leat_plot_study(const char *path, const LeatStudyReport *report, GError **error)
{
    double width = (double)(WIDTH - LEFT - RIGHT) / LEAT_STUDY_RUNS;
    char *title = g_strdup_printf("A live picture while %u cores compute, by concurrency, executor",
                                  report->cores);
    Plot plot = begin(path, title);

    draw_gap_axis(&plot);
    for (unsigned i = 0; i < report->run_count; i++)
        draw_run(&plot, &report->runs[i], LEFT + i * width, width);
    set_colour(&plot, orange);
    write_text(&plot, LEFT, HEIGHT - 12, 0, "longest gap of the main loop (axis)");
    set_colour(&plot, blue);
    write_text(&plot, WIDTH - RIGHT, HEIGHT - 12, 1, "frames shown, of those due");
    g_free(title);
    return end(&plot, path, error);
}
