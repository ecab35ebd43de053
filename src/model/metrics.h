/* SPDX-License-Identifier: MIT */
/* How well a model does on samples whose targets are known. Belongs to one thread at a time. */
#ifndef LEAT_MODEL_METRICS_H
#define LEAT_MODEL_METRICS_H

#include "model/network.h"

/* How many of the worst samples are kept. */
#define LEAT_METRICS_WORST 50

typedef struct {
    unsigned sample;
    unsigned class_index; /* predicted */
    float score;          /* classes: the probability of the predicted class; value: the value */
    double loss;
} LeatWorstSample;

typedef struct {
    LeatNetworkShape shape;
    unsigned samples;
    double loss; /* mean */

    /* For classes. */
    double accuracy;     /* the fraction that is right, 0 to 1; 0 without samples */
    unsigned *confusion; /* outputs x outputs counts: [true class][predicted class] */

    /* For a value. */
    double mean_absolute_error; /* in the user's units */

    /* Those of the highest loss, the highest first; of equals the lower sample first. */
    LeatWorstSample worst[LEAT_METRICS_WORST];
    unsigned worst_count;
} LeatMetrics;

LeatMetrics *leat_metrics_new(LeatNetworkShape shape);
void leat_metrics_free(LeatMetrics *metrics);

/* Takes in what a model said about a sample. The means are right at any time; the order of calls
 * decides their last bits. */
void leat_metrics_add(LeatMetrics *metrics, unsigned sample, LeatTarget target,
                      const float *scores);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LeatMetrics, leat_metrics_free)

#endif
