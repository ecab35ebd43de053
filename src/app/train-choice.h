/* SPDX-License-Identifier: MIT */
/* What a training is told: the defaults of its task, but for what the user chose. Any thread. */
#ifndef LEAT_APP_TRAIN_CHOICE_H
#define LEAT_APP_TRAIN_CHOICE_H

#include "app/train.h"

LeatTrainingOptions leat_train_choice(const LeatTrainOptions *options, LeatNetworkTask task);

#endif
