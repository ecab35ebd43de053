/* SPDX-License-Identifier: MIT */
#include "app/label-writing.h"

#include "store/store-frames.h"
#include "store/store-range.h"

#include <string.h>

static void free_label(gpointer label)
{
    leat_label_free(label);
}

void leat_label_writing_clear(LeatLabelWriting *writing)
{
    g_clear_pointer(&writing->replaced, g_ptr_array_unref);
    writing->first = writing->last = writing->frames = 0;
}

/* A frame has one of them only: a class, or a number of this name. */
static bool is_same_kind(const LeatLabelWriting *writing, const LeatLabel *label)
{
    if (writing->has_value)
        return label->has_value && strcmp(label->name, writing->name) == 0;
    return !label->has_value;
}

static bool is_said_by(const LeatLabelWriting *writing, const LeatLabel *label)
{
    return is_same_kind(writing, label) && strcmp(label->name, writing->name) == 0 &&
           (!writing->has_value || label->value == writing->value);
}

/* Adds the part of a label that is within first..last; nothing where it has none. */
static void add_part(GPtrArray *labels, const LeatLabel *label, int64_t first, int64_t last)
{
    LeatLabel *part;

    if (label->last < first || label->first > last)
        return;
    part = leat_label_copy(label);
    part->first = MAX(label->first, first);
    part->last = MIN(label->last, last);
    g_ptr_array_add(labels, part);
}

static bool keep_replaced(LeatLabelWriting *writing, LeatStore *store, int64_t first, int64_t last,
                          GError **error)
{
    g_autoptr(GPtrArray) labels = leat_store_labels(store, writing->recording, error);

    if (!labels)
        return false;
    if (!writing->replaced)
        writing->replaced = g_ptr_array_new_with_free_func(free_label);
    for (guint i = 0; i < labels->len; i++)
        if (is_same_kind(writing, labels->pdata[i]))
            add_part(writing->replaced, labels->pdata[i], first, last);
    return true;
}

static bool write_part(LeatLabelWriting *writing, LeatStore *store, int64_t first, int64_t last,
                       GError **error)
{
    LeatLabel label = {.recording = writing->recording,
                       .name = writing->name,
                       .has_value = writing->has_value,
                       .value = writing->value,
                       .first = first,
                       .last = last};
    int64_t first_there, last_there, count = 0;

    if (!leat_store_frames_between(store, writing->recording, first, last, &first_there,
                                   &last_there, &count, error) ||
        !keep_replaced(writing, store, first, last, error) ||
        !leat_store_add_label(store, &label, error))
        return false;
    if (writing->frames == 0)
        writing->first = first;
    writing->last = last;
    writing->frames += count;
    return true;
}

bool leat_label_writing_go_on(LeatLabelWriting *writing, LeatStore *store, int64_t to_ns,
                              bool *whole, GError **error)
{
    int64_t first, last, until_ns;
    LeatFrameTimes latest;
    bool got;

    *whole = false;
    if (!leat_store_frame_near(store, writing->recording, INT64_MAX, LEAT_FRAME_UP_TO, &latest,
                               &got, error))
        return false;
    if (!got)
        return true;
    until_ns = MIN(to_ns, latest.captured_ns + 1);
    if (!leat_store_frames_captured(store, writing->recording, writing->next_ns, until_ns, &first,
                                    &last, error) ||
        (first <= last && !write_part(writing, store, first, last, error)))
        return false;
    writing->next_ns = MAX(writing->next_ns, until_ns);
    *whole = latest.captured_ns >= to_ns;
    return true;
}

/* Where the label is still said, and what comes back there. */
static bool find_remains(const LeatLabelWriting *writing, LeatStore *store, GPtrArray *remains,
                         GPtrArray *returning, GError **error)
{
    g_autoptr(GPtrArray) labels = leat_store_labels(store, writing->recording, error);

    if (!labels)
        return false;
    for (guint i = 0; i < labels->len; i++)
        if (is_said_by(writing, labels->pdata[i]))
            add_part(remains, labels->pdata[i], writing->first, writing->last);
    for (guint i = 0; i < remains->len; i++) {
        const LeatLabel *remain = remains->pdata[i];

        for (guint k = 0; k < writing->replaced->len; k++)
            add_part(returning, writing->replaced->pdata[k], remain->first, remain->last);
    }
    return true;
}

bool leat_label_writing_take_off(LeatLabelWriting *writing, LeatStore *store, GError **error)
{
    g_autoptr(GPtrArray) remains = g_ptr_array_new_with_free_func(free_label);
    g_autoptr(GPtrArray) returning = g_ptr_array_new_with_free_func(free_label);

    if (writing->frames == 0)
        return true;
    if (!find_remains(writing, store, remains, returning, error))
        return false;
    for (guint i = 0; i < remains->len; i++) {
        const LeatLabel *remain = remains->pdata[i];

        if (!leat_store_remove_label(store, writing->recording, writing->name, remain->first,
                                     remain->last, NULL, error))
            return false;
    }
    return returning->len == 0 || leat_store_add_labels(store, returning, error);
}
