/* SPDX-License-Identifier: MIT */
/* The frames of a model's successor. */
#include "app/dataset-internal.h"
#include "app/model-record.h"

#include <stdlib.h>

/* Longer lines of descent are not followed; nobody has such. */
#define MOST_ANCESTORS 1000

typedef enum {
    NEW,
    SEEN,  /* the model, or one that it began with, was trained on it */
    APART, /* the model was measured by it */
} Known;

typedef struct {
    LeatDataset *dataset;
    uint8_t *known; /* Known, of each sample */
} After;

static int compare(const void *a, const void *b)
{
    const LeatStoredSample *x = a, *y = b;

    if (x->recording != y->recording)
        return x->recording < y->recording ? -1 : 1;
    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static const LeatStoredSample *frame_of(const LeatDataset *dataset, unsigned sample)
{
    return &g_array_index(dataset->frames, LeatStoredSample, sample);
}

static LeatSplit *split_of(const LeatDataset *dataset, unsigned sample)
{
    return &g_array_index(dataset->infos, LeatSampleInfo, sample).split;
}

/* What a model was made from; `last` is the one that is to have a successor, and comes first. */
static void take_samples(const After *after, const GArray *samples, bool last)
{
    LeatDataset *dataset = after->dataset;

    for (unsigned i = 0; samples->len > 0 && i < dataset->frames->len; i++) {
        const LeatStoredSample *now = frame_of(dataset, i);
        const LeatStoredSample *then =
            bsearch(now, samples->data, samples->len, sizeof(LeatStoredSample), compare);

        if (!then)
            continue;
        if (!then->validate)
            after->known[i] = SEEN;
        else if (last)
            after->known[i] = APART;
        dataset->new_frames += last && then->target != now->target;
    }
}

static bool take_line(const After *after, LeatStore *store, const LeatStoredModel *model,
                      GError **error)
{
    g_autofree char *name = g_strdup(model->name);

    for (int i = 0; name && i < MOST_ANCESTORS; i++) {
        g_autoptr(LeatStoredModel) one = leat_store_find_model(store, name, error);
        g_autoptr(GArray) samples = one ? leat_store_model_samples(store, one->id, error) : NULL;

        if (!samples)
            return false;
        take_samples(after, samples, i == 0);
        g_free(name);
        name = g_strdup(one->parent_name);
    }
    return true;
}

/* The runs of new samples within the runs of labels. */
static GArray *new_runs(const After *after)
{
    const LeatDataset *dataset = after->dataset;
    GArray *runs = g_array_new(FALSE, FALSE, sizeof(LeatRun));

    for (guint r = 0; r < dataset->runs->len; r++) {
        const LeatRun *run = &g_array_index(dataset->runs, LeatRun, r);
        LeatRun fresh = {.output = run->output};

        for (unsigned i = run->first; i <= run->first + run->count; i++) {
            bool is_new = i < run->first + run->count && after->known[i] == NEW;

            if (is_new && fresh.count++ == 0)
                fresh.first = i;
            if (!is_new && fresh.count > 0) {
                g_array_append_val(runs, fresh);
                fresh.count = 0;
            }
        }
    }
    return runs;
}

static bool is_near(const After *after, unsigned sample, Known known)
{
    const LeatDataset *dataset = after->dataset;
    unsigned first = sample - MIN(sample, LEAT_DATASET_MARGIN);
    unsigned last = MIN(sample + LEAT_DATASET_MARGIN, dataset->frames->len - 1);

    for (unsigned i = first; i <= last; i++)
        if (after->known[i] == known &&
            frame_of(dataset, i)->recording == frame_of(dataset, sample)->recording)
            return true;
    return false;
}

static void split(const After *after)
{
    LeatDataset *dataset = after->dataset;
    g_autoptr(GArray) runs = new_runs(after);

    for (unsigned output = 0; output < dataset->shape.outputs; output++)
        leat_dataset_split_runs(dataset, runs, output);
    for (unsigned i = 0; i < dataset->frames->len; i++) {
        LeatSplit *here = split_of(dataset, i);

        if (after->known[i] != NEW)
            *here = after->known[i] == SEEN ? LEAT_SPLIT_TRAIN : LEAT_SPLIT_VALIDATE;
        else if (*here != LEAT_SPLIT_NONE &&
                 is_near(after, i, *here == LEAT_SPLIT_TRAIN ? APART : SEEN))
            *here = LEAT_SPLIT_NONE;
        dataset->new_frames += after->known[i] == NEW && *here != LEAT_SPLIT_NONE;
    }
}

static bool fill(LeatDataset *dataset, const LeatStoredModel *model, GError **error)
{
    g_autoptr(LeatStore) store = leat_store_open(dataset->path, NULL, error);
    g_autoptr(GPtrArray) labels = g_ptr_array_new_with_free_func(g_free);
    After after = {.dataset = dataset};
    bool good;

    if (!store || !leat_model_record_labels(model, labels, error) ||
        !leat_dataset_fill(dataset, store, (const char *const *)labels->pdata, error))
        return false;
    after.known = g_new0(uint8_t, dataset->frames->len);
    good = take_line(&after, store, model, error);
    if (good)
        split(&after);
    g_free(after.known);
    return good;
}

LeatDataset *leat_dataset_open_after(const char *path, const LeatStoredModel *model, GError **error)
{
    LeatDataset *dataset = leat_dataset_new(path);

    if (fill(dataset, model, error))
        return dataset;
    leat_dataset_free(dataset);
    return NULL;
}
