/* SPDX-License-Identifier: MIT */
/* The plot of a training: the loss of the frames learned from and of those kept apart over the
 * epochs, and how many of the latter are right. Drawn into any cairo context, so that a file and a
 * window show the same. The context's thread. */
#ifndef LEAT_APP_TRAINING_PLOT_H
#define LEAT_APP_TRAINING_PLOT_H

#include "model/training.h"

#include <cairo.h>

typedef struct {
    double width, height; /* to fill, from 0, 0 */
    bool on_dark;         /* text in a light colour */
    unsigned epochs;      /* on the axis, at least; 0: as many as there are */
    unsigned best_epoch;  /* marked; 0 for none */
    bool accuracy;        /* of classes: drawn against the axis on the right */
    /* The legend's words. */
    const char *epochs_text, *train_text, *validation_text, *accuracy_text;
} LeatTrainingPlot;

/* Losses that are no finite numbers are left out; the background is left as it is. */
void leat_training_plot_draw(const LeatTrainingPlot *plot, cairo_t *cairo,
                             const LeatTrainingEpoch *curve, unsigned count);

#endif
