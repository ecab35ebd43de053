/* SPDX-License-Identifier: MIT */
#include "app/training-plot.h"

#include "app/plot-draw.h"

#include <glib.h>
#include <math.h>

#define LEFT 52
#define RIGHT 24
#define RIGHT_WITH_AXIS 56
#define TOP 36
#define BOTTOM 52

/* Lines across the field. */
#define CUTS 4

/* On a dark ground. */
static const LeatPlotColour white = {0.93, 0.93, 0.93}, dark_grey = {0.42, 0.42, 0.42};
static const LeatPlotColour green = {0, 0.62, 0.45};

typedef struct {
    const LeatTrainingPlot *about;
    cairo_t *cairo;
    double width, height; /* of the field within the axes */
    unsigned epochs;      /* on the axis */
    double loss;          /* the highest on the axis */
} Drawing;

/* Of an entry of the curve. */
typedef double (*Value)(const LeatTrainingEpoch *epoch);

static double train_loss(const LeatTrainingEpoch *epoch)
{
    return epoch->train_loss;
}

static double validation_loss(const LeatTrainingEpoch *epoch)
{
    return epoch->validation_loss;
}

static double accuracy(const LeatTrainingEpoch *epoch)
{
    return epoch->accuracy;
}

static void set_colour(const Drawing *drawing, LeatPlotColour on_light, LeatPlotColour on_dark)
{
    leat_plot_set_colour(drawing->cairo, drawing->about->on_dark ? on_dark : on_light);
}

static double x_of(const Drawing *drawing, double epoch)
{
    return LEFT + (epoch - 1) / MAX(1, drawing->epochs - 1) * drawing->width;
}

static double y_of(const Drawing *drawing, double share)
{
    return TOP + drawing->height * (1 - CLAMP(share, 0, 1));
}

/* The next of 1, 2 and 5 times a power of ten. */
static double round_up(double value)
{
    double power = pow(10, floor(log10(value))), digit = value / power;

    return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
}

static double highest_loss(const LeatTrainingEpoch *curve, unsigned count)
{
    double highest = 0;

    for (unsigned i = 0; i < count; i++) {
        if (isfinite(curve[i].train_loss))
            highest = MAX(highest, curve[i].train_loss);
        if (isfinite(curve[i].validation_loss))
            highest = MAX(highest, curve[i].validation_loss);
    }
    return highest > 1e-9 ? round_up(highest) : 1;
}

static void draw_rows(const Drawing *drawing)
{
    for (unsigned i = 0; i <= CUTS; i++) {
        double share = (double)i / CUTS, y = y_of(drawing, share);
        char *loss = g_strdup_printf("%.3g", share * drawing->loss);
        char *percent = g_strdup_printf("%.0f %%", share * 100);

        set_colour(drawing, leat_plot_grey, dark_grey);
        leat_plot_line(drawing->cairo, LEFT, y, LEFT + drawing->width, y, 0.5);
        set_colour(drawing, leat_plot_black, white);
        leat_plot_write(drawing->cairo, LEFT - 8, y + 4, 1, loss);
        if (drawing->about->accuracy)
            leat_plot_write(drawing->cairo, LEFT + drawing->width + 8, y + 4, 0, percent);
        g_free(loss);
        g_free(percent);
    }
}

static void draw_epochs(const Drawing *drawing)
{
    unsigned step = (unsigned)MAX(1, round_up(drawing->epochs / 8.0));
    double floor = y_of(drawing, 0);

    set_colour(drawing, leat_plot_black, white);
    for (unsigned at = 1; at <= drawing->epochs; at = at == 1 && step > 1 ? step : at + step) {
        char *text = g_strdup_printf("%u", at);

        leat_plot_write(drawing->cairo, x_of(drawing, at), floor + 20, 0.5, text);
        g_free(text);
    }
    leat_plot_write(drawing->cairo, LEFT + drawing->width / 2, floor + 40, 0.5,
                    drawing->about->epochs_text);
}

static void draw_best(const Drawing *drawing)
{
    double x = x_of(drawing, drawing->about->best_epoch);

    if (drawing->about->best_epoch == 0)
        return;
    set_colour(drawing, leat_plot_grey, dark_grey);
    cairo_set_dash(drawing->cairo, (const double[]){6, 4}, 2, 0);
    leat_plot_line(drawing->cairo, x, y_of(drawing, 0), x, y_of(drawing, 1), 1.5);
    cairo_set_dash(drawing->cairo, NULL, 0, 0);
}

static void draw_curve(const Drawing *drawing, const LeatTrainingEpoch *curve, unsigned count,
                       Value value, double highest)
{
    /* Words leave a point behind them. */
    cairo_new_path(drawing->cairo);
    cairo_set_line_width(drawing->cairo, 2);
    for (unsigned i = 0; i < count; i++)
        if (isfinite(value(&curve[i])))
            cairo_line_to(drawing->cairo, x_of(drawing, curve[i].epoch),
                          y_of(drawing, value(&curve[i]) / highest));
    cairo_stroke(drawing->cairo);
    /* A single epoch is no line. */
    if (count == 1 && isfinite(value(curve))) {
        cairo_arc(drawing->cairo, x_of(drawing, curve->epoch),
                  y_of(drawing, value(curve) / highest), 3, 0, 2 * G_PI);
        cairo_fill(drawing->cairo);
    }
}

/* A stroke in the colour that is set, and what it stands for. Returns where it ends. */
static double draw_key(const Drawing *drawing, double x, const char *text)
{
    cairo_text_extents_t extents;

    leat_plot_line(drawing->cairo, x, TOP / 2.0 - 4, x + 18, TOP / 2.0 - 4, 3);
    set_colour(drawing, leat_plot_black, white);
    leat_plot_write(drawing->cairo, x + 24, TOP / 2.0, 0, text);
    cairo_text_extents(drawing->cairo, text, &extents);
    return x + 24 + extents.x_advance + 18;
}

static void draw_curves(const Drawing *drawing, const LeatTrainingEpoch *curve, unsigned count)
{
    const LeatTrainingPlot *about = drawing->about;
    double x = LEFT;

    set_colour(drawing, leat_plot_blue, leat_plot_sky_blue);
    draw_curve(drawing, curve, count, train_loss, drawing->loss);
    x = draw_key(drawing, x, about->train_text);
    leat_plot_set_colour(drawing->cairo, leat_plot_orange);
    draw_curve(drawing, curve, count, validation_loss, drawing->loss);
    x = draw_key(drawing, x, about->validation_text);
    if (!about->accuracy)
        return;
    leat_plot_set_colour(drawing->cairo, green);
    draw_curve(drawing, curve, count, accuracy, 1);
    draw_key(drawing, x, about->accuracy_text);
}

void leat_training_plot_draw(const LeatTrainingPlot *plot, cairo_t *cairo,
                             const LeatTrainingEpoch *curve, unsigned count)
{
    Drawing drawing = {
        .about = plot,
        .cairo = cairo,
        .width = plot->width - LEFT - (plot->accuracy ? RIGHT_WITH_AXIS : RIGHT),
        .height = plot->height - TOP - BOTTOM,
        .epochs = MAX(plot->epochs, 2),
        .loss = highest_loss(curve, count),
    };

    for (unsigned i = 0; i < count; i++)
        drawing.epochs = MAX(drawing.epochs, curve[i].epoch);
    leat_plot_set_font(cairo);
    draw_rows(&drawing);
    draw_epochs(&drawing);
    draw_best(&drawing);
    draw_curves(&drawing, curve, count);
}
