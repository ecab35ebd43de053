/* SPDX-License-Identifier: MIT */
/* A window that shows what came of a model's training. Main thread. */
#ifndef LEAT_GUI_MODEL_WINDOW_H
#define LEAT_GUI_MODEL_WINDOW_H

#include "gui/library-model.h"

#include <adwaita.h>

#define LEAT_TYPE_MODEL_WINDOW (leat_model_window_get_type())
G_DECLARE_FINAL_TYPE(LeatModelWindow, leat_model_window, LEAT, MODEL_WINDOW, AdwWindow)

/* To be presented; it belongs to its parent. */
LeatModelWindow *leat_model_window_new(GtkWindow *parent, LeatLibraryModel *library,
                                       const char *model);

#endif
