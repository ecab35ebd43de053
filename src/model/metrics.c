/* SPDX-License-Identifier: MIT */
#include "model/metrics.h"

#include "model/loss.h"

#include <math.h>
#include <string.h>

LeatMetrics *leat_metrics_new(LeatNetworkShape shape)
{
    LeatMetrics *metrics = g_new0(LeatMetrics, 1);

    metrics->shape = shape;
    if (shape.task == LEAT_NETWORK_CLASSES)
        metrics->confusion = g_new0(unsigned, (size_t)shape.outputs *shape.outputs);
    return metrics;
}

void leat_metrics_free(LeatMetrics *metrics)
{
    if (!metrics)
        return;
    g_free(metrics->confusion);
    g_free(metrics);
}

static void keep_if_bad(LeatMetrics *metrics, const LeatWorstSample *sample)
{
    unsigned at = metrics->worst_count;

    while (at > 0 && metrics->worst[at - 1].loss < sample->loss)
        at--;
    if (at == LEAT_METRICS_WORST)
        return;
    if (metrics->worst_count < LEAT_METRICS_WORST)
        metrics->worst_count++;
    memmove(&metrics->worst[at + 1], &metrics->worst[at],
            (metrics->worst_count - 1 - at) * sizeof *metrics->worst);
    metrics->worst[at] = *sample;
}

/* The mean of one more value than before. */
static void add_to_mean(double *mean, unsigned count, double value)
{
    *mean = (*mean * (count - 1) + value) / count;
}

static double fraction_right(const LeatMetrics *metrics)
{
    const unsigned outputs = metrics->shape.outputs;
    unsigned right = 0;

    for (unsigned i = 0; i < outputs; i++)
        right += metrics->confusion[i * outputs + i];
    return (double)right / metrics->samples;
}

void leat_metrics_add(LeatMetrics *metrics, unsigned sample, LeatTarget target, const float *scores)
{
    const LeatNetworkShape shape = metrics->shape;
    LeatWorstSample entry = {
        .sample = sample,
        .score = scores[0],
        .loss = leat_loss_of_scores(shape, scores, target),
    };

    metrics->samples++;
    add_to_mean(&metrics->loss, metrics->samples, entry.loss);
    if (shape.task == LEAT_NETWORK_CLASSES) {
        entry.class_index = leat_network_best(scores, shape.outputs);
        entry.score = scores[entry.class_index];
        metrics->confusion[target.class_index * shape.outputs + entry.class_index]++;
        metrics->accuracy = fraction_right(metrics);
    } else {
        add_to_mean(&metrics->mean_absolute_error, metrics->samples,
                    fabs((double)scores[0] - target.value));
    }
    keep_if_bad(metrics, &entry);
}
