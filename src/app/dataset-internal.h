/* SPDX-License-Identifier: MIT */
/* What choosing a dataset's frames, splitting them and decoding them share. */
#ifndef LEAT_APP_DATASET_INTERNAL_H
#define LEAT_APP_DATASET_INTERNAL_H

#include "app/dataset.h"
#include "app/sample-cache.h"
#include "store/store.h"

/* Samples that follow one another: the frames of one label. */
typedef struct {
    unsigned first, count;
    unsigned output; /* its class; 0 for a number */
} LeatRun;

struct LeatDataset {
    char *path;
    LeatNetworkShape shape;
    GPtrArray *labels; /* char *, ends with NULL */
    GArray *runs;      /* LeatRun */
    bool exact;        /* no frame may be missing */

    /* Of each sample. */
    GArray *frames; /* LeatStoredSample without the split, in order of recordings and frames */
    GArray *infos;  /* LeatSampleInfo */
    GArray *places; /* int64_t, in the cache */

    LeatSampleCache *cache; /* from prepare on */
    LeatSamples samples;
    unsigned damaged;
};

/* Decides which samples are kept apart. */
void leat_dataset_split(LeatDataset *dataset);

#endif
