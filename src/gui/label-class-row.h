/* SPDX-License-Identifier: MIT */
/* A class of the Labels group: its key, its colour, its name and how many frames have it, with a
 * button that does what a tap on the key does, and one that takes the class from the list
 * ("labels.remove"). Main thread. */
#ifndef LEAT_GUI_LABEL_CLASS_ROW_H
#define LEAT_GUI_LABEL_CLASS_ROW_H

#include <adwaita.h>
#include <stdbool.h>
#include <stdint.h>

#define LEAT_TYPE_LABEL_CLASS_ROW (leat_label_class_row_get_type())
G_DECLARE_FINAL_TYPE(LeatLabelClassRow, leat_label_class_row, LEAT, LABEL_CLASS_ROW, AdwActionRow)

/* `place` counts from 0. */
void leat_label_class_row_set_class(LeatLabelClassRow *row, unsigned place, const char *name);

/* Frames that have it; `lit` while it goes on. */
void leat_label_class_row_set_state(LeatLabelClassRow *row, int64_t frames, bool lit);

#endif
