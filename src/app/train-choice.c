/* SPDX-License-Identifier: MIT */
#include "app/train-choice.h"

/* One seed for all who do not ask for another, so that training again gives the same. */
#define SEED 1

LeatTrainingOptions leat_train_choice(const LeatTrainOptions *options, LeatNetworkTask task)
{
    LeatTrainingOptions training = leat_training_defaults(task);

    training.seed = options->seed >= 0 ? (uint64_t)options->seed : SEED;
    if (options->epochs > 0)
        training.epochs = options->epochs;
    if (options->batch > 0)
        training.batch = options->batch;
    if (options->patience >= 0)
        training.patience = (unsigned)options->patience;
    if (options->learning_rate > 0)
        training.learning_rate = options->learning_rate;
    return training;
}
