/* SPDX-License-Identifier: MIT */
/* Whether a training that is about to be asked for was begun before, and would go on. Looks into
 * the library, and makes a network: not for the main thread of a window. */
#ifndef LEAT_APP_TRAIN_UNFINISHED_H
#define LEAT_APP_TRAIN_UNFINISHED_H

#include "app/train.h"

typedef struct {
    unsigned epoch, epochs; /* it would go on in this one, from 1; of so many at most */
} LeatTrainUnfinished;

/* Of a training from random weights: `from`, `update` and `repeat` are NULL. False when it would
 * begin anew, or fail, which it will tell itself. Where labelled frames cannot be decoded nobody
 * knows before they are read: false, though it may go on. */
bool leat_train_find_unfinished(const LeatTrainOptions *options, LeatTrainUnfinished *unfinished);

#endif
