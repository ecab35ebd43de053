/* SPDX-License-Identifier: MIT */
/* Which of a camera's modes is nearest to what was asked for. Pure functions over a table; any
 * thread. */
#ifndef LEAT_MEDIA_CAMERA_CHOICE_H
#define LEAT_MEDIA_CAMERA_CHOICE_H

#include "base/quantity.h"

#include <stddef.h>
#include <stdint.h>

/* What a camera can do: one pixel format at one size, at one rate or any in a range. */
typedef struct {
    uint32_t fourcc;
    int width, height;             /* px */
    LeatRational slowest, fastest; /* frames/s; alike: that one; not set: the driver does not say */
} LeatCameraMode;

/* What is asked for; 0 or not set: left to the choice. */
typedef struct {
    uint32_t fourcc;
    int width, height;
    LeatRational rate;
} LeatCameraWish;

/* The pixel format counts first when one was asked for, then the size, then the rate, then the
 * formats' rank. Without a size: the largest up to 1280x720 that reaches 25 frames/s (or 5/6 of the
 * rate asked for), else what comes nearest to that. Without a rate: the nearest to 30.
 *
 * `rate` gets the rate to set, not set when the mode does not say. NULL when there is no mode. */
const LeatCameraMode *leat_camera_choose(const LeatCameraMode *modes, size_t count,
                                         const LeatCameraWish *wish, LeatRational *rate);

/* "MJPG 1280x720@30", "YUYV 640x480@1-30", "YUYV 640x480" where the rate is not known; free with
 * g_free. */
char *leat_camera_mode_text(const LeatCameraMode *mode);

#endif
