/* SPDX-License-Identifier: MIT */
/* What a model is made from: the labelled frames of a library, as samples of 64x64 px. Which frames
 * and which split is decided when it is opened; their pictures are decoded by prepare, into a cache
 * (app/sample-cache.h), so that memory does not grow with them. The library may be recorded into
 * at the same time.
 *
 * The split goes by blocks of time: neighbours in time are near copies, and a frame that is
 * measured by must not have one among those that are trained on. Each label's frames are cut into
 * blocks, every fifth of which is kept apart, with a margin around it that is left out.
 *
 * Owned by one thread at a time; its samples are read as model/samples.h says. */
#ifndef LEAT_APP_DATASET_H
#define LEAT_APP_DATASET_H

#include "base/progress.h"
#include "concurrency/cancel.h"
#include "model/samples.h"
#include "store/store-model.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct LeatDataset LeatDataset;

/* A class with fewer frames cannot be learned, nor measured. */
#define LEAT_DATASET_MIN_FRAMES 10

/* Of the labels named (NULL for all classes; or, where there are none, the one number): NULL-
 * terminated. INVALID or NOT_FOUND when there are none, one class only, a class with too few
 * frames, or classes and numbers together. */
LeatDataset *leat_dataset_open(const char *path, const char *const *labels, GError **error);

/* The very frames that a model was made from. NOT_FOUND when some of them are gone. */
LeatDataset *leat_dataset_open_again(const char *path, const LeatStoredModel *model,
                                     GError **error);

/* For a successor of the model: the frames that have one of its labels now, split so that the two
 * can be compared (app/keep-learning.h says why). What the model, or one that it began with, was
 * trained on stays to be trained on; what it was measured by stays kept apart; the rest is split by
 * blocks of time, with margins to both. */
LeatDataset *leat_dataset_open_after(const char *path, const LeatStoredModel *model,
                                     GError **error);

/* Of a dataset that was opened after a model: how many frames have something new to say. They are
 * among its samples, and the model was not made from them, or from another label of them. */
unsigned leat_dataset_new_frames(const LeatDataset *dataset);

void leat_dataset_free(LeatDataset *dataset);

/* Leaves out the frames that are in no split, and says which the others are: the samples as they
 * will be if none of them turns out to be damaged. Their pictures cannot be read yet. Done by
 * prepare, or before it. */
bool leat_dataset_settle(LeatDataset *dataset, GError **error);

/* Decodes what is not in the cache; `progress` (may be NULL) is told how many frames are ready, at
 * first that none is: the samples are settled then. Frames that cannot be decoded are left out, and
 * counted; the samples are final after it. */
bool leat_dataset_prepare(LeatDataset *dataset, LeatProgressFunc progress, void *data,
                          LeatCancel *cancel, GError **error);

/* Samples of a split; of all of them with NONE. */
unsigned leat_dataset_count(const LeatDataset *dataset, LeatSplit split);

/* From settle on; the dataset's. */
const LeatSamples *leat_dataset_samples(const LeatDataset *dataset);
unsigned leat_dataset_damaged(const LeatDataset *dataset);

/* From settle on: a SHA-256, in hex, that says which frames its samples are. The dataset's. */
const char *leat_dataset_frames_sha256(const LeatDataset *dataset);

/* One output a class in the order of their names, or one for a number. */
LeatNetworkShape leat_dataset_shape(const LeatDataset *dataset);
const char *const *leat_dataset_labels(const LeatDataset *dataset);

/* The recording and frame of a sample, and its target and split, as a model's row names them. */
LeatStoredSample leat_dataset_sample(const LeatDataset *dataset, unsigned sample);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LeatDataset, leat_dataset_free)

#endif
