/* SPDX-License-Identifier: MIT */
#include "app/label-counts.h"

#include "app/dataset.h"
#include "store/store-label.h"
#include "store/store-range.h"

#include <string.h>

static void free_count(void *data)
{
    LeatLabelCount *count = data;

    g_free(count->name);
    g_free(count);
}

static LeatLabelCount *count_of(GPtrArray *counts, const LeatLabel *label)
{
    LeatLabelCount *count;

    for (guint i = 0; i < counts->len; i++) {
        count = counts->pdata[i];
        if (count->number == label->has_value && strcmp(count->name, label->name) == 0)
            return count;
    }
    count = g_new0(LeatLabelCount, 1);
    count->name = g_strdup(label->name);
    count->number = label->has_value;
    g_ptr_array_add(counts, count);
    return count;
}

static gint compare(gconstpointer a, gconstpointer b)
{
    const LeatLabelCount *first = *(LeatLabelCount *const *)a;
    const LeatLabelCount *second = *(LeatLabelCount *const *)b;

    return first->number == second->number ? strcmp(first->name, second->name)
                                           : (int)first->number - (int)second->number;
}

static bool add_label(GPtrArray *counts, LeatStore *store, const LeatLabel *label, GError **error)
{
    int64_t first, last, frames;

    if (!leat_store_frames_between(store, label->recording, label->first, label->last, &first,
                                   &last, &frames, error))
        return false;
    count_of(counts, label)->frames += frames;
    return true;
}

GPtrArray *leat_label_counts_read(const char *path, GError **error)
{
    g_autoptr(LeatStore) store = leat_store_open(path, NULL, error);
    g_autoptr(GPtrArray) labels = store ? leat_store_labels(store, -1, error) : NULL;
    g_autoptr(GPtrArray) counts = g_ptr_array_new_with_free_func(free_count);

    if (!labels)
        return NULL;
    for (guint i = 0; i < labels->len; i++)
        if (!add_label(counts, store, labels->pdata[i], error))
            return NULL;
    g_ptr_array_sort(counts, compare);
    return g_steal_pointer(&counts);
}

LeatLabelChoice leat_label_counts_check(const GPtrArray *counts, const bool *chosen,
                                        const LeatLabelCount **which)
{
    unsigned classes = 0, numbers = 0;

    *which = NULL;
    for (guint i = 0; i < counts->len; i++) {
        const LeatLabelCount *count = counts->pdata[i];

        if (!chosen[i])
            continue;
        *which = count;
        if (count->frames < LEAT_DATASET_MIN_FRAMES)
            return LEAT_CHOICE_FEW_FRAMES;
        if (count->number)
            numbers++;
        else
            classes++;
    }
    if (classes + numbers == 0)
        return LEAT_CHOICE_EMPTY;
    if (classes > 0 && numbers > 0)
        return LEAT_CHOICE_MIXED;
    if (numbers > 1)
        return LEAT_CHOICE_NUMBERS;
    return classes == 1 ? LEAT_CHOICE_ONE_CLASS : LEAT_CHOICE_FINE;
}
