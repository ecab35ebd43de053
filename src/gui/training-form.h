/* SPDX-License-Identifier: MIT */
/* What a training is to learn, and how: the labels of the library with their frames, and the
 * options. Says beforehand what would not work. Main thread.
 *
 * Signal "changed" (): leat_training_form_is_ready may say something else. */
#ifndef LEAT_GUI_TRAINING_FORM_H
#define LEAT_GUI_TRAINING_FORM_H

#include "app/train.h"
#include "gui/model-list.h"

#include <adwaita.h>

#define LEAT_TYPE_TRAINING_FORM (leat_training_form_get_type())
G_DECLARE_FINAL_TYPE(LeatTrainingForm, leat_training_form, LEAT, TRAINING_FORM, AdwBin)

void leat_training_form_set_up(LeatTrainingForm *form, LeatLibraryModel *library,
                               LeatModelList *models);

/* Reads the library's labels anew; what was chosen stays chosen. */
void leat_training_form_refresh(LeatTrainingForm *form);

bool leat_training_form_is_ready(LeatTrainingForm *form);

/* Why a training that was asked for came to nothing, with the way out; NULL for nothing to tell. */
void leat_training_form_tell(LeatTrainingForm *form, const char *text);

/* The texts are the form's, until the loop turns. */
LeatTrainOptions leat_training_form_options(LeatTrainingForm *form);

#endif
