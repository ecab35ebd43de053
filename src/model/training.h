/* SPDX-License-Identifier: MIT */
/* Training: stochastic gradient descent with momentum over a LeatExecutor, data-parallel and with
 * one answer. A batch is cut into shards of LEAT_TRAINING_SHARD samples whose gradients are added
 * up in their order, so that the weights are the same bits on any executor and number of workers,
 * and also when it was cancelled and goes on, in this process or from a checkpoint in another one.
 *
 * An epoch shows each training sample once, in an order and with changes (mirrored, shifted,
 * brighter or darker) that follow from the seed, the epoch and the sample alone. After each epoch
 * the validation samples are evaluated, and the weights of the best epoch are kept: for classes the
 * one with the highest accuracy, of equals with the lowest loss; for a value with the lowest loss.
 * When none was better for `patience` epochs it stops. Losses and this accuracy count each class as
 * much as the others, if they are balanced. Without validation samples the last epoch's weights are
 * kept.
 *
 * A trainer belongs to one thread at a time. It reads samples on a thread of its own, ahead of the
 * workers, and holds two batches of them. */
#ifndef LEAT_MODEL_TRAINING_H
#define LEAT_MODEL_TRAINING_H

#include "compute/executor.h"
#include "model/metrics.h"
#include "model/samples.h"

/* Part of the answer, and so of a model's record. */
#define LEAT_TRAINING_SHARD 4

#define LEAT_TRAINING_MAX_BATCH 256
#define LEAT_TRAINING_MAX_EPOCHS 10000

typedef enum {
    LEAT_AUGMENT_NONE = 0,
    LEAT_AUGMENT_FLIP = 1 << 0,       /* left and right change places, for every other sample */
    LEAT_AUGMENT_SHIFT = 1 << 1,      /* up to 4 px in each direction; edges are repeated */
    LEAT_AUGMENT_BRIGHTNESS = 1 << 2, /* contrast 0.8 to 1.2 times, brightness +-24 of 255 */
} LeatAugment;

typedef struct {
    uint64_t seed;
    unsigned epochs;      /* at most */
    unsigned batch;       /* samples a step */
    unsigned patience;    /* epochs without a better one until it stops; 0: never */
    unsigned augment;     /* LeatAugment flags */
    bool balance;         /* classes: a sample weighs the more the rarer its class is */
    double learning_rate; /* rises to this over the first steps, then falls linearly to 1/100 */
    double momentum;
    double weight_decay;
} LeatTrainingOptions;

/* What suits most: 40 epochs, batch 32, patience 10, shifted and brighter or darker (but not
 * mirrored: left and right tell classes apart, and a mirrored gauge says something else), balanced.
 */
LeatTrainingOptions leat_training_defaults(LeatNetworkTask task);

typedef struct LeatTrainer LeatTrainer;

/* Checks everything: LEAT_ERROR_INVALID for options out of range, no training samples, a single
 * class, a class without training samples, a target that is no finite number or no class.
 * `start` (may be NULL) are the parameters of a model to go on from. `samples` must stay until the
 * trainer is freed. */
LeatTrainer *leat_trainer_new(LeatNetworkShape shape, const LeatTrainingOptions *options,
                              const LeatSamples *samples, const float *start, GError **error);
void leat_trainer_free(LeatTrainer *trainer);

/* How it stands. Losses are means a sample. */
typedef struct {
    unsigned epoch, epochs;       /* the epoch it is in, from 1, and the most there will be */
    unsigned step, steps;         /* in this epoch: done, and in all */
    uint64_t samples_done, total; /* training samples, over all epochs */
    double loss;                  /* of the epoch so far, as trained */
    double samples_per_s;         /* since leat_trainer_run was called */
    bool epoch_ended;             /* the last entry of leat_trainer_curve is new */
} LeatTrainingProgress;

/* After each epoch, and between them about ten times a second; on the thread that runs it. */
typedef void (*LeatTrainingFunc)(const LeatTrainingProgress *progress, void *data);

/* Trains to the end, or goes on with what was cancelled. The executor must know leat_model_kind.
 * False with an error:
 *     LEAT_ERROR_CANCELLED  between two steps; call it again, or take a checkpoint
 *     LEAT_ERROR_FAILED     the loss is no finite number any more; says what to change
 *     others                of a sample, or of the workers; may be called again, too */
bool leat_trainer_run(LeatTrainer *trainer, LeatExecutor *executor, LeatCancel *cancel,
                      LeatTrainingFunc progress, void *data, GError **error);

/* Whether it has: it cannot go on then. */
bool leat_trainer_has_diverged(const LeatTrainer *trainer);

/* How it stands between two runs, or as it was restored. */
LeatTrainingProgress leat_trainer_standing(const LeatTrainer *trainer);

/* Everything that it needs to go on from the last whole step; NULL when it has diverged, since
 * there is nothing to go on from. Not while it runs, but fine from the progress function. */
GBytes *leat_trainer_checkpoint(LeatTrainer *trainer);

/* On a new trainer with the same shape, options, samples and start: LEAT_ERROR_INVALID when they
 * are not the same, LEAT_ERROR_CORRUPT when it is no checkpoint, or a damaged one; free the trainer
 * then. */
bool leat_trainer_restore(LeatTrainer *trainer, const void *checkpoint, size_t bytes,
                          GError **error);

typedef struct {
    unsigned epoch; /* from 1 */
    double learning_rate;
    double train_loss;          /* of the samples as trained: augmented, and while it learned */
    double validation_loss;     /* the rest: 0 without validation samples */
    double accuracy;            /* for classes, on the validation samples */
    double mean_absolute_error; /* for a value, on the validation samples */
} LeatTrainingEpoch;

/* The epochs so far. The trainer's, until it next runs or is freed. */
const LeatTrainingEpoch *leat_trainer_curve(const LeatTrainer *trainer, unsigned *count);

typedef struct {
    const float *parameters; /* as leat_network_parameters(shape) says */
    const char *sha256;      /* of these */
    unsigned best_epoch;     /* that they are from */
    unsigned epochs;         /* done */
    bool stopped_early;
    const LeatMetrics *train;      /* of these parameters on the training samples as they are */
    const LeatMetrics *validation; /* on the validation samples; samples = 0 when there are none */
    double samples_per_s;          /* of the training alone, over all runs of this trainer */
    double wall_s;                 /* of all runs of this trainer */
} LeatTrainingResult;

/* NULL until leat_trainer_run has returned true. The trainer's, until it is freed. */
const LeatTrainingResult *leat_trainer_result(const LeatTrainer *trainer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LeatTrainer, leat_trainer_free)

#endif
