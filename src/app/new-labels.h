/* SPDX-License-Identifier: MIT */
/* How many frames of a library have a label that a model has not learned. Waits for the disk; any
 * thread. */
#ifndef LEAT_APP_NEW_LABELS_H
#define LEAT_APP_NEW_LABELS_H

#include "concurrency/cancel.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* So many new ones, and a training is worth its while at so many (app/keep-learning.h); or an
 * error, the caller's. */
typedef struct {
    int64_t frames, needed;
    GError *error;
} LeatNewLabels;

/* Counts them if the labels are others than those that were `seen`, which is 0 at first, and a
 * number of the labels then. False when they are the same. What fails is tried again each time:
 * another program may have let go of the file. */
bool leat_new_labels_look(const char *path, const char *model, uint64_t *seen, LeatCancel *cancel,
                          LeatNewLabels *labels);

#endif
