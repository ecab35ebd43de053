/* SPDX-License-Identifier: MIT */
/* Training as every front end has it: from the labels of a library to a model in it, as a job.
 *
 * Made and freed on one thread, run as a job's function (compute/job.h) on the job's; in between
 * any thread may look at how it stands. */
#ifndef LEAT_APP_TRAIN_H
#define LEAT_APP_TRAIN_H

#include "compute/job.h"
#include "model/training.h"
#include "store/store-model.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* The same training, ended early in any way, goes on to the same weights from the checkpoint that
 * it leaves beside the library (app/train-checkpoint.h). Not one with `repeat`, which is to prove
 * that they come out again. */
typedef enum {
    LEAT_TRAIN_NO_CHECKPOINT, /* leaves none, and goes on from none */
    LEAT_TRAIN_GO_ON,
    LEAT_TRAIN_AFRESH, /* leaves one, and begins anew */
} LeatTrainCheckpointUse;

typedef struct {
    const char *path;
    const char *name;          /* NULL: the first free of model-1, model-2, ... */
    const char *const *labels; /* NULL-terminated; NULL for all classes, or the one number */
    const char *from;          /* a model whose weights it begins with; NULL for none */
    const char *update;        /* a model to go on from, with what was labelled since: its labels,
                                * weights and split, see leat_dataset_open_after. What comes of it is
                                * stored only if it is better. If it diverges it is done once more
                                * with a tenth of the learning rate, and leaves no checkpoint then:
                                * ended early, it begins anew. NULL: no */
    const char *repeat; /* trains this model again, from its very frames, and compares; nothing
                         * is stored, and what is above and below is the model's. NULL: no */

    /* 0, or less for `seed` and `patience`: the default. */
    int64_t seed;
    unsigned epochs, batch;
    int patience;
    double learning_rate;

    LeatTrainCheckpointUse checkpoint;

    LeatExecutorKind executor;
    unsigned workers; /* 0: one for each core */
    LeatTrace *trace; /* may be NULL; must outlive it */
} LeatTrainOptions;

typedef struct LeatTrain LeatTrain;

/* Copies the options. */
LeatTrain *leat_train_new(const LeatTrainOptions *options, GError **error);
void leat_train_free(LeatTrain *train);

/* A LeatJobFunc; `data` is the LeatTrain. */
bool leat_train_run(LeatJob *job, void *data, GError **error);

typedef struct {
    bool training;                 /* frames are read before */
    LeatTrainingProgress progress; /* once it trains */
    unsigned goes_on_from;         /* the epoch in which it was ended before; 0: it began anew */
    bool kept;                     /* it was ended, and can be gone on with */
    GArray *curve;                 /* LeatTrainingEpoch; free with g_array_unref */
} LeatTrainStanding;

/* How it stands, a copy. Any thread. */
void leat_train_get_standing(LeatTrain *train, LeatTrainStanding *standing);

/* What came of it. The LeatTrain's; from the job's completion on. */
typedef struct {
    char *model; /* its name */
    char sha256[65];
    unsigned outputs;
    char **labels; /* NULL-terminated */
    unsigned train_samples, validation_samples, damaged;
    bool has_accuracy;               /* classes */
    double train_accuracy, accuracy; /* 0 to 1, of classes; on the frames kept apart */
    unsigned *confusion;             /* outputs x outputs: [label][prediction]; of classes */
    double train_error, error;       /* mean absolute error, of a number */
    unsigned epochs, best_epoch;
    unsigned goes_on_from; /* as in LeatTrainStanding */
    bool stopped_early;
    double learning_rate;
    double samples_per_s, wall_s;
    bool same; /* with `repeat`: the hash is the model's */

    /* With `update`. Compared by leat_train_figure on the frames kept apart. */
    bool better; /* and so stored; else `model` is the one that stays */
    double before_figure, after_figure;
    unsigned new_frames; /* that the model was not made from */
    bool diverged;       /* at first; this is what came of the second time */
} LeatTrainResult;

/* NULL before it was done. */
const LeatTrainResult *leat_train_result(const LeatTrain *train);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LeatTrain, leat_train_free)

#endif
