/* SPDX-License-Identifier: MIT */
/* Shows a training's curve: losses and accuracy over the epochs. Main thread. */
#ifndef LEAT_GUI_TRAINING_VIEW_H
#define LEAT_GUI_TRAINING_VIEW_H

#include "model/training.h"

#include <gtk/gtk.h>

#define LEAT_TYPE_TRAINING_VIEW (leat_training_view_get_type())
G_DECLARE_FINAL_TYPE(LeatTrainingView, leat_training_view, LEAT, TRAINING_VIEW, GtkWidget)

/* LeatTrainingEpoch, copied. `epochs`: how many there may be, 0 when there will be no more.
 * `number`: it learns a number, not classes. `best_epoch` 0 for none. */
void leat_training_view_set_curve(LeatTrainingView *view, const GArray *curve, unsigned epochs,
                                  unsigned best_epoch, bool number);

#endif
