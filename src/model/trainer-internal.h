/* SPDX-License-Identifier: MIT */
/* What stands behind model/training.h. */
#ifndef LEAT_MODEL_TRAINER_INTERNAL_H
#define LEAT_MODEL_TRAINER_INTERNAL_H

#include "model/batch-internal.h"
#include "model/training.h"

struct LeatTrainer {
    /* Set once. */
    LeatNetworkShape shape;
    LeatTrainingOptions options;
    const LeatSamples *samples;
    unsigned *train, *validate; /* the numbers of the samples */
    unsigned train_count, validate_count;
    unsigned steps; /* in an epoch */
    double class_weights[LEAT_NETWORK_MAX_OUTPUTS];
    double mean, scale; /* of the values to train on: it learns (value - mean) / scale */
    char identity[65];  /* a SHA-256 of what the answer follows from: all of the above */

    /* How far it is: what a checkpoint holds. */
    float *parameters, *velocities;
    float *best;                  /* the parameters after the best epoch */
    unsigned epoch, step;         /* done; steps of the epoch after these */
    double loss, weight;          /* of the samples of these steps: sums */
    unsigned best_epoch;          /* from 1; 0: none yet */
    double best_loss, best_share; /* on the validation samples, weighted; the share that is right */
    bool ended, stopped_early;
    GArray *curve; /* LeatTrainingEpoch */

    /* While it runs. */
    unsigned *order;           /* of this epoch's samples */
    LeatBatch *batch;          /* whose parameters are the newest, or NULL */
    uint64_t trained;          /* samples, since leat_trainer_run was called */
    int64_t training_ns;       /* the same */
    int64_t told_ns;           /* when progress was last told */
    LeatTrainingFunc progress; /* may be NULL */
    void *progress_data;

    /* Over all runs. */
    uint64_t all_trained;
    int64_t all_training_ns, all_ns;
    bool diverged;
    LeatMetrics *train_metrics, *validation_metrics;
    char *sha256;
    float *final;
    LeatTrainingResult result;
};

/* The newest parameters, wherever they are. */
float *leat_trainer_parameters(LeatTrainer *trainer);

/* How often the loss of a sample counts, relative to others. */
double leat_trainer_weight(const LeatTrainer *trainer, unsigned sample);

/* The learning rate of the step that comes next. */
double leat_trainer_rate(const LeatTrainer *trainer);

/* Goes down the gradient of the batch that has been run: sum by sum and part by part, so that the
 * gradient is never in memory whole. False when a parameter is no finite number any more. */
bool leat_trainer_descend(LeatTrainer *trainer, LeatWorkset *workset);

/* Values: from parameters that give (value - mean) / scale to ones that give the value, and back.
 */
void leat_trainer_to_units(const LeatTrainer *trainer, float *parameters);
void leat_trainer_from_units(const LeatTrainer *trainer, float *parameters);

#endif
