/* SPDX-License-Identifier: MIT */
#include "media/test-pattern.h"

#include "base/error.h"
#include "media/frame-internal.h"
#include "media/pixel-pool.h"
#include "media/test-pattern-internal.h"

#include <libavutil/imgutils.h>
#include <math.h>
#include <stdlib.h>

#define HAND_TURN_MS 4000
#define SWEEP_MS 2000

/* BT.601, limited range; the bars are those of SMPTE at 75 %. */
static const LeatColour bars[] = {
    {180, 128, 128}, {162, 44, 142}, {131, 156, 44}, {112, 72, 58},
    {84, 184, 198},  {65, 100, 212}, {35, 212, 114}, {16, 128, 128},
};
static const LeatColour ground = {38, 128, 128};
static const LeatColour grid = {56, 128, 128};
static const LeatColour face = {28, 128, 128};
static const LeatColour tick = {170, 128, 128};
static const LeatColour orange = {150, 56, 190};

struct LeatTestPattern {
    int width, height;
    LeatRational rate;
    AVFrame *background;
    LeatGlyphs *large, *small;
    LeatPixelPool *pixels;
    float centre_x, centre_y, radius; /* of the clock face */
    int band_top, band_bottom;        /* of the ramp that a bar sweeps over */
    int text_top, number_top;
};

static void draw_ramp(const LeatCanvas *canvas, int top, int bottom)
{
    for (int x = 0; x < canvas->width; x++) {
        int luma = 16 + (int)((int64_t)x * 219 / MAX(canvas->width - 1, 1));
        leat_canvas_fill(canvas, x, top, 1, bottom - top, (LeatColour){(uint8_t)luma, 128, 128});
    }
}

static void draw_face(const LeatTestPattern *pattern, const LeatCanvas *canvas)
{
    float x = pattern->centre_x, y = pattern->centre_y, radius = pattern->radius;
    leat_canvas_stroke(canvas, x, y, x, y, radius, tick);
    leat_canvas_stroke(canvas, x, y, x, y, radius * 0.97f, face);
    for (int i = 0; i < 16; i++) {
        float angle = (float)i * (float)(G_PI / 8);
        float inner = i % 4 ? 0.86f : 0.78f;
        leat_canvas_stroke(canvas, x + sinf(angle) * radius * inner,
                           y - cosf(angle) * radius * inner, x + sinf(angle) * radius * 0.9f,
                           y - cosf(angle) * radius * 0.9f, radius * 0.015f, tick);
    }
}

static void draw_background(const LeatTestPattern *pattern)
{
    LeatCanvas canvas = leat_canvas_on(pattern->background);
    int width = pattern->width, height = pattern->height;
    leat_canvas_fill(&canvas, 0, 0, width, height, ground);
    int spacing = MAX(8, height / 20), line = MAX(1, height / 540);
    for (int x = (width / 2) % spacing; x < width; x += spacing)
        leat_canvas_fill(&canvas, x, 0, line, height, grid);
    for (int y = pattern->band_bottom; y < height; y += spacing)
        leat_canvas_fill(&canvas, 0, y, width, line, grid);

    int count = (int)G_N_ELEMENTS(bars);
    for (int i = 0; i < count; i++) {
        int left = width * i / count, right = width * (i + 1) / count;
        leat_canvas_fill(&canvas, left, 0, right - left, pattern->band_top, bars[i]);
    }
    draw_ramp(&canvas, pattern->band_top, pattern->band_bottom);
    draw_face(pattern, &canvas);
}

LeatTestPattern *leat_test_pattern_new(int width, int height, LeatRational rate, GError **error)
{
    if (!leat_rational_is_set(rate)) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "cannot make a test pattern at %d/%d frames/s: the rate must be above 0",
                    rate.num, rate.den);
        return NULL;
    }
    LeatTestPattern *pattern = calloc(1, sizeof *pattern);
    if (!pattern)
        return leat_error_no_memory(error, sizeof *pattern, "a test pattern");
    pattern->background = leat_picture_new(width, height, AV_PIX_FMT_YUV420P, error);
    pattern->pixels = pattern->background ? leat_pixel_pool_new(error) : NULL;
    if (!pattern->pixels)
        goto fail;
    pattern->width = width;
    pattern->height = height;
    pattern->rate = rate;
    pattern->band_top = height * 45 / 100;
    pattern->band_bottom = height * 52 / 100;
    pattern->centre_x = (float)width / 2;
    pattern->centre_y = (float)height * 0.225f;
    pattern->radius = (float)MIN(width, height) * 0.2f;
    pattern->text_top = height * 56 / 100;

    /* "0:00:00.000" is about 7.6 digit heights wide. */
    int digits = MAX(1, MIN(height * 14 / 100, width / 9));
    pattern->number_top = pattern->text_top + digits * 5 / 4;
    pattern->large = leat_glyphs_new(digits, error);
    pattern->small = pattern->large ? leat_glyphs_new(MAX(1, digits / 2), error) : NULL;
    if (!pattern->small)
        goto fail;
    draw_background(pattern);
    return pattern;

