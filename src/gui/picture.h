/* SPDX-License-Identifier: MIT */
/* Shows one frame as large as fits, centred on black. A frame that already has the size that the
 * picture asked for by "resized" goes to the screen pixel by pixel; its memory is not copied. */
#ifndef LEAT_GUI_PICTURE_H
#define LEAT_GUI_PICTURE_H

#include "media/frame.h"

#include <gtk/gtk.h>

#define LEAT_TYPE_PICTURE (leat_picture_get_type())
G_DECLARE_FINAL_TYPE(LeatPicture, leat_picture, LEAT, PICTURE, GtkWidget)

/* Signal "resized" (int width, int height): the room there is, in device px. */

/* Takes a reference of its own. NULL clears the picture. Frames that are not bgra are passed
 * over: those made before the view's size was known. */
void leat_picture_set_frame(LeatPicture *picture, LeatFrame *frame);

/* The room there is, in device px; 0 x 0 before the first layout. */
void leat_picture_get_room(LeatPicture *picture, int *width, int *height);

bool leat_picture_is_empty(LeatPicture *picture);

#endif
