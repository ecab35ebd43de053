/* SPDX-License-Identifier: MIT */
/* Keeps a model learning: looks for new labels in its library, trains a successor in the background
 * when there are enough of them, and tells whether it is better. It puts nothing to use by itself.
 *
 * Enough is: frames with a label that the model knows, and that it was not made from, are at least
 * 50 and a fifth of those that it was made from. After a training as many must come again, whatever
 * came of it. Labels that the model does not know are not learned here: that is a new training.
 *
 * How two models are compared. The successor begins with the weights of the model in use, and its
 * frames are those that have a label now, split so that the comparison is fair (app/dataset.h,
 * leat_dataset_open_after):
 *   - A frame that the model in use, or one that it began with, was trained on stays among those to
 *     train on. So nothing is measured by that either of the two has learned by heart.
 *   - A frame that the model in use was measured by stays kept apart. The successor is so measured
 *     by all that its predecessor was measured by: it cannot forget that and be called better.
 *   - Frames that are new are split by blocks of time as ever. Beside a frame that was kept apart
 *     there is a margin in which none is trained on, and beside one that was trained on a margin in
 *     which none is kept apart: near copies would give one of the two an advantage.
 * Then both are asked for all frames that are kept apart, with the labels as they are now. Better
 * is a higher mean over the classes of the part of its frames that is right (a rare class counts as
 * much as a frequent one), or for a number a smaller mean absolute error; of equals the one in use
 * stays. What this cannot even out: of the successor the epoch that did best on these very frames
 * is taken, of the model in use only on those of them that it knew. And of a model whose parent was
 * removed from the library nobody knows any more what the parent was trained on.
 *
 * A training that diverges is done once more with a tenth of the learning rate: nobody is there who
 * could choose another one.
 *
 * A successor that is not better is not kept. One that is gets the name of its predecessor with the
 * next free number, and names it as its parent.
 *
 * Made, commanded and freed on the main loop's thread, where everything is told, too. No command
 * waits. It has a thread that looks at the library, and while it trains the job's. */
#ifndef LEAT_APP_KEEP_LEARNING_H
#define LEAT_APP_KEEP_LEARNING_H

#include "app/train.h"
#include "compute/executor.h"
#include "compute/job.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct LeatKeepLearning LeatKeepLearning;

#define LEAT_KEEP_LEARNING_FRAMES 50
#define LEAT_KEEP_LEARNING_PART 0.2

/* What came of a training. Its texts live as long as the call. */
typedef struct {
    const char *path, *model; /* the one in use when it began */
    const char *better;       /* the new model, which is in the library; NULL: the old one stays */
    bool number;
    double before, after; /* accuracy as above, 0 to 1; of a number the mean error */
    unsigned frames;      /* that both were measured by */
    bool diverged;        /* at first: it was trained again, with a tenth of the learning rate */
    const GError *error;  /* why there is no result: it failed, or CANCELLED. NULL: there is */
} LeatKeepLearningOutcome;

/* Any of them may be NULL. */
typedef struct {
    /* So many new frames there are, and at so many it trains. Each time it has changed. */
    void (*counted)(int64_t frames, int64_t needed, void *data);

    /* A training is about to begin. Connect to the job for its progress, and make its record
     * (app/job-record.h) if there is to be one; both are there until `ended`, which is called after
     * the job's listeners. */
    void (*began)(LeatJob *job, LeatTrain *train, void *data);

    /* Once after each `began`. */
    void (*ended)(const LeatKeepLearningOutcome *outcome, void *data);

    /* It cannot look at the library, or begin to train; each message once. It tries again. */
    void (*failed)(const GError *error, void *data);

    /* After leat_keep_learning_stop: it can be freed without a wait, from here too. */
    void (*stopped)(void *data);
    void *data;
} LeatKeepLearningCallbacks;

typedef struct {
    LeatExecutorKind executor;
    unsigned workers;      /* 0: one for each core */
    LeatTrace *trace;      /* may be NULL; must outlive it */
    int64_t look_every_ns; /* 0: every 3 s */
    unsigned epochs;       /* 0: the default */
    double learning_rate;  /* 0: the default */
} LeatKeepLearningOptions;

/* Does nothing until it has a model. `context` NULL is the default one. */
LeatKeepLearning *leat_keep_learning_new(const LeatKeepLearningCallbacks *callbacks,
                                         const LeatKeepLearningOptions *options,
                                         GMainContext *context, GError **error);

/* The model that is in use now; a training that goes on from another one is cancelled. NULL, or a
 * model that is a program (exec:...): none. To be called after `ended`, too, when the better one
 * was put to use: until then the old one is the one in use. */
void leat_keep_learning_set_model(LeatKeepLearning *learning, const char *path, const char *model);

/* Looks now: labels have changed. */
void leat_keep_learning_look(LeatKeepLearning *learning);

/* Cancels the training under way, if there is one; it goes on watching. */
void leat_keep_learning_cancel(LeatKeepLearning *learning);

/* Ends everything; `ended` may still be called, and then `stopped`. */
void leat_keep_learning_stop(LeatKeepLearning *learning);

/* Waits for what was not stopped. NULL is fine. */
void leat_keep_learning_free(LeatKeepLearning *learning);

#endif
