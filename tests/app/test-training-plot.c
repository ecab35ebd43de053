/* SPDX-License-Identifier: MIT */
#include "app/training-plot.h"

#include <cairo-svg.h>
#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 480
#define HEIGHT 240

static const LeatTrainingEpoch curve[] = {
    {.epoch = 1, .train_loss = 1.4, .validation_loss = 1.2, .accuracy = 0.3},
    {.epoch = 2, .train_loss = 0.9, .validation_loss = 0.8, .accuracy = 0.7},
    {.epoch = 3, .train_loss = 0.4, .validation_loss = 0.5, .accuracy = 0.9},
};

static LeatTrainingPlot plot(bool accuracy)
{
    return (LeatTrainingPlot){
        .width = WIDTH,
        .height = HEIGHT,
        .accuracy = accuracy,
        .best_epoch = 2,
        .epochs_text = "epochs",
        .train_text = "learned",
        .validation_text = "kept apart",
        .accuracy_text = "right",
    };
}

typedef struct {
    unsigned blue, orange, green;
} Pixels;

static bool is_near(const uint8_t *pixel, unsigned red, unsigned green, unsigned blue)
{
    return abs(pixel[2] - (int)red) < 12 && abs(pixel[1] - (int)green) < 12 &&
           abs(pixel[0] - (int)blue) < 12;
}

/* Draws it on white, and counts the pixels of each curve in the columns from `left` on. */
static Pixels draw(const LeatTrainingPlot *about, const LeatTrainingEpoch *epochs, unsigned count,
                   int left)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
    cairo_t *cairo = cairo_create(surface);
    const uint8_t *data;
    Pixels pixels = {0, 0, 0};

    cairo_set_source_rgb(cairo, 1, 1, 1);
    cairo_paint(cairo);
    leat_training_plot_draw(about, cairo, epochs, count);
    g_assert_cmpint(cairo_status(cairo), ==, CAIRO_STATUS_SUCCESS);
    cairo_destroy(cairo);
    cairo_surface_flush(surface);
    data = cairo_image_surface_get_data(surface);
    /* Below the legend, whose strokes have the same colours. */
    for (int y = 40; y < HEIGHT; y++)
        for (int x = left; x < WIDTH; x++) {
            const uint8_t *pixel = data + y * cairo_image_surface_get_stride(surface) + 4 * x;

            pixels.blue += is_near(pixel, 0, 115, 179);
            pixels.orange += is_near(pixel, 230, 153, 0);
            pixels.green += is_near(pixel, 0, 158, 115);
        }
    cairo_surface_destroy(surface);
    return pixels;
}

static void draws_the_losses_and_what_is_right(void)
{
    LeatTrainingPlot about = plot(true);
    Pixels pixels = draw(&about, curve, G_N_ELEMENTS(curve), 0);

    g_assert_cmpuint(pixels.blue, >, 200);
    g_assert_cmpuint(pixels.orange, >, 200);
    g_assert_cmpuint(pixels.green, >, 200);
}

static void of_a_number_nothing_is_right(void)
{
    LeatTrainingPlot about = plot(false);
    Pixels pixels = draw(&about, curve, G_N_ELEMENTS(curve), 0);

    g_assert_cmpuint(pixels.blue, >, 200);
    g_assert_cmpuint(pixels.green, ==, 0);
}

static void leaves_room_for_the_epochs_to_come(void)
{
    LeatTrainingPlot about = plot(true);

    about.epochs = 40;
    g_assert_cmpuint(draw(&about, curve, G_N_ELEMENTS(curve), WIDTH / 2).blue, ==, 0);
    about.epochs = 0;
    g_assert_cmpuint(draw(&about, curve, G_N_ELEMENTS(curve), WIDTH / 2).blue, >, 100);
}

static void shows_a_single_epoch_and_none(void)
{
    LeatTrainingPlot about = plot(true);

    about.best_epoch = 0;
    g_assert_cmpuint(draw(&about, curve, 1, 0).blue, >, 5);
    g_assert_cmpuint(draw(&about, curve, 0, 0).blue, ==, 0);
}

static void leaves_out_a_loss_that_is_no_number(void)
{
    LeatTrainingEpoch diverged[] = {curve[0], curve[1], curve[2]};
    LeatTrainingPlot about = plot(true);
    unsigned whole = draw(&about, curve, G_N_ELEMENTS(curve), 0).blue;

    diverged[2].train_loss = NAN;
    diverged[2].validation_loss = INFINITY;
    g_assert_cmpuint(draw(&about, diverged, G_N_ELEMENTS(diverged), 0).blue, <, whole);
}

static cairo_status_t append(void *text, const unsigned char *data, unsigned bytes)
{
    g_string_append_len(text, (const char *)data, bytes);
    return CAIRO_STATUS_SUCCESS;
}

/* As a file tells it: nothing else is on the way. */
static void each_curve_begins_at_its_first_epoch(void)
{
    GString *text = g_string_new(NULL);
    cairo_surface_t *surface = cairo_svg_surface_create_for_stream(append, text, WIDTH, HEIGHT);
    cairo_t *cairo = cairo_create(surface);
    LeatTrainingPlot about = plot(true);
    const char *at;
    unsigned curves = 0;

    leat_training_plot_draw(&about, cairo, curve, G_N_ELEMENTS(curve));
    cairo_destroy(cairo);
    cairo_surface_destroy(surface);
    for (at = text->str; (at = strstr(at, "stroke-width:2;")); curves++) {
        at = strstr(at, " d=\"");
        g_assert_nonnull(at);
        g_assert_true(g_str_has_prefix(at, " d=\"M 52 "));
    }
    g_assert_cmpuint(curves, ==, 3);
    g_string_free(text, TRUE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/training-plot/draws-the-losses-and-what-is-right",
                    draws_the_losses_and_what_is_right);
    g_test_add_func("/training-plot/of-a-number-nothing-is-right", of_a_number_nothing_is_right);
    g_test_add_func("/training-plot/leaves-room-for-the-epochs-to-come",
                    leaves_room_for_the_epochs_to_come);
    g_test_add_func("/training-plot/shows-a-single-epoch-and-none", shows_a_single_epoch_and_none);
    g_test_add_func("/training-plot/leaves-out-a-loss-that-is-no-number",
                    leaves_out_a_loss_that_is_no_number);
    g_test_add_func("/training-plot/each-curve-begins-at-its-first-epoch",
                    each_curve_begins_at_its_first_epoch);
    return g_test_run();
}
