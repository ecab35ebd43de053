/* SPDX-License-Identifier: MIT */
/* A confusion matrix as a table: a row for what frames are, a column for what they were taken for,
 * each cell coloured by its share of the row. Main thread. */
#ifndef LEAT_GUI_CONFUSION_GRID_H
#define LEAT_GUI_CONFUSION_GRID_H

#include <gtk/gtk.h>

/* Replaces what is in the grid. `confusion` is outputs x outputs: [label][prediction]. */
void leat_confusion_grid_fill(GtkGrid *grid, const char *const *labels, const unsigned *confusion,
                              unsigned outputs);

#endif
