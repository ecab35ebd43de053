/* SPDX-License-Identifier: MIT */
/* What models of a library say of a recording's frames, as a job. The same answer on every
 * executor. Frames are decoded as the models ask for them, in bounded memory; a recording that goes
 * on is taken as it is when the job begins.
 *
 * Made and freed on one thread, run as a job's function (compute/job.h) on the job's. */
#ifndef LEAT_APP_PREDICT_H
#define LEAT_APP_PREDICT_H

#include "compute/executor.h"
#include "compute/job.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LEAT_PREDICT_MODELS 2

typedef struct {
    const char *path;
    const char *recording;                   /* id or name */
    const char *models[LEAT_PREDICT_MODELS]; /* names; the second NULL for one. The first NULL: the
                                              * model that was made last */
    LeatExecutorKind executor;
    unsigned workers; /* 0: one for each core */
    bool store;       /* keep what they say in the library */
    LeatTrace *trace; /* may be NULL; must outlive it */
} LeatPredictOptions;

typedef struct LeatPredict LeatPredict;

/* Copies the options. */
LeatPredict *leat_predict_new(const LeatPredictOptions *options);
void leat_predict_free(LeatPredict *predict);

/* A LeatJobFunc; `data` is the LeatPredict. */
bool leat_predict_run(LeatJob *job, void *data, GError **error);

/* What a model says of a frame. */
typedef struct {
    int64_t seq;
    unsigned label; /* its place in the model's labels; 0 for a number */
    double score;   /* the label's probability, 0 to 1; or the number */
} LeatPredictedFrame;

typedef struct {
    char *model;
    bool number;   /* a number is read, not a class told */
    char **labels; /* NULL-terminated */
    LeatPredictedFrame *frames;
    size_t count;
} LeatPredictedFrames;

/* From the job's completion on; the LeatPredict's. `model` counts from 0. */
const LeatPredictedFrames *leat_predict_result(const LeatPredict *predict, unsigned model);

/* Frames that could not be decoded, and are not among the results. */
unsigned leat_predict_damaged(const LeatPredict *predict);

/* Of two models: the places (size_t) of the frames of which they say different things, those of
 * which the surer one is the least sure first; of numbers all frames, those furthest apart first.
 * Free with g_array_unref. */
GArray *leat_predict_disagreements(const LeatPredict *predict);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LeatPredict, leat_predict_free)

#endif
