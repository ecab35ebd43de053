/* SPDX-License-Identifier: MIT */
/* Where a model is trained: what to learn, how far it is, what came of it. The training goes on
 * when the window is closed. Main thread.
 *
 * Signal "use" (char *model): this one is to say what the picture shows. */
#ifndef LEAT_GUI_TRAINING_WINDOW_H
#define LEAT_GUI_TRAINING_WINDOW_H

#include "gui/model-list.h"
#include "gui/training.h"

#include <adwaita.h>

#define LEAT_TYPE_TRAINING_WINDOW (leat_training_window_get_type())
G_DECLARE_FINAL_TYPE(LeatTrainingWindow, leat_training_window, LEAT, TRAINING_WINDOW, AdwWindow)

/* Hidden when it is closed, until it is presented again; it belongs to its parent. */
LeatTrainingWindow *leat_training_window_new(GtkWindow *parent, LeatLibraryModel *library,
                                             LeatModelList *models, LeatTraining *training);

#endif
