/* SPDX-License-Identifier: MIT */
/* Which camera it is, whatever number /dev/videoN it has now: where it is plugged in (bus path),
 * its model (card), and which of the nodes of that device. A value type; any thread. */
#ifndef LEAT_MEDIA_CAMERA_IDENTITY_H
#define LEAT_MEDIA_CAMERA_IDENTITY_H

#include <glib.h>
#include <stdbool.h>

typedef struct {
    char bus[32];  /* V4L2's bus_info: "usb-0000:00:14.0-1" */
    char card[32]; /* V4L2's name of it; "" for any */
    int index;     /* among the nodes of one device, as the kernel counts; -1 for any */
} LeatCameraIdentity;

/* "BUS", "BUS#INDEX" or "BUS#INDEX CARD". False when it is none of these. */
bool leat_camera_identity_parse(const char *text, LeatCameraIdentity *identity);

/* As above; free with g_free. */
char *leat_camera_identity_text(const LeatCameraIdentity *identity);

/* Whether `found` is the camera that `wanted` describes. An index that `found` does not know fits
 * any. */
bool leat_camera_identity_matches(const LeatCameraIdentity *wanted,
                                  const LeatCameraIdentity *found);

#endif
