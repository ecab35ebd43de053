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
    LeatSamples samples;    /* from settle on, as the next */
    char *frames_sha256;
    unsigned damaged;
    unsigned new_frames; /* opened after a model */
};

/* The margin around what is kept apart, samples: a tenth of the longest block. */
#define LEAT_DATASET_MARGIN 15

/* Chooses the frames of the labels, without a split. */
bool leat_dataset_fill(LeatDataset *dataset, LeatStore *store, const char *const *labels,
                       GError **error);

/* Splits these runs of a class (LeatRun) by blocks of time; their samples have no split yet. */
void leat_dataset_split_runs(LeatDataset *dataset, const GArray *runs, unsigned output);

/* leat_dataset_settle, in the library as it is open already. */
bool leat_dataset_settle_in(LeatDataset *dataset, LeatStore *store, GError **error);

/* From the frames as they are now; `read` NULL: their pictures cannot be read yet. */
void leat_dataset_offer_samples(LeatDataset *dataset, LeatSampleFunc read);

LeatDataset *leat_dataset_new(const char *path);

/* Decides which samples are kept apart. */
void leat_dataset_split(LeatDataset *dataset);

#endif
