/* SPDX-License-Identifier: MIT */
/* The parts of the test pattern, for its own files only. */
#ifndef LEAT_MEDIA_TEST_PATTERN_INTERNAL_H
#define LEAT_MEDIA_TEST_PATTERN_INTERNAL_H

#include "media/canvas.h"
#include "media/test-pattern.h"

/* Draws the code into the lowest sixth of the picture. */
void leat_test_pattern_draw_code(const LeatCanvas *canvas, int64_t number, int64_t time_ms);

#endif
