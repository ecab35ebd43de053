/* SPDX-License-Identifier: MIT */
/* The parameters that a training begins with: `start` stays NULL for random ones, others are to be
 * freed with g_free. Any thread. */
#ifndef LEAT_APP_TRAIN_START_H
#define LEAT_APP_TRAIN_START_H

#include "app/dataset.h"
#include "store/store-model.h"

#include <glib.h>
#include <stdbool.h>

/* Those of a model with the dataset's labels; INVALID when its labels are others. */
bool leat_train_start_with(const LeatStoredModel *model, const LeatDataset *dataset, float **start,
                           GError **error);

/* Those that the model itself began with; NOT_FOUND when they are gone. */
bool leat_train_start_again(const LeatStoredModel *model, const char *path, float **start,
                            GError **error);

#endif
