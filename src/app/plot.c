/* SPDX-License-Identifier: MIT */
#include "app/plot.h"

#include "app/plot-draw.h"
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

typedef struct {
    cairo_surface_t *surface;
    cairo_t *cairo;
} Plot;

static Plot begin(const char *path)
{
    Plot plot;

    plot.surface = cairo_svg_surface_create(path, WIDTH, HEIGHT);
    plot.cairo = cairo_create(plot.surface);
    cairo_set_source_rgb(plot.cairo, 1, 1, 1);
    cairo_paint(plot.cairo);
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
    Plot plot = begin(path);

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

static void draw_gap_axis(cairo_t *cairo)
{
    static const char *const labels[] = {"1 ms", "10 ms", "100 ms", "1 s", "10 s", "100 s"};
    double height = HEIGHT - TOP - BOTTOM;

    for (int i = 0; i < 6; i++) {
        double y = TOP + height - i * height / 5;

        leat_plot_set_colour(cairo, leat_plot_grey);
        leat_plot_line(cairo, LEFT, y, WIDTH - RIGHT, y, 0.5);
        leat_plot_set_colour(cairo, leat_plot_black);
        leat_plot_write(cairo, LEFT - 8, y + 4, 1, labels[i]);
    }
}

/* A bar that stands on the axis, with its figure above it. */
static void draw_bar(cairo_t *cairo, LeatPlotColour colour, double x, double width, double tall,
                     const char *figure)
{
    double floor_y = HEIGHT - BOTTOM;

    leat_plot_set_colour(cairo, colour);
    cairo_rectangle(cairo, x, floor_y - tall, width, tall);
    cairo_fill(cairo);
    leat_plot_set_colour(cairo, leat_plot_black);
    leat_plot_write(cairo, x + width / 2, floor_y - tall - 5, 0.5, figure);
}

static double share(int64_t part, int64_t whole)
{
    return whole > 0 ? MIN((double)part / (double)whole, 1) : 0;
}

static void draw_run(cairo_t *cairo, const LeatStudyRun *run, double x, double width)
{
    double height = HEIGHT - TOP - BOTTOM;
    double shown = share(run->meanwhile.presented, run->meanwhile.due);
    char *gap = run->loop_gap_ms.max < 1000
                    ? g_strdup_printf("%.3g ms", run->loop_gap_ms.max)
                    : g_strdup_printf("%.3g s", run->loop_gap_ms.max / 1000);
    char *percent = g_strdup_printf("%.0f %%", shown * 100);
    char *name = g_strdup_printf("%s, %s", leat_study_concurrency_name(run->concurrency),
                                 leat_executor_kind_name(run->executor));

    draw_bar(cairo, leat_plot_orange, x + width * 0.14, width * 0.34,
             log_height(run->loop_gap_ms.max, height), gap);
    draw_bar(cairo, leat_plot_blue, x + width * 0.52, width * 0.34, MAX(shown * height * 0.9, 1),
             percent);
    leat_plot_write(cairo, x + width / 2, HEIGHT - BOTTOM + 20, 0.5, name);
    g_free(name);
    g_free(percent);
    g_free(gap);
}

bool leat_plot_study(const char *path, const LeatStudyReport *report, GError **error)
{
    double width = (double)(WIDTH - LEFT - RIGHT) / LEAT_STUDY_RUNS;
    char *title = g_strdup_printf("A live picture while %u cores compute, by concurrency, executor",
                                  report->cores);
    Plot plot = begin(path);

    leat_plot_set_font(plot.cairo);
    leat_plot_set_colour(plot.cairo, leat_plot_black);
    leat_plot_write(plot.cairo, LEFT, TOP / 2.0, 0, title);
    draw_gap_axis(plot.cairo);
    for (unsigned i = 0; i < report->run_count; i++)
        draw_run(plot.cairo, &report->runs[i], LEFT + i * width, width);
    leat_plot_set_colour(plot.cairo, leat_plot_orange);
    leat_plot_write(plot.cairo, LEFT, HEIGHT - 12, 0, "longest gap of the main loop (axis)");
    leat_plot_set_colour(plot.cairo, leat_plot_blue);
    leat_plot_write(plot.cairo, WIDTH - RIGHT, HEIGHT - 12, 1, "frames shown, of those due");
    g_free(title);
    return end(&plot, path, error);
}
