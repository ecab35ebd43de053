/* SPDX-License-Identifier: MIT */
/* From a network's raw outputs to scores, and from a target to the loss and its gradient. No state;
 * any thread. */
#ifndef LEAT_MODEL_LOSS_H
#define LEAT_MODEL_LOSS_H

#include "model/network.h"

/* Classes: softmax in place. A value stays as it is. */
void leat_loss_scores(LeatNetworkShape shape, float *outputs);

/* `factor` times the loss of one sample; `gradient` is that of its raw outputs. */
double leat_loss_gradient(LeatNetworkShape shape, const float *outputs, LeatTarget target,
                          double factor, float *gradient);

/* The loss of one sample by its scores: for metrics. */
double leat_loss_of_scores(LeatNetworkShape shape, const float *scores, LeatTarget target);

#endif
