/* SPDX-License-Identifier: MIT */
/* Sets an open camera to the mode nearest to a request. For this folder only; any thread. */
#ifndef LEAT_MEDIA_CAMERA_SET_UP_H
#define LEAT_MEDIA_CAMERA_SET_UP_H

#include "base/quantity.h"
#include "media/source.h"

#include <glib.h>
#include <linux/videodev2.h>
#include <stdbool.h>

/* What the driver says that it is set to. */
typedef struct {
    struct v4l2_pix_format format; /* one that leat_camera_format_find knows */
    LeatRational rate;             /* frames/s; not set when the driver does not say */
} LeatCameraSettings;

/* Logs what was asked for and what was got. */
bool leat_camera_set_up(int fd, const LeatSourceRequest *request, const char *shown,
                        const char *card, LeatCameraSettings *settings, GError **error);

#endif
