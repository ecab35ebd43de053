/* SPDX-License-Identifier: MIT */
/* What came of a training, from what its trainer says. For train.c. */
#ifndef LEAT_APP_TRAIN_RESULT_H
#define LEAT_APP_TRAIN_RESULT_H

#include "app/train.h"

void leat_train_take_metrics(LeatTrainResult *result, const LeatTrainingResult *trained);

/* After that: how the model before does on the same samples kept apart, and which of them is
 * better; where there are none, the one before. */
void leat_train_take_comparison(LeatTrainResult *result, const LeatMetrics *before,
                                const LeatMetrics *after);

#endif
