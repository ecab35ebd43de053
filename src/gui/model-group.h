/* SPDX-License-Identifier: MIT */
/* The model that says what the live picture shows: which, what it says, its training, and whether
 * it keeps learning. Main thread. */
#ifndef LEAT_GUI_MODEL_GROUP_H
#define LEAT_GUI_MODEL_GROUP_H

#include "gui/context.h"

#include <adwaita.h>

#define LEAT_TYPE_MODEL_GROUP (leat_model_group_get_type())
G_DECLARE_FINAL_TYPE(LeatModelGroup, leat_model_group, LEAT, MODEL_GROUP, AdwPreferencesGroup)

void leat_model_group_set_up(LeatModelGroup *group, const LeatContext *context);

/* Opens the window in which one is trained. */
void leat_model_group_train(LeatModelGroup *group);

#endif
