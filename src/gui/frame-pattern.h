/* SPDX-License-Identifier: MIT */
/* A frame as a cairo pattern that shares its memory. Unlike a surface's, its pixels are never
 * copied: a surface that was drawn into a recording, such as a render node's, is copied when it
 * goes. */
#ifndef LEAT_GUI_FRAME_PATTERN_H
#define LEAT_GUI_FRAME_PATTERN_H

#include "media/frame.h"

#include <cairo.h>

/* The frame must be bgra; the pattern, and each copy that cairo makes of it, has a reference of its
 * own. Like any pattern it may be one of an error, with which nothing is drawn. */
cairo_pattern_t *leat_frame_pattern_new(LeatFrame *frame);

#endif
