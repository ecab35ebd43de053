/* SPDX-License-Identifier: MIT */
/* Which frames: from the labels, or from a model's record. */
#include "app/dataset.h"

#include "app/dataset-internal.h"
#include "app/model-record.h"
#include "base/error.h"
#include "store/store-label.h"
#include "store/store-range.h"

#include <string.h>

LeatDataset *leat_dataset_new(const char *path)
{
    LeatDataset *dataset = g_new0(LeatDataset, 1);

    dataset->path = g_strdup(path);
    dataset->labels = g_ptr_array_new_with_free_func(g_free);
    dataset->runs = g_array_new(FALSE, FALSE, sizeof(LeatRun));
    dataset->frames = g_array_new(FALSE, FALSE, sizeof(LeatStoredSample));
    dataset->infos = g_array_new(FALSE, TRUE, sizeof(LeatSampleInfo));
    dataset->places = g_array_new(FALSE, FALSE, sizeof(int64_t));
    return dataset;
}

void leat_dataset_free(LeatDataset *dataset)
{
    if (!dataset)
        return;
    leat_sample_cache_free(dataset->cache);
    g_free(dataset->frames_sha256);
    g_array_unref(dataset->places);
    g_array_unref(dataset->infos);
    g_array_unref(dataset->frames);
    g_array_unref(dataset->runs);
    g_ptr_array_unref(dataset->labels);
    g_free(dataset->path);
    g_free(dataset);
}

/* Sets of names in the order of their bytes. */
static gint compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool has_name(const GPtrArray *names, const char *name)
{
    for (guint i = 0; i < names->len; i++)
        if (strcmp(names->pdata[i], name) == 0)
            return true;
    return false;
}

static void add_name(GPtrArray *names, const char *name)
{
    if (!has_name(names, name))
        g_ptr_array_add(names, g_strdup(name));
}

static GPtrArray *names_of(const GPtrArray *labels, bool numbers)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < labels->len; i++) {
        const LeatLabel *label = labels->pdata[i];

        if (label->has_value == numbers)
            add_name(names, label->name);
    }
    g_ptr_array_sort(names, compare_names);
    return names;
}

/* "'a', 'b'" */
static char *list(const GPtrArray *names)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < MIN(names->len, 20); i++)
        g_string_append_printf(text, "%s'%s'", i ? ", " : "", (const char *)names->pdata[i]);
    if (names->len > 20)
        g_string_append(text, " and more");
    return g_string_free(text, FALSE);
}

static bool refuse(GError **error, LeatError code, char *message)
{
    g_set_error_literal(error, LEAT_ERROR, code, message);
    g_free(message);
    return false;
}

/* Those asked for, all of one kind. */
static bool choose_named(LeatDataset *dataset, const char *const *asked, const GPtrArray *classes,
                         const GPtrArray *numbers, bool *number, GError **error)
{
    bool any_class = false, any_number = false;

    if (!*asked)
        return refuse(error, LEAT_ERROR_INVALID,
                      g_strdup("no label to learn: --labels names none; leave it out for all"));
    for (; *asked; asked++) {
        bool is_class = has_name(classes, *asked), is_number = has_name(numbers, *asked);

        if (!is_class && !is_number) {
            g_autofree char *there = list(classes->len ? classes : numbers);

            return refuse(error, LEAT_ERROR_NOT_FOUND,
                          g_strdup_printf("no label '%s' in %s; it has %s", *asked, dataset->path,
                                          *there ? there : "none at all"));
        }
        any_class = any_class || is_class;
        any_number = any_number || !is_class;
        add_name(dataset->labels, *asked);
    }
    *number = any_number;
    if (any_class && any_number)
        return refuse(error, LEAT_ERROR_INVALID,
                      g_strdup("a model learns classes or one number, not both; name labels of "
                               "one kind"));
    return true;
}

static bool choose_all(LeatDataset *dataset, const GPtrArray *classes, const GPtrArray *numbers,
                       bool *number, GError **error)
{
    const GPtrArray *all = classes->len > 0 ? classes : numbers;

    *number = classes->len == 0;
    if (all->len == 0)
        return refuse(error, LEAT_ERROR_NOT_FOUND,
                      g_strdup_printf("nothing to learn: %s has no labels; give it some with "
                                      "'leat label'",
                                      dataset->path));
    for (guint i = 0; i < all->len; i++)
        add_name(dataset->labels, all->pdata[i]);
    return true;
}

