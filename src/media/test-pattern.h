/* SPDX-License-Identifier: MIT */
/* The test pattern: a moving picture that is the same, bit for bit, for a given size, rate and
 * frame number, and carries its frame number and time twice: in digits for people, and as a code of
 * light and dark cells for programs, large enough to survive mjpeg, h264 and scaling to half size.
 *
 * The code, for whoever reads it elsewhere (tests/support/pattern.py does):
 * - It fills the lowest sixth of the picture: 4 rows of 22 columns. Cell (column c, row r) spans
 *   x from c * W / 22 to (c + 1) * W / 22 and y from H * (20 + r) / 24 to H * (21 + r) / 24, W and
 * H being the picture's size, however it was scaled. Edges are rounded down when drawn.
 * - Column 0 is light in all rows and column 21 dark: they give the two levels (nominally luma 235
 *   and 16), so that a picture made negative can be read too. A cell is light when its middle is
 *   nearer to the light level. Light is 1.
 * - Columns 1 to 20 hold 80 bits, row by row from the top, from left to right, highest bit first:
 *   32 bits of frame number, 32 bits of time in ms (both modulo 2^32), 16 bits of check sum.
 * - The check sum is CRC-16/CCITT-FALSE (polynomial 0x1021, start 0xffff, no reflection, no final
 *   xor) over the 8 bytes of number and time, highest byte first. */
#ifndef LEAT_MEDIA_TEST_PATTERN_H
#define LEAT_MEDIA_TEST_PATTERN_H

#include "media/frame.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* The smallest size that has room for the code, px. Smaller pictures are drawn without it. */
#define LEAT_TEST_PATTERN_MIN_WIDTH 160
#define LEAT_TEST_PATTERN_MIN_HEIGHT 120

/* Draws frames of one size and rate; keeps what does not change from one to the next. Owned and
 * used by one thread at a time; the frames may outlive it. LEAT_ERROR_INVALID for sizes beyond 1 to
 * LEAT_MAX_EDGE px and for a rate that is not set. */
typedef struct LeatTestPattern LeatTestPattern;
LeatTestPattern *leat_test_pattern_new(int width, int height, LeatRational rate, GError **error);
void leat_test_pattern_free(LeatTestPattern *pattern);

/* Frame `number` (from 0), yuv420p. It carries `times`, or when that is NULL: sequence number and
 * pts are the number, the time base is 1/rate, capture times are 0. */
LeatFrame *leat_test_pattern_draw(LeatTestPattern *pattern, int64_t number,
                                  const LeatFrameTimes *times, GError **error);

/* Reads the frame number and the time (ms) back from a luma plane of that size; the picture may
 * have been scaled as a whole. False when there is no valid code (a check sum guards it). Any
 * thread. */
bool leat_test_pattern_read(const uint8_t *luma, int stride, int width, int height, int64_t *number,
                            int64_t *time_ms);

#endif
