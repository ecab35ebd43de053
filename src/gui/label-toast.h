/* SPDX-License-Identifier: MIT */
/* The toast that tells of the latest label and offers to take it back: one at a time, however fast
 * labels come. Main thread. */
#ifndef LEAT_GUI_LABEL_TOAST_H
#define LEAT_GUI_LABEL_TOAST_H

#include <adwaita.h>
#include <stdint.h>

typedef struct LeatLabelToast LeatLabelToast;

/* Shown by the overlay that the widget is in; where it is in none, nothing is. */
LeatLabelToast *leat_label_toast_new(GtkWidget *widget);

/* What is shown stays. NULL is fine. */
void leat_label_toast_free(LeatLabelToast *toast);

/* In place of what was said before. `number` is what "win.undo-label" is asked for, 0 for no offer.
 */
void leat_label_toast_say(LeatLabelToast *toast, int64_t number, const char *text);

#endif
