/* SPDX-License-Identifier: MIT */
/* How well parameters do on the samples kept apart, as one number by which two of them compare. On
 * the thread of whoever has the executor. */
#ifndef LEAT_APP_TRAIN_COMPARE_H
#define LEAT_APP_TRAIN_COMPARE_H

#include "compute/executor.h"
#include "model/metrics.h"
#include "model/samples.h"

#include <glib.h>
#include <stdbool.h>

/* Of classes the mean over them of the part that is right, 0 to 1; of a number the mean absolute
 * error. Classes without samples do not count. */
double leat_train_figure(const LeatMetrics *metrics);

/* Asks the parameters for all samples kept apart. NULL with an error. */
LeatMetrics *leat_train_measure(LeatExecutor *executor, LeatNetworkShape shape,
                                const float *parameters, const LeatSamples *samples,
                                LeatCancel *cancel, GError **error);

#endif
