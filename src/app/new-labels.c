/* SPDX-License-Identifier: MIT */
#include "app/new-labels.h"

#include "app/dataset.h"
#include "app/keep-learning.h"
#include "store/store-label.h"
#include "store/store-model.h"

#include <math.h>
#include <string.h>

/* FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/ */
static void mix(uint64_t *sum, const void *data, size_t size)
{
    const uint8_t *bytes = data;

    for (size_t i = 0; i < size; i++)
        *sum = (*sum ^ bytes[i]) * UINT64_C(1099511628211);
}

/* A number that is another one when the labels are. */
static uint64_t sum_of(const GPtrArray *labels)
{
    uint64_t sum = UINT64_C(14695981039346656037);

    for (guint i = 0; i < labels->len; i++) {
        const LeatLabel *label = labels->pdata[i];

        mix(&sum, &label->recording, sizeof label->recording);
        mix(&sum, label->name, strlen(label->name) + 1);
        mix(&sum, &label->value, sizeof label->value);
        mix(&sum, &label->first, sizeof label->first);
        mix(&sum, &label->last, sizeof label->last);
    }
    return sum;
}

static bool count(const char *path, const char *name, LeatStore *store, LeatNewLabels *labels)
{
    g_autoptr(LeatStoredModel) model = leat_store_find_model(store, name, &labels->error);
    g_autoptr(LeatDataset) dataset =
        model ? leat_dataset_open_after(path, model, &labels->error) : NULL;

    if (!dataset)
        return false;
    labels->frames = leat_dataset_new_frames(dataset);
    labels->needed = MAX(LEAT_KEEP_LEARNING_FRAMES,
                         (int64_t)ceil(LEAT_KEEP_LEARNING_PART * (double)model->samples));
    return true;
}

bool leat_new_labels_look(const char *path, const char *model, uint64_t *seen, LeatCancel *cancel,
                          LeatNewLabels *labels)
{
    g_autoptr(LeatStore) store = NULL;
    g_autoptr(GPtrArray) all = NULL;
    uint64_t sum;

    *labels = (LeatNewLabels){0};
    store = leat_store_open(path, cancel, &labels->error);
    all = store ? leat_store_labels(store, -1, &labels->error) : NULL;
    sum = all ? sum_of(all) : 0;
    if (all && sum == *seen)
        return false;
    *seen = all && count(path, model, store, labels) ? sum : 0;
    return true;
}
