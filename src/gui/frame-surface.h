/* SPDX-License-Identifier: MIT */
/* A frame as a cairo surface that shares its memory. */
#ifndef LEAT_GUI_FRAME_SURFACE_H
#define LEAT_GUI_FRAME_SURFACE_H

#include "media/frame.h"

#include <cairo.h>

/* The frame must be bgra; the surface has a reference of its own. It is for reading alone. */
cairo_surface_t *leat_frame_surface_new(LeatFrame *frame);

#endif
