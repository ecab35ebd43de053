/* SPDX-License-Identifier: MIT */
#include "app/label-edits.h"

#include "base/error.h"
#include "store/store-range.h"

/* The oldest goes first. */
#define MOST_EDITS 200

struct LeatLabelEdits {
    GQueue undo, redo; /* LeatLabelPatch, the latest last */
};

static void free_label(gpointer label)
{
    leat_label_free(label);
}

static void free_patch(gpointer patch)
{
    leat_label_patch_free(patch);
}

static LeatLabelPatch *new_patch(int64_t recording, int64_t first, int64_t last)
{
    LeatLabelPatch *patch = g_new0(LeatLabelPatch, 1);

    patch->recording = recording;
    patch->first = first;
    patch->last = last;
    return patch;
}

void leat_label_patch_free(LeatLabelPatch *patch)
{
    if (!patch)
        return;
    if (patch->labels)
        g_ptr_array_unref(patch->labels);
    g_free(patch);
}

static bool find_frame(LeatStore *store, int64_t recording, const LeatFramePlace *place,
                       int64_t *seq, GError **error)
{
    int64_t first;

    *seq = place->seq;
    if (place->seq >= 0)
        return true;
    if (!leat_store_range_at(store, recording, 0, MAX(place->ns, 0) + 1, &first, seq, error))
        return false;
    if (*seq >= first)
        return true;
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND,
                "nothing to label: the recording has no frames; it may have been deleted");
    return false;
}

static LeatLabelPatch *make_patch(const LeatLabelEdit *edit, int64_t first, int64_t last)
{
    LeatLabelPatch *patch = new_patch(edit->recording, first, last);

    patch->labels = g_ptr_array_new_with_free_func(free_label);
    if (edit->replaces) {
        patch->first = MIN(first, edit->old_first);
        patch->last = MAX(last, edit->old_last);
    }
    if (edit->label) {
        LeatLabel label = {
            .recording = edit->recording,
            .name = (char *)(uintptr_t)edit->label,
            .first = first,
            .last = last,
        };

        g_ptr_array_add(patch->labels, leat_label_copy(&label));
    }
    return patch;
}

LeatLabelPatch *leat_label_edit_resolve(const char *path, const LeatLabelEdit *edit, GError **error)
{
    g_autoptr(LeatStore) store = NULL;
    int64_t first, last;

    if (edit->label && !leat_label_check_name(edit->label, error))
        return NULL;
    store = leat_store_open(path, NULL, error);
    if (!store || !find_frame(store, edit->recording, &edit->first, &first, error) ||
        !find_frame(store, edit->recording, &edit->last, &last, error))
        return NULL;
    return make_patch(edit, MIN(first, last), MAX(first, last));
}

LeatLabelPatch *leat_label_patch_apply(const char *path, const LeatLabelPatch *patch,
                                       GError **error)
{
    g_autoptr(LeatStore) store = leat_store_open_to_edit(path, error);
    GPtrArray *before = NULL;
    LeatLabelPatch *back;

    if (!store || !leat_store_set_classes(store, patch->recording, patch->first, patch->last,
                                          patch->labels, &before, error))
        return NULL;
    back = new_patch(patch->recording, patch->first, patch->last);
    back->labels = before;
    return back;
}

LeatLabelEdits *leat_label_edits_new(void)
{
    return g_new0(LeatLabelEdits, 1);
}

void leat_label_edits_clear(LeatLabelEdits *edits)
{
    g_queue_clear_full(&edits->undo, free_patch);
    g_queue_clear_full(&edits->redo, free_patch);
}

void leat_label_edits_free(LeatLabelEdits *edits)
{
    if (!edits)
        return;
    leat_label_edits_clear(edits);
    g_free(edits);
}

static void put(GQueue *queue, LeatLabelPatch *patch)
{
    g_queue_push_tail(queue, patch);
    if (queue->length > MOST_EDITS)
        leat_label_patch_free(g_queue_pop_head(queue));
}

void leat_label_edits_add(LeatLabelEdits *edits, LeatLabelPatch *back)
{
    g_queue_clear_full(&edits->redo, free_patch);
    put(&edits->undo, back);
}

LeatLabelPatch *leat_label_edits_take_undo(LeatLabelEdits *edits)
{
    return g_queue_pop_tail(&edits->undo);
}

LeatLabelPatch *leat_label_edits_take_redo(LeatLabelEdits *edits)
{
    return g_queue_pop_tail(&edits->redo);
}

void leat_label_edits_put_undo(LeatLabelEdits *edits, LeatLabelPatch *back)
{
    put(&edits->undo, back);
}

void leat_label_edits_put_redo(LeatLabelEdits *edits, LeatLabelPatch *again)
{
    put(&edits->redo, again);
}

bool leat_label_edits_can_undo(const LeatLabelEdits *edits)
{
    return edits->undo.length > 0;
}

bool leat_label_edits_can_redo(const LeatLabelEdits *edits)
{
    return edits->redo.length > 0;
}
