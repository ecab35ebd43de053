/* SPDX-License-Identifier: MIT */
/* One colour for each class, the same wherever labels are shown: told apart by those who are
 * colour-blind too, on light ground and on dark. Main thread. */
#ifndef LEAT_GUI_LABEL_COLOURS_H
#define LEAT_GUI_LABEL_COLOURS_H

#include <gtk/gtk.h>

/* As many as there are keys for classes, 1 to 9; then they come again. */
#define LEAT_LABEL_COLOURS 9

/* `place` is that of the class in the list of classes, from 0. */
GdkRGBA leat_label_colour(unsigned place);

/* Place of a class in a NULL-terminated list; of one that is not in it, always the same one. */
unsigned leat_label_place(const char *const *classes, const char *name);

/* A disc of the colour, `size` px; the caller's reference. */
GdkPaintable *leat_label_swatch(unsigned place, int size);

#endif
