/* SPDX-License-Identifier: MIT */
/* Draws on a yuv420p picture with smooth edges: rectangles, strokes with round ends, digits. For
 * this folder only. Points are in px, the middle of the first pixel being at 0.5; whatever lies
 * outside the picture is cut off. One thread at a time. */
#ifndef LEAT_MEDIA_CANVAS_H
#define LEAT_MEDIA_CANVAS_H

#include <glib.h>
#include <libavutil/frame.h>
#include <stdint.h>

typedef struct {
    uint8_t *data[3];
    int stride[3];
    int width, height; /* px, of luma */
} LeatCanvas;

typedef struct {
    uint8_t y, u, v; /* limited range */
} LeatColour;

/* On `picture`, which must be yuv420p and writable, and outlive the canvas. */
LeatCanvas leat_canvas_on(AVFrame *picture);

/* Chroma of pixels on an odd edge goes with the rectangle. */
void leat_canvas_fill(const LeatCanvas *canvas, int x, int y, int width, int height,
                      LeatColour colour);

/* From one point to another with a round pen of that radius; a disc when both are the same. */
void leat_canvas_stroke(const LeatCanvas *canvas, float x0, float y0, float x1, float y1,
                        float radius, LeatColour colour);

/* Characters 0 to 9, ':' and '.' of one size, made ready. */
typedef struct LeatGlyphs LeatGlyphs;

/* `height` of a digit, px, at least 1. */
LeatGlyphs *leat_glyphs_new(int height, GError **error);
void leat_glyphs_free(LeatGlyphs *glyphs);

/* Width of the text when drawn, px; other characters are as wide as a digit and stay empty. */
int leat_glyphs_width(const LeatGlyphs *glyphs, const char *text);

/* Draws the luma of the text only: for a ground without colour. (x, y) is its upper left corner. */
void leat_glyphs_draw(const LeatGlyphs *glyphs, const LeatCanvas *canvas, int x, int y,
                      const char *text, uint8_t luma);

#endif
