/* SPDX-License-Identifier: MIT */
/* The training of a window: one at a time, in the window's list of jobs. It goes on whichever of
 * its dialogs is open. Main thread.
 *
 * Signals:
 *   "changed" ()  how it stands has changed
 *   "ended" ()    it is busy no more: there is a model, or an error */
#ifndef LEAT_GUI_TRAINING_H
#define LEAT_GUI_TRAINING_H

#include "app/train.h"
#include "gui/job-list.h"

#include <glib-object.h>
#include <stdbool.h>

#define LEAT_TYPE_TRAINING (leat_training_get_type())
G_DECLARE_FINAL_TYPE(LeatTraining, leat_training, LEAT, TRAINING, GObject)

LeatTraining *leat_training_new(LeatJobList *jobs);

/* False when one is under way, or the system has no thread to give. */
bool leat_training_start(LeatTraining *training, const LeatTrainOptions *options, GError **error);

/* Lists and shows one that another runs, and must keep until it has completed. It is taken for none
 * of the user's own: "ended" tells neither a model nor an error. */
void leat_training_follow(LeatTraining *training, LeatJob *job, LeatTrain *train);

void leat_training_cancel(LeatTraining *training);
bool leat_training_is_busy(LeatTraining *training);

/* It is one that the user started. */
bool leat_training_is_own(LeatTraining *training);

/* Of the one that runs, or ran last. */
LeatJobInfo leat_training_info(LeatTraining *training);
const LeatTrainStanding *leat_training_standing(LeatTraining *training);

/* What became of the last: the name of the model, or an error; NULL before there was one. */
const char *leat_training_model(LeatTraining *training);
const GError *leat_training_error(LeatTraining *training);

/* How far it is, 0 to 1, and the same in words ("Epoch 3 of 40, 12 s left"); free with g_free. */
double leat_training_share(LeatTraining *training);
char *leat_training_text(LeatTraining *training);

#endif
