/* SPDX-License-Identifier: MIT */
/* What the window draws without a graphics processor: a frame in a recording of cairo's, as a
 * render node is one. */
#include "gui/frame-pattern.h"
#include "media/scaler.h"
#include "media/test-pattern.h"

#define WIDTH 64
#define HEIGHT 48

static void count_release(int64_t captured_ns, int64_t finished_ns, void *releases)
{
    ++*(int *)releases;
}

static LeatFrame *bgra_frame(void)
{
    g_autoptr(LeatFrame) frame = NULL;
    g_autoptr(GError) error = NULL;
    LeatTestPattern *pattern = leat_test_pattern_new(WIDTH, HEIGHT, (LeatRational){30, 1}, &error);
    LeatScaler *scaler = leat_scaler_new(LEAT_SCALER_FAST, NULL);
    LeatFrame *converted;

    g_assert_no_error(error);
    g_assert_nonnull(scaler);
    frame = leat_test_pattern_draw(pattern, 7, NULL, &error);
    g_assert_no_error(error);
    converted = leat_scaler_convert(scaler, frame, WIDTH, HEIGHT, "bgra", &error);
    g_assert_no_error(error);
    leat_scaler_free(scaler);
    leat_test_pattern_free(pattern);
    return converted;
}

static cairo_surface_t *record(LeatFrame *frame)
{
    cairo_surface_t *recording = cairo_recording_surface_create(CAIRO_CONTENT_COLOR, NULL);
    cairo_t *cairo = cairo_create(recording);
    cairo_pattern_t *pattern = leat_frame_pattern_new(frame);

    cairo_set_source(cairo, pattern);
    cairo_paint(cairo);
    g_assert_cmpint(cairo_status(cairo), ==, CAIRO_STATUS_SUCCESS);
    cairo_pattern_destroy(pattern);
    cairo_destroy(cairo);
    return recording;
}

static cairo_surface_t *replay(cairo_surface_t *recording)
{
    cairo_surface_t *image = cairo_image_surface_create(CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
    cairo_t *cairo = cairo_create(image);

    cairo_set_source_surface(cairo, recording, 0, 0);
    cairo_paint(cairo);
    cairo_destroy(cairo);
    cairo_surface_flush(image);
    return image;
}

static void assert_shows(cairo_surface_t *image, const LeatFrame *frame)
{
    const uint8_t *drawn = cairo_image_surface_get_data(image);
    int drawn_stride = cairo_image_surface_get_stride(image);
    int stride;
    const uint8_t *pixels = leat_frame_plane(frame, 0, &stride);

    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            /* The fourth byte says nothing. */
            g_assert_cmpmem(drawn + y * drawn_stride + 4 * x, 3, pixels + y * stride + 4 * x, 3);
}

static void draws_the_frame(void)
{
    LeatFrame *frame = bgra_frame();
    cairo_surface_t *recording = record(frame);
    cairo_surface_t *image = replay(recording);

    assert_shows(image, frame);
    cairo_surface_destroy(image);
    cairo_surface_destroy(recording);
    leat_frame_unref(frame);
}

static void has_the_frame_until_the_recording_goes(void)
{
    int releases = 0;
    LeatFrame *frame = bgra_frame();
    cairo_surface_t *recording;

    leat_frame_set_release(frame, count_release, &releases);
    recording = record(frame);
    leat_frame_unref(frame);
    g_assert_cmpint(releases, ==, 0);
    cairo_surface_destroy(replay(recording));
    g_assert_cmpint(releases, ==, 0);
    cairo_surface_destroy(recording);
    g_assert_cmpint(releases, ==, 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/frame-pattern/draws-the-frame", draws_the_frame);
    g_test_add_func("/frame-pattern/has-the-frame-until-the-recording-goes",
                    has_the_frame_until_the_recording_goes);
    return g_test_run();
}