fail:
    leat_test_pattern_free(pattern);
    return NULL;
}

void leat_test_pattern_free(LeatTestPattern *pattern)
{
    if (!pattern)
        return;
    av_frame_free(&pattern->background);
    leat_glyphs_free(pattern->large);
    leat_glyphs_free(pattern->small);
    leat_pixel_pool_free(pattern->pixels);
    free(pattern);
}

static void draw_hand(const LeatTestPattern *pattern, const LeatCanvas *canvas, int64_t time_ms)
{
    float angle = (float)(time_ms % HAND_TURN_MS) * (float)(2 * G_PI / HAND_TURN_MS);
    float x = pattern->centre_x, y = pattern->centre_y, radius = pattern->radius;
    /* Rounded to 1/16 px: no difference between mathematics libraries shows. */
    float dx = roundf(sinf(angle) * radius * 0.72f * 16) / 16;
    float dy = roundf(cosf(angle) * radius * 0.72f * 16) / 16;
    leat_canvas_stroke(canvas, x, y, x + dx, y - dy, radius * 0.035f, orange);
    leat_canvas_stroke(canvas, x, y, x, y, radius * 0.09f, orange);
}

static void draw_sweep(const LeatTestPattern *pattern, const LeatCanvas *canvas, int64_t time_ms)
{
    int thickness = MAX(2, pattern->width / 60);
    int64_t phase = time_ms % SWEEP_MS;
    int x = (int)(phase * (pattern->width + thickness) / SWEEP_MS) - thickness;
    leat_canvas_fill(canvas, x, pattern->band_top, thickness,
                     pattern->band_bottom - pattern->band_top, orange);
}

static void draw_digits(const LeatTestPattern *pattern, const LeatCanvas *canvas, int64_t number,
                        int64_t time_ms)
{
    char text[64];
    g_snprintf(text, sizeof text, "%" G_GINT64_FORMAT ":%02d:%02d.%03d", time_ms / 3600000,
               (int)(time_ms / 60000 % 60), (int)(time_ms / 1000 % 60), (int)(time_ms % 1000));
    int x = (pattern->width - leat_glyphs_width(pattern->large, text)) / 2;
    leat_glyphs_draw(pattern->large, canvas, x, pattern->text_top, text, 235);

    g_snprintf(text, sizeof text, "%06" G_GINT64_FORMAT, number);
    x = (pattern->width - leat_glyphs_width(pattern->small, text)) / 2;
    leat_glyphs_draw(pattern->small, canvas, x, pattern->number_top, text, 180);
}

LeatFrame *leat_test_pattern_draw(LeatTestPattern *pattern, int64_t number,
                                  const LeatFrameTimes *times, GError **error)
{
    AVFrame *picture = leat_pixel_pool_get_picture(pattern->pixels, pattern->width, pattern->height,
                                                   AV_PIX_FMT_YUV420P, error);
    if (!picture)
        return NULL;
    picture->color_range = AVCOL_RANGE_MPEG;
    picture->colorspace = AVCOL_SPC_SMPTE170M;
    picture->sample_aspect_ratio = (AVRational){1, 1};
    picture->key_frame = 1;
    av_image_copy(picture->data, picture->linesize, (const uint8_t **)pattern->background->data,
                  pattern->background->linesize, AV_PIX_FMT_YUV420P, pattern->width,
                  pattern->height);
    LeatRational time_base = {pattern->rate.den, pattern->rate.num};
    int64_t time_ms = leat_ticks_to_ns(number, time_base) / 1000000;
    LeatCanvas canvas = leat_canvas_on(picture);
    draw_hand(pattern, &canvas, time_ms);
    draw_sweep(pattern, &canvas, time_ms);
    draw_digits(pattern, &canvas, number, time_ms);
    if (pattern->width >= LEAT_TEST_PATTERN_MIN_WIDTH &&
        pattern->height >= LEAT_TEST_PATTERN_MIN_HEIGHT)
        leat_test_pattern_draw_code(&canvas, number, time_ms);

    LeatFrameTimes own = {.seq = number, .pts = number, .time_base = time_base};
    return leat_frame_wrap(picture, times ? times : &own, error);
}
