/* SPDX-License-Identifier: MIT */
/* The texts of a model's row (store/store-model.h) and what they stand for: its labels, all that
 * its training was told, and what came of it. JSON, so that others can read it. Any thread. */
#ifndef LEAT_APP_MODEL_RECORD_H
#define LEAT_APP_MODEL_RECORD_H

#include "model/training.h"
#include "store/store-model.h"

#include <glib.h>
#include <stdbool.h>

/* CORRUPT for a text that is not as Leat writes it, UNSUPPORTED for a model that another version of
 * the network was trained for. */

/* False with UNSUPPORTED for a program, which cannot be asked from here. */
bool leat_model_record_is_network(const LeatStoredModel *model, GError **error);

/* Adds the labels in the order of the outputs, and a NULL. */
bool leat_model_record_labels(const LeatStoredModel *model, GPtrArray *labels, GError **error);
bool leat_model_record_shape(const LeatStoredModel *model, LeatNetworkShape *shape, GError **error);
bool leat_model_record_options(const LeatStoredModel *model, LeatTrainingOptions *options,
                               GError **error);

/* The hash of the weights that its training began with, NULL for random ones. Free with g_free. */
char *leat_model_record_begins_with(const LeatStoredModel *model);

/* The parameters, to be freed with g_free. */
float *leat_model_record_parameters(const LeatStoredModel *model, GError **error);

/* The texts, to be freed with g_free. `labels` ends with NULL. */
char *leat_model_record_write_labels(const char *const *labels);
char *leat_model_record_write_options(const LeatTrainingOptions *options, const char *begins_with);

/* What came of a training. `sample` tells which frame a sample is. */
typedef struct {
    const LeatTrainingResult *result;
    const LeatTrainingEpoch *curve;
    unsigned curve_count;
    const char *const *labels;
    const char *executor;
    unsigned workers;
    double wall_s;
    LeatStoredSample (*sample)(const void *data, unsigned sample);
    const void *data;
} LeatModelOutcome;

char *leat_model_record_write_metrics(const LeatModelOutcome *outcome);

#endif
