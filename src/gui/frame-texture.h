/* SPDX-License-Identifier: MIT */
/* A frame as a texture that shares its memory. */
#ifndef LEAT_GUI_FRAME_TEXTURE_H
#define LEAT_GUI_FRAME_TEXTURE_H

#include "media/frame.h"

#include <gdk/gdk.h>

/* The frame must be bgra; the texture has a reference of its own. */
GdkTexture *leat_frame_texture_new(LeatFrame *frame);

#endif
