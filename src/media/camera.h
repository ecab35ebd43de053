/* SPDX-License-Identifier: MIT */
/* Video4Linux devices: finding them, opening them, asking what they can do. Streaming is
 * camera-buffers.h. For this folder only; any thread, nothing is kept. */
#ifndef LEAT_MEDIA_CAMERA_H
#define LEAT_MEDIA_CAMERA_H

#include "media/camera-choice.h"
#include "media/camera-identity.h"

#include <glib.h>

/* An ioctl that a signal does not break: 0, or the errno. */
int leat_camera_ioctl(int fd, unsigned long request, void *argument);

/* Sets an error for a camera that could not be opened or set up: cause and way out for what errno
 * says. `step` is what failed ("set the format"), NULL for the opening itself. */
void leat_camera_set_error(GError **error, int errnum, const char *shown, const char *step);

/* The nodes /dev/videoN that exist, by number; free with g_strfreev. */
char **leat_camera_paths(void);

/* Opens a camera by a path or by an identity's text, and says which it is. The descriptor, or -1
 * with an error. `shown` is its name in messages. */
int leat_camera_open(const char *target, const char *shown, LeatCameraIdentity *identity,
                     GError **error);

/* The modes of an open camera that Leat can read, as LeatCameraMode. Where the driver takes any
 * size in a range, the usual ones in it are listed, and that of the wish (may be NULL). */
GArray *leat_camera_modes(int fd, const LeatCameraWish *wish);

#endif
