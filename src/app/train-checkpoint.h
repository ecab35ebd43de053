/* SPDX-License-Identifier: MIT */
/* How far the unfinished training of a library is: a file FILE-training beside the library FILE, of
 * about 3 MB, from which the same training goes on to the same weights, in this process or another.
 * There is one, of the training that was last under way; it may be deleted at any time.
 *
 * It is written whole or not at all, so that a program that is killed meanwhile leaves the one
 * before, and knows by its own sums whether it is whole and whose it is. Where it cannot be written
 * the training goes on without, and the log says so once.
 *
 * Owned by one thread at a time. */
#ifndef LEAT_APP_TRAIN_CHECKPOINT_H
#define LEAT_APP_TRAIN_CHECKPOINT_H

#include "model/training.h"

#include <glib.h>
#include <stdbool.h>

typedef struct LeatTrainCheckpoint LeatTrainCheckpoint;

/* `frames`: says which frames the samples are, see leat_dataset_frames_sha256. */
LeatTrainCheckpoint *leat_train_checkpoint_new(const char *library, const char *frames);
void leat_train_checkpoint_free(LeatTrainCheckpoint *checkpoint);

typedef enum {
    LEAT_CHECKPOINT_NONE,     /* there is none, or one that is of another training */
    LEAT_CHECKPOINT_RESTORED, /* the trainer goes on from it */
    LEAT_CHECKPOINT_REFUSED, /* the same, and the trainer must be freed: see leat_trainer_restore */
} LeatCheckpointFound;

/* Gives a new trainer what there is; warns of what is there and of no use. */
LeatCheckpointFound leat_train_checkpoint_restore(LeatTrainCheckpoint *checkpoint,
                                                  LeatTrainer *trainer);

/* The same without a warning, and to no end but to look at the trainer: whether it was restored. */
bool leat_train_checkpoint_fits(const LeatTrainCheckpoint *checkpoint, LeatTrainer *trainer);

/* Whether one lies beside the library, of whatever training. */
bool leat_train_checkpoint_is_there(const char *library);

/* Writes how far the trainer is: not while it runs, but fine from its progress function. Returns
 * whether this training can be gone on with, if need be from what was saved before. One that has
 * diverged cannot: it would again, and what was saved is removed. */
bool leat_train_checkpoint_save(LeatTrainCheckpoint *checkpoint, LeatTrainer *trainer);

/* The same if it is time: after the first epoch, and then every few seconds. */
void leat_train_checkpoint_save_now_and_then(LeatTrainCheckpoint *checkpoint, LeatTrainer *trainer,
                                             const LeatTrainingProgress *progress);

/* Removes what it has saved, or restored from. */
void leat_train_checkpoint_remove(LeatTrainCheckpoint *checkpoint);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LeatTrainCheckpoint, leat_train_checkpoint_free)

#endif
