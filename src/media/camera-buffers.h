/* SPDX-License-Identifier: MIT */
/* The memory that a camera's driver and Leat share: a few picture buffers that go round. The
 * driver fills one, Leat takes it, and gives it back. A buffer that is lent out as the memory of a
 * frame comes back by itself when the frame's last reference goes, on whichever thread, and stays
 * readable even when the camera has been closed or unplugged by then.
 *
 * Owned and used by one thread at a time; only lent buffers travel. */
#ifndef LEAT_MEDIA_CAMERA_BUFFERS_H
#define LEAT_MEDIA_CAMERA_BUFFERS_H

#include <glib.h>
#include <libavutil/buffer.h>
#include <linux/videodev2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct LeatCameraBuffers LeatCameraBuffers;

/* A buffer taken from the driver, to be lent or given back. */
typedef struct {
    unsigned index;
    const uint8_t *data;
    size_t size; /* bytes that the driver wrote */
    struct v4l2_buffer about;
} LeatCameraTaken;

/* Allocates, maps and hands all buffers to the driver, and starts the stream. Each must hold at
 * least `least` bytes. `fd` stays the caller's until this succeeds; `shown` names the camera in
 * messages. */
LeatCameraBuffers *leat_camera_buffers_start(int fd, size_t least, const char *shown,
                                             GError **error);

/* The next filled buffer: 0, EAGAIN when there is none yet, or the errno of a failure. Gives the
 * driver those that have come back first. */
int leat_camera_buffers_take(LeatCameraBuffers *buffers, LeatCameraTaken *taken);

/* Whether the driver has enough buffers left when this one is lent. */
bool leat_camera_buffers_can_lend(const LeatCameraBuffers *buffers);

/* The taken buffer as read-only memory; NULL when memory runs out: the buffer is then still
 * taken. */
AVBufferRef *leat_camera_buffers_lend(LeatCameraBuffers *buffers, const LeatCameraTaken *taken);

/* Back to the driver at once: 0 or the errno. */
int leat_camera_buffers_give_back(LeatCameraBuffers *buffers, const LeatCameraTaken *taken);

/* Ends the stream; the driver drops what it has filled. Lent buffers stay as they are. */
void leat_camera_buffers_pause(LeatCameraBuffers *buffers);

/* Hands the driver all buffers that are not lent, and starts the stream again: 0 or the errno. */
int leat_camera_buffers_resume(LeatCameraBuffers *buffers);

/* The descriptor to poll. */
int leat_camera_buffers_fd(const LeatCameraBuffers *buffers);

/* Stops the stream and closes the device, so that it can be opened again at once, whatever is
 * still lent. NULL is fine. */
void leat_camera_buffers_close(LeatCameraBuffers *buffers);

#endif
