/* SPDX-License-Identifier: MIT */
/* The rows that a size and a frame rate are chosen in, of those that a source can do. The first
 * entry of each, "as it comes", is the template's. Main thread. */
#ifndef LEAT_GUI_MODE_ROWS_H
#define LEAT_GUI_MODE_ROWS_H

#include "base/quantity.h"

#include <adwaita.h>

typedef struct LeatModeRows LeatModeRows;

/* What is chosen; 0 is as it comes. */
typedef void (*LeatModeRowsFunc)(int width, int height, LeatRational rate, void *data);

/* Borrows the rows, whose models are GtkStringLists. */
LeatModeRows *leat_mode_rows_new(AdwComboRow *size_row, AdwComboRow *rate_row,
                                 LeatModeRowsFunc chosen, void *data);

/* Before the rows go. NULL is fine. */
void leat_mode_rows_free(LeatModeRows *rows);

/* Offers what `formats` has (gui/mode-choice.h), and tells what is chosen of that: what was before
 * stays, where it is among them. */
void leat_mode_rows_offer(LeatModeRows *rows, const char *const *formats);

#endif
