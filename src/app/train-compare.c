/* SPDX-License-Identifier: MIT */
#include "app/train-compare.h"

#include "model/evaluation.h"

double leat_train_figure(const LeatMetrics *metrics)
{
    unsigned outputs = metrics->shape.outputs, classes = 0;
    double sum = 0;

    if (metrics->shape.task == LEAT_NETWORK_VALUE)
        return metrics->mean_absolute_error;
    for (unsigned row = 0; row < outputs; row++) {
        const unsigned *cells = metrics->confusion + (size_t)row * outputs;
        unsigned samples = 0;

        for (unsigned column = 0; column < outputs; column++)
            samples += cells[column];
        if (samples == 0)
            continue;
        sum += (double)cells[row] / samples;
        classes++;
    }
    return classes > 0 ? sum / classes : 0;
}

typedef struct {
    const LeatSamples *samples;
    LeatMetrics *metrics;
} Measure;

static void add(void *data, unsigned sample, const float *scores)
{
    Measure *measure = data;

    leat_metrics_add(measure->metrics, sample, measure->samples->infos[sample].target, scores);
}

LeatMetrics *leat_train_measure(LeatExecutor *executor, LeatNetworkShape shape,
                                const float *parameters, const LeatSamples *samples,
                                LeatCancel *cancel, GError **error)
{
    unsigned *apart = g_new(unsigned, samples->count + 1), count = 0;
    Measure measure = {.samples = samples, .metrics = leat_metrics_new(shape)};
    bool good;

    for (unsigned i = 0; i < samples->count; i++)
        if (samples->infos[i].split == LEAT_SPLIT_VALIDATE)
            apart[count++] = i;
    good = count == 0 || leat_evaluation_run(executor, shape, parameters, samples, apart, count,
                                             add, NULL, &measure, cancel, error);
    g_free(apart);
    if (good)
        return measure.metrics;
    leat_metrics_free(measure.metrics);
    return NULL;
}
