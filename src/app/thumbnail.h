/* SPDX-License-Identifier: MIT */
/* A small picture of a recording. Reads and decodes: for a thread that may wait. */
#ifndef LEAT_APP_THUMBNAIL_H
#define LEAT_APP_THUMBNAIL_H

#include "concurrency/cancel.h"
#include "media/frame.h"

#include <glib.h>
#include <stdint.h>

/* A frame from a third of the recording on that can be decoded, as bgra that fits the size, px.
 * NULL with an error: NOT_FOUND for a recording without frames, CORRUPT when none could be decoded.
 */
LeatFrame *leat_thumbnail_make(const char *path, int64_t recording, int width, int height,
                               LeatCancel *cancel, GError **error);

#endif
