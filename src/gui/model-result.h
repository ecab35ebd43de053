/* SPDX-License-Identifier: MIT */
/* Shows what came of a model's training: how much is right, the curve, the confusion matrix, and
 * the frames that it did worst on. Main thread.
 *
 * Signal "loaded" (): the model was read, or could not be. */
#ifndef LEAT_GUI_MODEL_RESULT_H
#define LEAT_GUI_MODEL_RESULT_H

#include "gui/library-model.h"

#include <adwaita.h>

#define LEAT_TYPE_MODEL_RESULT (leat_model_result_get_type())
G_DECLARE_FINAL_TYPE(LeatModelResult, leat_model_result, LEAT, MODEL_RESULT, AdwBin)

/* Reads the model of that name meanwhile. */
void leat_model_result_show(LeatModelResult *result, LeatLibraryModel *library, const char *model);

#endif
