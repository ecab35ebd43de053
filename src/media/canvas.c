/* SPDX-License-Identifier: MIT */
#include "media/canvas.h"

#include "base/error.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

LeatCanvas leat_canvas_on(AVFrame *picture)
{
    LeatCanvas canvas = {.width = picture->width, .height = picture->height};
    for (size_t i = 0; i < G_N_ELEMENTS(canvas.data); i++) {
        canvas.data[i] = picture->data[i];
        canvas.stride[i] = picture->linesize[i];
    }
    return canvas;
}

static void fill_plane(uint8_t *data, int stride, int x0, int y0, int x1, int y1, uint8_t value)
{
    for (int y = y0; y < y1; y++)
        memset(data + (ptrdiff_t)y * stride + x0, value, (size_t)(x1 - x0));
}

void leat_canvas_fill(const LeatCanvas *canvas, int x, int y, int width, int height,
                      LeatColour colour)
{
    int x0 = CLAMP(x, 0, canvas->width), x1 = CLAMP(x + width, x0, canvas->width);
    int y0 = CLAMP(y, 0, canvas->height), y1 = CLAMP(y + height, y0, canvas->height);
    fill_plane(canvas->data[0], canvas->stride[0], x0, y0, x1, y1, colour.y);
    x0 /= 2;
    y0 /= 2;
    x1 = (x1 + 1) / 2;
    y1 = (y1 + 1) / 2;
    fill_plane(canvas->data[1], canvas->stride[1], x0, y0, x1, y1, colour.u);
    fill_plane(canvas->data[2], canvas->stride[2], x0, y0, x1, y1, colour.v);
}

static void blend(uint8_t *pixel, uint8_t value, int alpha)
{
    *pixel = (uint8_t)((*pixel * (255 - alpha) + value * alpha + 127) / 255);
}

typedef struct {
    float x0, y0, dx, dy, length2, radius;
} Stroke;

static Stroke stroke_of(float x0, float y0, float x1, float y1, float radius)
{
    float dx = x1 - x0, dy = y1 - y0;
    return (Stroke){x0, y0, dx, dy, dx * dx + dy * dy, radius};
}

/* How much of the pixel around (x, y) the pen covers, 0 to 255: the distance to the line, cut off
 * over a width of one pixel. */
static int stroke_cover(const Stroke *stroke, float x, float y)
{
    float px = x - stroke->x0, py = y - stroke->y0;
    float along = stroke->length2 > 0 ? (px * stroke->dx + py * stroke->dy) / stroke->length2 : 0;
    along = CLAMP(along, 0.0f, 1.0f);
    px -= along * stroke->dx;
    py -= along * stroke->dy;
    float cover = stroke->radius + 0.5f - sqrtf(px * px + py * py);
    return (int)(CLAMP(cover, 0.0f, 1.0f) * 255.0f);
}

typedef struct {
    int x0, y0, x1, y1;
} Box;

static Box stroke_box(const Stroke *stroke, int width, int height)
{
    float reach = stroke->radius + 1;
    float left = fminf(stroke->x0, stroke->x0 + stroke->dx) - reach;
    float right = fmaxf(stroke->x0, stroke->x0 + stroke->dx) + reach;
    float top = fminf(stroke->y0, stroke->y0 + stroke->dy) - reach;
    float bottom = fmaxf(stroke->y0, stroke->y0 + stroke->dy) + reach;
    return (Box){
        .x0 = (int)CLAMP(left, 0.0f, (float)width),
        .y0 = (int)CLAMP(top, 0.0f, (float)height),
        .x1 = (int)CLAMP(right + 1, 0.0f, (float)width),
        .y1 = (int)CLAMP(bottom + 1, 0.0f, (float)height),
    };
}

static void stroke_plane(uint8_t *data, int stride, int width, int height, const Stroke *stroke,
                         uint8_t value)
{
    Box box = stroke_box(stroke, width, height);
    for (int y = box.y0; y < box.y1; y++) {
        uint8_t *row = data + (ptrdiff_t)y * stride;
        for (int x = box.x0; x < box.x1; x++) {
            int alpha = stroke_cover(stroke, (float)x + 0.5f, (float)y + 0.5f);
            if (alpha)
                blend(row + x, value, alpha);
        }
    }
}

void leat_canvas_stroke(const LeatCanvas *canvas, float x0, float y0, float x1, float y1,
                        float radius, LeatColour colour)
{
    Stroke luma = stroke_of(x0, y0, x1, y1, radius);
    Stroke chroma = stroke_of(x0 / 2, y0 / 2, x1 / 2, y1 / 2, radius / 2);
    int width = (canvas->width + 1) / 2, height = (canvas->height + 1) / 2;
    stroke_plane(canvas->data[0], canvas->stride[0], canvas->width, canvas->height, &luma,
                 colour.y);
    stroke_plane(canvas->data[1], canvas->stride[1], width, height, &chroma, colour.u);
    stroke_plane(canvas->data[2], canvas->stride[2], width, height, &chroma, colour.v);
}

/* --- digits: lines between points of a grid of 4 by 6 (x and y in one byte, 0x46 its lower right
 * corner), each line ended by END */

#define END 0xff
#define GLYPHS 12
#define POINTS 24

static const char glyph_characters[GLYPHS + 1] = "0123456789:.";

