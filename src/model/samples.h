/* SPDX-License-Identifier: MIT */
/* What a model is trained and tested on, however it is kept: the targets are in memory, the
 * pictures are asked for one by one, so that any number of them trains in bounded memory. */
#ifndef LEAT_MODEL_SAMPLES_H
#define LEAT_MODEL_SAMPLES_H

#include "model/network.h"

typedef enum {
    LEAT_SPLIT_TRAIN,
    LEAT_SPLIT_VALIDATE,
    LEAT_SPLIT_NONE, /* left out */
} LeatSplit;

typedef struct {
    LeatTarget target;
    LeatSplit split;
} LeatSampleInfo;

/* Writes the LEAT_SAMPLE_BYTES of a sample (64x64 RGB, row by row). It may be asked for again, and
 * must then give the same bytes. Called by one thread at a time, which is not the one that trains.
 * False with an error ends the training with that error. */
typedef bool (*LeatSampleFunc)(void *data, unsigned sample, uint8_t *pixels, GError **error);

/* The caller's: it stays as it is while somebody uses it. */
typedef struct {
    unsigned count;
    const LeatSampleInfo *infos; /* `count` of them */
    LeatSampleFunc read;
    void *data;
    const char *const *class_names; /* one for each output, for messages; may be NULL */
} LeatSamples;

#endif
