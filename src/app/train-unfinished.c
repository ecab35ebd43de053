/* SPDX-License-Identifier: MIT */
#include "app/train-unfinished.h"

#include "app/dataset.h"
#include "app/train-checkpoint.h"
#include "app/train-choice.h"

static LeatDataset *settled_dataset(const LeatTrainOptions *options)
{
    LeatDataset *dataset = leat_dataset_open(options->path, options->labels, NULL);

    if (dataset && leat_dataset_settle(dataset, NULL))
        return dataset;
    leat_dataset_free(dataset);
    return NULL;
}

bool leat_train_find_unfinished(const LeatTrainOptions *options, LeatTrainUnfinished *unfinished)
{
    g_autoptr(LeatDataset) dataset = NULL;
    g_autoptr(LeatTrainCheckpoint) checkpoint = NULL;
    LeatNetworkShape shape;
    LeatTrainingOptions training;
    LeatTrainingProgress standing;
    LeatTrainer *trainer;
    bool found;

    if (!leat_train_checkpoint_is_there(options->path) || !(dataset = settled_dataset(options)))
        return false;
    shape = leat_dataset_shape(dataset);
    training = leat_train_choice(options, shape.task);
    trainer = leat_trainer_new(shape, &training, leat_dataset_samples(dataset), NULL, NULL);
    if (!trainer)
        return false;
    checkpoint = leat_train_checkpoint_new(options->path, leat_dataset_frames_sha256(dataset));
    found = leat_train_checkpoint_fits(checkpoint, trainer);
    standing = leat_trainer_standing(trainer);
    *unfinished = (LeatTrainUnfinished){standing.epoch, standing.epochs};
    leat_trainer_free(trainer);
    return found;
}
