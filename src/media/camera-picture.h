/* SPDX-License-Identifier: MIT */
/* From a camera's buffer to frames: raw pictures are wrapped where they lie or copied, compressed
 * ones are decoded. Owned and used by one thread at a time. */
#ifndef LEAT_MEDIA_CAMERA_PICTURE_H
#define LEAT_MEDIA_CAMERA_PICTURE_H

#include "base/packet.h"
#include "media/camera-format.h"
#include "media/camera-items.h"
#include "media/decoder.h"
#include "media/frame.h"

#include <glib.h>
#include <linux/videodev2.h>

/* How the camera's raw pictures look; set once. */
typedef struct {
    enum AVPixelFormat pixel_format;
    LeatCameraLayout layout;
    struct v4l2_pix_format about;
} LeatCameraPicture;

/* A frame whose pixels are the buffer's: no copy. Takes over `memory`, also when it fails. */
LeatFrame *leat_camera_picture_wrap(const LeatCameraPicture *kind, AVBufferRef *memory,
                                    const LeatFrameTimes *times, GError **error);

/* A frame with a copy of the pixels at `data`, layout.size bytes. */
LeatFrame *leat_camera_picture_copy(const LeatCameraPicture *kind, const uint8_t *data,
                                    const LeatFrameTimes *times, GError **error);

/* Decodes a compressed picture and adds to `items` what comes out, frames or losses. */
void leat_camera_picture_decode(LeatDecoder *decoder, const uint8_t *data, size_t size,
                                const LeatFrameTimes *times, LeatCameraItems *items);

#endif
