/* SPDX-License-Identifier: MIT */
/* The test pattern: a moving picture that is the same, bit for bit, for a given size, rate and
 * frame number, and carries its frame number and time twice: in digits for people, and as a bar
 * code for programs. The code is large enough to survive mjpeg, h264 and scaling to half size. */
#ifndef LEAT_MEDIA_TEST_PATTERN_H
#define LEAT_MEDIA_TEST_PATTERN_H

#include "media/frame.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* The smallest size that has room for the code, px. Smaller pictures are drawn without it. */
#define LEAT_TEST_PATTERN_MIN_WIDTH 160
#define LEAT_TEST_PATTERN_MIN_HEIGHT 120

/* Frame `number` (from 0) at `rate`, yuv420p. The times' seq is the number, its time base 1/rate;
 * capture times are left 0 for the caller. Any thread; no state but a per-caller cache:
 * leat_test_pattern_new keeps what does not change from frame to frame. */
typedef struct LeatTestPattern LeatTestPattern;
LeatTestPattern *leat_test_pattern_new(int width, int height, LeatRational rate, GError **error);
void leat_test_pattern_free(LeatTestPattern *pattern);
LeatFrame *leat_test_pattern_draw(LeatTestPattern *pattern, int64_t number,
                                  const LeatFrameTimes *times, GError **error);

/* Reads the frame number and the time (ms) back from a luma plane of that size; the picture may
 * have been scaled as a whole. False when there is no valid code (a check sum guards it). */
bool leat_test_pattern_read(const uint8_t *luma, int stride, int width, int height,
                            int64_t *number, int64_t *time_ms);

#endif
