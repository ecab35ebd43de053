/* SPDX-License-Identifier: MIT */
/* Keeps the model in use learning (app/keep-learning.h), puts a better one to use, and tells of it.
 * Main thread. */
#ifndef LEAT_GUI_LEARNER_H
#define LEAT_GUI_LEARNER_H

#include "gui/context.h"
#include "gui/training.h"

typedef struct LeatLearner LeatLearner;

/* `changed` when leat_learner_text says something else. Its trainings are shown by `training`. */
LeatLearner *leat_learner_new(const LeatContext *context, LeatTraining *training,
                              void (*changed)(void *data), void *data);
void leat_learner_free(LeatLearner *learner);

/* Off at first. */
void leat_learner_set_on(LeatLearner *learner, bool on);

/* The model in use, or its library, is another one. */
void leat_learner_follow(LeatLearner *learner);

/* There may be new labels. */
void leat_learner_look(LeatLearner *learner);

/* How far it is from the next training; free with g_free. */
char *leat_learner_text(LeatLearner *learner);

#endif
