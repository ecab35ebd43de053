/* SPDX-License-Identifier: MIT */
/* Whoever says what a frame shows. The pipeline asks, and knows nothing of models: what is asked is
 * made above it. A plain value; its `data` has one owner at a time. */
#ifndef LEAT_PIPELINE_PREDICTOR_H
#define LEAT_PIPELINE_PREDICTOR_H

#include "base/prediction.h"
#include "media/frame.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    /* Fills in all of the prediction but its seq. On the predict stage's thread, one call at a
     * time; in concurrency mode `none` on the main loop's. May take as long as it likes. When it
     * fails, the error is told; CANCELLED when it was told to hurry is not. */
    bool (*predict)(void *data, LeatFrame *frame, LeatPrediction *prediction, GError **error);

    /* Ends soon: no answer, of what is asked now or later, is waited for past this time
     * (CLOCK_MONOTONIC). On any thread; it only wakes. NULL for one that never takes long. */
    void (*hurry)(void *data, int64_t deadline_ns);

    /* Once, when it is asked no more; on any thread. */
    void (*free)(void *data);
    void *data;
} LeatPredictor;

#endif