static bool choose_labels(LeatDataset *dataset, const char *const *asked, const GPtrArray *labels,
                          GError **error)
{
    g_autoptr(GPtrArray) classes = names_of(labels, false);
    g_autoptr(GPtrArray) numbers = names_of(labels, true);
    g_autofree char *names = NULL;
    bool number;

    if (asked ? !choose_named(dataset, asked, classes, numbers, &number, error)
              : !choose_all(dataset, classes, numbers, &number, error))
        return false;
    g_ptr_array_sort(dataset->labels, compare_names);
    names = list(dataset->labels);
    if (number && dataset->labels->len != 1)
        return refuse(error, LEAT_ERROR_INVALID,
                      g_strdup_printf("a model learns one number, and there are %s; choose one "
                                      "with --labels",
                                      names));
    if (!number && dataset->labels->len < 2)
        return refuse(error, LEAT_ERROR_INVALID,
                      g_strdup_printf("nothing to tell apart: %s is the only class; label frames "
                                      "that are something else, too",
                                      names));
    dataset->shape = (LeatNetworkShape){number ? LEAT_NETWORK_VALUE : LEAT_NETWORK_CLASSES,
                                        dataset->labels->len};
    g_ptr_array_add(dataset->labels, NULL);
    return leat_network_check_shape(dataset->shape, error);
}

static unsigned output_of(const LeatDataset *dataset, const char *name)
{
    for (unsigned i = 0; i < dataset->shape.outputs; i++)
        if (strcmp(dataset->labels->pdata[i], name) == 0)
            return i;
    return G_MAXUINT;
}

/* Samples are counted by unsigned numbers, and by int in some places. */
static bool check_count(const LeatDataset *dataset, GError **error)
{
    if (dataset->frames->len < G_MAXINT / 2)
        return true;
    return refuse(error, LEAT_ERROR_INVALID,
                  g_strdup("too many frames for one model; label fewer of them"));
}

static void add_sample(LeatDataset *dataset, const LeatStoredSample *frame, LeatSplit split)
{
    LeatSampleInfo info = {.split = split};

    if (dataset->shape.task == LEAT_NETWORK_VALUE)
        info.target.value = (float)frame->target;
    else
        info.target.class_index = (unsigned)frame->target;
    g_array_append_val(dataset->frames, *frame);
    g_array_append_val(dataset->infos, info);
}

/* The frames of one label, which may have been lost in part. */
static bool add_run(LeatDataset *dataset, LeatStore *store, const LeatLabel *label, unsigned output,
                    GError **error)
{
    g_autoptr(GArray) numbers =
        leat_store_frame_numbers(store, label->recording, label->first, label->last, error);
    LeatRun run = {.first = dataset->frames->len, .output = output};

    if (!numbers)
        return false;
    run.count = numbers->len;
    g_array_append_val(dataset->runs, run);
    for (guint i = 0; i < numbers->len; i++)
        add_sample(dataset,
                   &(LeatStoredSample){
                       .recording = label->recording,
                       .seq = g_array_index(numbers, int64_t, i),
                       .target = label->has_value ? label->value : output,
                   },
                   LEAT_SPLIT_NONE);
    return check_count(dataset, error);
}

static bool add_runs(LeatDataset *dataset, LeatStore *store, const GPtrArray *labels,
                     GError **error)
{
    bool number = dataset->shape.task == LEAT_NETWORK_VALUE;

    for (guint i = 0; i < labels->len; i++) {
        const LeatLabel *label = labels->pdata[i];
        unsigned output = output_of(dataset, label->name);

        if (output != G_MAXUINT && label->has_value == number &&
            !add_run(dataset, store, label, output, error))
            return false;
    }
    return true;
}

