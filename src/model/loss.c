/* SPDX-License-Identifier: MIT */
#include "model/loss.h"

#include "model/arithmetic.h"

/* The least probability whose logarithm is taken: a float may say 0. */
#define LEAST 1e-30

/* exp(output - largest) for each class, and their sum. */
static double exponentials(const float *outputs, unsigned count, double *to)
{
    const double largest = outputs[leat_network_best(outputs, count)];
    double sum = 0;

    for (unsigned i = 0; i < count; i++) {
        to[i] = leat_exp(outputs[i] - largest);
        sum += to[i];
    }
    return sum;
}

void leat_loss_scores(LeatNetworkShape shape, float *outputs)
{
    double shares[LEAT_NETWORK_MAX_OUTPUTS], sum;

    if (shape.task == LEAT_NETWORK_VALUE)
        return;
    sum = exponentials(outputs, shape.outputs, shares);
    for (unsigned i = 0; i < shape.outputs; i++)
        outputs[i] = (float)(shares[i] / sum);
}

double leat_loss_gradient(LeatNetworkShape shape, const float *outputs, LeatTarget target,
                          double factor, float *gradient)
{
    double shares[LEAT_NETWORK_MAX_OUTPUTS], sum, largest;

    if (shape.task == LEAT_NETWORK_VALUE) {
        const double off = (double)outputs[0] - target.value;

        gradient[0] = (float)(factor * off);
        return factor * 0.5 * off * off;
    }
    sum = exponentials(outputs, shape.outputs, shares);
    for (unsigned i = 0; i < shape.outputs; i++)
        gradient[i] = (float)(factor * (shares[i] / sum - (i == target.class_index ? 1.0 : 0.0)));
    largest = outputs[leat_network_best(outputs, shape.outputs)];
    return factor * (leat_ln(sum) - (outputs[target.class_index] - largest));
}

double leat_loss_of_scores(LeatNetworkShape shape, const float *scores, LeatTarget target)
{
    if (shape.task == LEAT_NETWORK_VALUE) {
        const double off = (double)scores[0] - target.value;

        return 0.5 * off * off;
    }
    return scores[target.class_index] < LEAST ? -leat_ln(LEAST)
                                              : -leat_ln(scores[target.class_index]);
}
