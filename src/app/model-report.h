/* SPDX-License-Identifier: MIT */
/* What came of a model's training, as its row in the library tells it: how it was learned, how much
 * is right, and where it is wrong. A plain value. */
#ifndef LEAT_APP_MODEL_REPORT_H
#define LEAT_APP_MODEL_REPORT_H

#include "model/training.h"
#include "store/store-model.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* A frame that it did badly on. */
typedef struct {
    int64_t recording, seq;
    char *label, *prediction; /* what it is and what it was taken for; NULL of a number */
    double value;             /* what a number is */
    double score;             /* of the prediction, 0 to 1; or the number that was read */
} LeatWorstFrame;

/* Of classes there are accuracies, of a number mean absolute errors. The measures are those of the
 * frames kept apart; where there were none, of those learned from. */
typedef struct {
    char *name;
    bool number;
    char **labels; /* NULL-terminated */
    unsigned outputs;
    unsigned train_samples, validation_samples;
    double train_accuracy, accuracy, train_error, error;
    unsigned *confusion; /* outputs x outputs: [label][prediction]; NULL of a number */
    unsigned epochs, best_epoch;
    bool stopped_early;
    char *executor;
    unsigned workers;
    double samples_per_s, wall_s;
    GArray *curve;    /* LeatTrainingEpoch */
    GPtrArray *worst; /* LeatWorstFrame, the worst first */
} LeatModelReport;

/* CORRUPT when the row is not as Leat writes it. Any thread. */
LeatModelReport *leat_model_report_new(const LeatStoredModel *model, GError **error);
void leat_model_report_free(LeatModelReport *report);

/* Finds the model, which waits for the disk. */
LeatModelReport *leat_model_report_read(const char *path, const char *model, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LeatModelReport, leat_model_report_free)

#endif
