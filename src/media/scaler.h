/* SPDX-License-Identifier: MIT */
/* Converts frames to a size and a pixel format, through libswscale, into pooled memory: for the
 * window (bgra at its device pixels), for images, for an encoder's input.
 *
 * Owned and used by one thread at a time. The frames it makes may outlive it. */
#ifndef LEAT_MEDIA_SCALER_H
#define LEAT_MEDIA_SCALER_H

#include "media/frame.h"

#include <glib.h>

typedef struct LeatScaler LeatScaler;

typedef enum {
    LEAT_SCALER_FAST, /* bilinear: for a live picture */
    LEAT_SCALER_GOOD, /* bicubic: for what is kept */
} LeatScalerQuality;

LeatScaler *leat_scaler_new(LeatScalerQuality quality, GError **error);
void leat_scaler_free(LeatScaler *scaler);

/* A new frame of that size (px) and format (libavutil's name) with the times of `frame`; a new
 * reference to `frame` itself when it is so already. */
LeatFrame *leat_scaler_convert(LeatScaler *scaler, LeatFrame *frame, int width, int height,
                               const char *pixel_format, GError **error);

/* The largest size of the picture's shape that fits in a box, px, at least 1x1. */
void leat_scaler_fit(int width, int height, int box_width, int box_height, int *fit_width,
                     int *fit_height);

#endif