static bool check_frames(const LeatDataset *dataset, GError **error)
{
    for (unsigned output = 0; output < dataset->shape.outputs; output++) {
        const char *name = dataset->labels->pdata[output];
        unsigned frames = 0;

        for (guint i = 0; i < dataset->runs->len; i++) {
            const LeatRun *run = &g_array_index(dataset->runs, LeatRun, i);

            frames += run->output == output ? run->count : 0;
        }
        if (frames == 0)
            return refuse(error, LEAT_ERROR_INVALID,
                          g_strdup_printf("'%s' has no frames: those that were labelled were lost; "
                                          "label others, or leave it out with --labels",
                                          name));
        if (frames < LEAT_DATASET_MIN_FRAMES)
            return refuse(error, LEAT_ERROR_INVALID,
                          g_strdup_printf("'%s' has %u %s, too few to learn from; label at least "
                                          "%d, or leave it out with --labels",
                                          name, frames, frames == 1 ? "frame" : "frames",
                                          LEAT_DATASET_MIN_FRAMES));
    }
    return true;
}

bool leat_dataset_fill(LeatDataset *dataset, LeatStore *store, const char *const *labels,
                       GError **error)
{
    g_autoptr(GPtrArray) all = leat_store_labels(store, -1, error);

    return all && choose_labels(dataset, labels, all, error) &&
           add_runs(dataset, store, all, error) && check_frames(dataset, error);
}

LeatDataset *leat_dataset_open(const char *path, const char *const *labels, GError **error)
{
    LeatDataset *dataset = leat_dataset_new(path);
    g_autoptr(LeatStore) store = leat_store_open(path, NULL, error);

    if (store && leat_dataset_fill(dataset, store, labels, error)) {
        leat_dataset_split(dataset);
        return dataset;
    }
    leat_dataset_free(dataset);
    return NULL;
}

static bool fill_from_model(LeatDataset *dataset, const LeatStoredModel *model, GError **error)
{
    g_autoptr(LeatStore) store = leat_store_open(dataset->path, NULL, error);
    g_autoptr(GArray) samples = store ? leat_store_model_samples(store, model->id, error) : NULL;

    dataset->exact = true;
    if (!samples || !leat_model_record_labels(model, dataset->labels, error) ||
        !leat_model_record_shape(model, &dataset->shape, error))
        return false;
    if (samples->len < model->samples) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND,
                    "model '%s' was made from %" G_GINT64_FORMAT " frames, of which only %u are "
                    "left; the others were deleted",
                    model->name, model->samples, samples->len);
        return false;
    }
    for (guint i = 0; i < samples->len; i++) {
        const LeatStoredSample *sample = &g_array_index(samples, LeatStoredSample, i);

        add_sample(dataset, sample, sample->validate ? LEAT_SPLIT_VALIDATE : LEAT_SPLIT_TRAIN);
    }
    return true;
}

LeatDataset *leat_dataset_open_again(const char *path, const LeatStoredModel *model, GError **error)
{
    LeatDataset *dataset = leat_dataset_new(path);

    if (fill_from_model(dataset, model, error))
        return dataset;
    leat_dataset_free(dataset);
    return NULL;
}

unsigned leat_dataset_count(const LeatDataset *dataset, LeatSplit split)
{
    unsigned count = 0;

    if (split == LEAT_SPLIT_NONE)
        return dataset->infos->len;
    for (guint i = 0; i < dataset->infos->len; i++)
        count += g_array_index(dataset->infos, LeatSampleInfo, i).split == split;
    return count;
}

LeatNetworkShape leat_dataset_shape(const LeatDataset *dataset)
{
    return dataset->shape;
}

const char *const *leat_dataset_labels(const LeatDataset *dataset)
{
    return (const char *const *)dataset->labels->pdata;
}

LeatStoredSample leat_dataset_sample(const LeatDataset *dataset, unsigned sample)
{
    LeatStoredSample frame = g_array_index(dataset->frames, LeatStoredSample, sample);

    frame.validate =
        g_array_index(dataset->infos, LeatSampleInfo, sample).split == LEAT_SPLIT_VALIDATE;
    return frame;
}

const LeatSamples *leat_dataset_samples(const LeatDataset *dataset)
{
    return &dataset->samples;
}

unsigned leat_dataset_new_frames(const LeatDataset *dataset)
{
    return dataset->new_frames;
}

const char *leat_dataset_frames_sha256(const LeatDataset *dataset)
{
    return dataset->frames_sha256;
}

unsigned leat_dataset_damaged(const LeatDataset *dataset)
{
    return dataset->damaged;
}
