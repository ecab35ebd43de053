/* SPDX-License-Identifier: MIT */
/* A row that opens to take a number and its name, such as what a gauge reads, and a button to label
 * with them. Main thread.
 *
 * Signal: "labelled" (char *name, double value)  what was asked for; both can be a label's */
#ifndef LEAT_GUI_NUMBER_ROW_H
#define LEAT_GUI_NUMBER_ROW_H

#include <adwaita.h>

#define LEAT_TYPE_NUMBER_ROW (leat_number_row_get_type())
G_DECLARE_FINAL_TYPE(LeatNumberRow, leat_number_row, LEAT, NUMBER_ROW, AdwExpanderRow)

#endif
