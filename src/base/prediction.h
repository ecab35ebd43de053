/* SPDX-License-Identifier: MIT */
/* What a model says of a frame, as a plain value: the pipeline hands it on, a store keeps it, a
 * front end shows it. */
#ifndef LEAT_BASE_PREDICTION_H
#define LEAT_BASE_PREDICTION_H

#include <stdbool.h>
#include <stdint.h>

/* Room for a name: 200 bytes and the end. */
#define LEAT_PREDICTION_NAME 204

typedef struct {
    int64_t seq;  /* of the frame */
    double score; /* probability of the label, 0 to 1; of a number the number itself */
    char label[LEAT_PREDICTION_NAME];
    char model[LEAT_PREDICTION_NAME]; /* its name */
    char sha256[65];                  /* of its weights, hexadecimal; of a program's name */
    bool external;                    /* the model is a program of the user's */
} LeatPrediction;

#endif