static const uint8_t glyph_lines[GLYPHS][POINTS] = {
    {0x10, 0x30, 0x41, 0x45, 0x36, 0x16, 0x05, 0x01, 0x10, END, END},
    {0x11, 0x20, 0x26, END, 0x16, 0x36, END, END},
    {0x01, 0x10, 0x30, 0x41, 0x42, 0x06, 0x46, END, END},
    {0x01, 0x10, 0x30, 0x41, 0x42, 0x33, 0x23, END, 0x33, 0x44, 0x45, 0x36, 0x16, 0x05, END, END},
    {0x36, 0x30, 0x04, 0x44, END, END},
    {0x40, 0x00, 0x03, 0x12, 0x32, 0x43, 0x45, 0x36, 0x16, 0x05, END, END},
    {0x30, 0x20, 0x02, 0x05, 0x16, 0x36, 0x45, 0x44, 0x33, 0x13, 0x04, END, END},
    {0x00, 0x40, 0x26, END, END},
    {0x10, 0x30, 0x41, 0x42, 0x33, 0x13, 0x02, 0x01, 0x10, END,
     0x13, 0x04, 0x05, 0x16, 0x36, 0x45, 0x44, 0x33, END,  END},
    {0x16, 0x26, 0x44, 0x41, 0x30, 0x10, 0x01, 0x02, 0x13, 0x33, 0x42, END, END},
    {0x02, 0x02, END, 0x05, 0x05, END, END},
    {0x06, 0x06, END, END},
};

struct LeatGlyphs {
    int width[GLYPHS], height; /* px */
    uint8_t *mask[GLYPHS];     /* cover of each pixel, 0 to 255 */
};

static void draw_mask(uint8_t *mask, int width, int height, const uint8_t *lines)
{
    float unit = (float)height / 7.0f, radius = unit * 0.46f;
    for (const uint8_t *point = lines; *point != END; point += 2) {
        for (; point[1] != END; point++) {
            Stroke stroke = stroke_of(((float)(point[0] >> 4) + 0.5f) * unit,
                                      ((float)(point[0] & 15) + 0.5f) * unit,
                                      ((float)(point[1] >> 4) + 0.5f) * unit,
                                      ((float)(point[1] & 15) + 0.5f) * unit, radius);
            Box box = stroke_box(&stroke, width, height);
            for (int y = box.y0; y < box.y1; y++)
                for (int x = box.x0; x < box.x1; x++) {
                    int cover = stroke_cover(&stroke, (float)x + 0.5f, (float)y + 0.5f);
                    uint8_t *pixel = mask + (ptrdiff_t)y * width + x;
                    *pixel = (uint8_t)MAX(*pixel, cover);
                }
        }
    }
}

LeatGlyphs *leat_glyphs_new(int height, GError **error)
{
    LeatGlyphs *glyphs = calloc(1, sizeof *glyphs);
    if (!glyphs)
        return leat_error_no_memory(error, sizeof *glyphs, "digits");
    glyphs->height = height;
    for (int i = 0; i < GLYPHS; i++) {
        int units = glyph_characters[i] == ':' || glyph_characters[i] == '.' ? 1 : 5;
        glyphs->width[i] = MAX(1, height * units / 7);
        glyphs->mask[i] = calloc((size_t)glyphs->width[i], (size_t)height);
        if (!glyphs->mask[i]) {
            leat_glyphs_free(glyphs);
            return leat_error_no_memory(error, (size_t)height * (size_t)height, "digits");
        }
        draw_mask(glyphs->mask[i], glyphs->width[i], height, glyph_lines[i]);
    }
    return glyphs;
}

void leat_glyphs_free(LeatGlyphs *glyphs)
{
    if (!glyphs)
        return;
    for (int i = 0; i < GLYPHS; i++)
        free(glyphs->mask[i]);
    free(glyphs);
}

static int glyph_index(char character)
{
    const char *found = memchr(glyph_characters, character, GLYPHS);
    return found ? (int)(found - glyph_characters) : -1;
}

static int glyph_advance(const LeatGlyphs *glyphs, char character)
{
    int index = glyph_index(character);
    return glyphs->width[MAX(index, 0)] + MAX(1, glyphs->height / 7);
}

int leat_glyphs_width(const LeatGlyphs *glyphs, const char *text)
{
    int width = 0;
    for (; *text; text++)
        width += glyph_advance(glyphs, *text);
    return width;
}

static void draw_glyph(const LeatGlyphs *glyphs, int index, const LeatCanvas *canvas, int x, int y,
                       uint8_t luma)
{
    int width = glyphs->width[index];
    int left = MAX(0, -x), right = MIN(width, canvas->width - x);
    int top = MAX(0, -y), bottom = MIN(glyphs->height, canvas->height - y);
    for (int row = top; row < bottom; row++) {
        const uint8_t *mask = glyphs->mask[index] + (ptrdiff_t)row * width;
        uint8_t *pixels = canvas->data[0] + (ptrdiff_t)(y + row) * canvas->stride[0] + x;
        for (int column = left; column < right; column++)
            if (mask[column])
                blend(pixels + column, luma, mask[column]);
    }
}

void leat_glyphs_draw(const LeatGlyphs *glyphs, const LeatCanvas *canvas, int x, int y,
                      const char *text, uint8_t luma)
{
    for (; *text; text++) {
        int index = glyph_index(*text);
        if (index >= 0)
            draw_glyph(glyphs, index, canvas, x, y, luma);
        x += glyph_advance(glyphs, *text);
    }
}
