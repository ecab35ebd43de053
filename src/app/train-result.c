/* SPDX-License-Identifier: MIT */
#include "app/train-result.h"

#include "app/train-compare.h"

void leat_train_take_metrics(LeatTrainResult *result, const LeatTrainingResult *trained)
{
    const LeatMetrics *metrics =
        trained->validation->samples > 0 ? trained->validation : trained->train;
    size_t cells = (size_t)metrics->shape.outputs * metrics->shape.outputs;

    result->outputs = metrics->shape.outputs;
    result->has_accuracy = metrics->shape.task == LEAT_NETWORK_CLASSES;
    result->train_samples = trained->train->samples;
    result->validation_samples = trained->validation->samples;
    result->train_accuracy = trained->train->accuracy;
    result->accuracy = metrics->accuracy;
    result->train_error = trained->train->mean_absolute_error;
    result->error = metrics->mean_absolute_error;
    if (result->has_accuracy)
        result->confusion = g_memdup2(metrics->confusion, cells * sizeof(unsigned));
    result->epochs = trained->epochs;
    result->best_epoch = trained->best_epoch;
    result->stopped_early = trained->stopped_early;
    result->samples_per_s = trained->samples_per_s;
    g_strlcpy(result->sha256, trained->sha256, sizeof(result->sha256));
}

void leat_train_take_comparison(LeatTrainResult *result, const LeatMetrics *before,
                                const LeatMetrics *after)
{
    result->before_figure = leat_train_figure(before);
    result->after_figure = leat_train_figure(after);
    if (after->samples == 0)
        result->better = false;
    else if (result->has_accuracy)
        result->better = result->after_figure > result->before_figure;
    else
        result->better = result->after_figure < result->before_figure;
}
