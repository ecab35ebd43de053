/* SPDX-License-Identifier: MIT */
#include "app/labels.h"

#include "base/clock.h"
#include "base/error.h"
#include "store/store-range.h"

#include <math.h>

static void set_empty(const LeatLabelRequest *request, const LeatRecording *recording,
                      GError **error)
{
    char *length = leat_format_duration(recording->duration_ns);

    if (recording->frames == 0)
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND,
                    "nothing to label: recording '%s' has no frames", recording->name);
    else if (request->by_time)
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND,
                    "nothing to label: recording '%s' has no frames in that time (it is %s long)",
                    recording->name, length);
    else
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND,
                    "nothing to label: recording '%s' has none of the frames %" G_GINT64_FORMAT
                    " to %" G_GINT64_FORMAT "; they were lost, or are not of it ('leat show' lists "
                    "the gaps)",
                    recording->name, request->first, request->last);
    g_free(length);
}

/* The lost frames within first..last, as far as the ledger knows. */
static bool count_missing(LeatStore *store, const LeatRecording *recording,
                          const LeatLabelResult *range, int64_t *missing, GError **error)
{
    g_autoptr(GArray) losses = leat_store_losses(store, recording->id, error);

    *missing = 0;
    if (!losses)
        return false;
    for (guint i = 0; i < losses->len; i++) {
        const LeatLoss *loss = &g_array_index(losses, LeatLoss, i);
        int64_t first = MAX(loss->first, range->first), last = MIN(loss->last, range->last);

        if (loss->count > 0 && first <= last)
            *missing += MIN(loss->count, last - first + 1);
    }
    return true;
}

/* What the request asks for, in frames that there are. */
static bool find_range(LeatStore *store, const LeatLabelRequest *request,
                       const LeatRecording *recording, LeatLabelResult *result, GError **error)
{
    int64_t first = request->first, last = request->last, asked_first, asked_last;

    if (request->by_time && request->from_ns >= request->to_ns) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "nothing to label: the end is not after the beginning");
        return false;
    }
    if (!request->by_time && (first < 0 || first > last)) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "nothing to label: the frames from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
                    " are none",
                    first, last);
        return false;
    }
    if (request->by_time && !leat_store_range_at(store, recording->id, request->from_ns,
                                                 request->to_ns, &first, &last, error))
        return false;
    asked_first = first;
    asked_last = last;
    if (first <= last &&
        !leat_store_frames_between(store, recording->id, first, last, &result->first, &result->last,
                                   &result->frames, error))
        return false;
    if (first > last || result->frames == 0) {
        set_empty(request, recording, error);
        return false;
    }
    return count_missing(store, recording,
                         &(LeatLabelResult){.first = asked_first, .last = asked_last},
                         &result->missing, error);
}

/* Frames of the range that have the label. */
static bool remove_label(LeatStore *store, const LeatLabelRequest *request,
                         const LeatRecording *recording, LeatLabelResult *result, GError **error)
{
    int64_t removed = 0;

    if (!leat_store_remove_label(store, recording->id, request->label, result->first, result->last,
                                 &removed, error))
        return false;
    if (removed > 0)
        return true;
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND,
                "nothing to remove: no frame from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
                " has the label '%s'",
                result->first, result->last, request->label);
    return false;
}

bool leat_labels_change(const char *path, const LeatLabelRequest *request, LeatLabelResult *result,
                        GError **error)
{
    g_autoptr(LeatStore) store = NULL;
    g_autoptr(LeatRecording) recording = NULL;
    char *name = (char *)(uintptr_t)request->label;
    LeatLabel label = {.name = name, .has_value = request->has_value, .value = request->value};

    *result = (LeatLabelResult){0};
    /* Before anything is opened. */
    if (!leat_label_check(&label, error))
        return false;
    store = leat_store_open_to_edit(path, error);
    recording = store ? leat_store_find(store, request->recording, error) : NULL;
    if (!recording || !find_range(store, request, recording, result, error))
        return false;
    if (request->remove)
        return remove_label(store, request, recording, result, error);
    label.recording = recording->id;
    label.first = result->first;
    label.last = result->last;
    return leat_store_add_label(store, &label, error);
}

char **leat_labels_classes(const char *path)
{
    g_autoptr(LeatStore) store = leat_store_open(path, NULL, NULL);
    g_autoptr(GPtrArray) labels = store ? leat_store_labels(store, -1, NULL) : NULL;
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    GPtrArray *names = g_ptr_array_new();

    for (guint i = 0; labels && i < labels->len; i++) {
        const LeatLabel *label = labels->pdata[i];

        if (!label->has_value && g_hash_table_add(seen, label->name))
            g_ptr_array_add(names, g_strdup(label->name));
    }
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(names, FALSE);
}
