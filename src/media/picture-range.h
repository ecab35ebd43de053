/* SPDX-License-Identifier: MIT */
/* Between limited (16 to 235) and full (0 to 255) range, for planar 8-bit YUV: a table look-up a
 * byte, several times as fast as libswscale, which would scale on the way. A camera's or the test
 * pattern's frames take it on their way into mjpeg. For this folder only. Any thread; no state. */
#ifndef LEAT_MEDIA_PICTURE_RANGE_H
#define LEAT_MEDIA_PICTURE_RANGE_H

#include <libavutil/frame.h>
#include <stdbool.h>

/* Whether pictures of this format can be converted so. */
bool leat_picture_range_knows(enum AVPixelFormat format);

/* Both pictures have the same size and, but for the range in its name, format. */
void leat_picture_range_convert(AVFrame *to, const AVFrame *from, bool to_full);

#endif
