/* SPDX-License-Identifier: MIT */
/* From a training that has ended to the model's row in the library: weights, labels, options, the
 * frames that it was made from, and what came of it. Any thread. */
#ifndef LEAT_APP_TRAIN_STORE_H
#define LEAT_APP_TRAIN_STORE_H

#include "app/dataset.h"
#include "compute/executor.h"
#include "model/training.h"
#include "store/store-model.h"

#include <glib.h>
#include <stdbool.h>

typedef struct {
    const char *path, *name;       /* the name NULL: one that is free */
    const LeatStoredModel *origin; /* that it began with, or NULL */
    bool successor;                /* of that one: a name that is free says so */
    const LeatDataset *dataset;
    const LeatTrainingOptions *options;
    const LeatTrainer *trainer; /* has run to its end */
    LeatExecutorFigures figures;
    double wall_s;
} LeatTrained;

/* Returns the model's name, to be freed with g_free; NULL with an error. */
char *leat_train_store(const LeatTrained *trained, GError **error);

#endif
