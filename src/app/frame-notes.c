/* SPDX-License-Identifier: MIT */
#include "app/frame-notes.h"

#include "store/store-label.h"
#include "store/store-prediction.h"

struct LeatFrameNotes {
    GPtrArray *labels; /* LeatLabel, by their first frames */
    LeatPredictions *predictions;
};

LeatFrameNotes *leat_frame_notes_read(LeatStore *store, int64_t recording, GError **error)
{
    LeatFrameNotes *notes = g_new0(LeatFrameNotes, 1);

    notes->labels = leat_store_labels(store, recording, error);
    notes->predictions = notes->labels ? leat_store_predictions(store, recording, -1, error) : NULL;
    if (notes->predictions)
        return notes;
    leat_frame_notes_free(notes);
    return NULL;
}

void leat_frame_notes_free(LeatFrameNotes *notes)
{
    if (!notes)
        return;
    leat_predictions_free(notes->predictions);
    if (notes->labels)
        g_ptr_array_unref(notes->labels);
    g_free(notes);
}

/* How many labels begin at or before the frame. */
static guint labels_up_to(const LeatFrameNotes *notes, int64_t seq)
{
    guint low = 0, high = notes->labels->len;

    while (low < high) {
        guint middle = low + (high - low) / 2;

        if (((const LeatLabel *)notes->labels->pdata[middle])->first <= seq)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const char *leat_frame_notes_class(const LeatFrameNotes *notes, int64_t seq)
{
    /* Classes do not overlap, so the last one that began is the only one that there may be. */
    for (guint i = labels_up_to(notes, seq); i-- > 0;) {
        const LeatLabel *label = notes->labels->pdata[i];

        if (!label->has_value)
            return label->last >= seq ? label->name : NULL;
    }
    return NULL;
}

char *leat_frame_notes_labels(const LeatFrameNotes *notes, int64_t seq)
{
    const char *class = leat_frame_notes_class(notes, seq);
    GString *text = g_string_new(class);
    guint count = labels_up_to(notes, seq);

    for (guint i = 0; i < count; i++) {
        const LeatLabel *label = notes->labels->pdata[i];
        char value[G_ASCII_DTOSTR_BUF_SIZE];

        if (!label->has_value || label->last < seq)
            continue;
        g_string_append_printf(text, "%s%s=%s", text->len > 0 ? ";" : "", label->name,
                               g_ascii_dtostr(value, sizeof(value), label->value));
    }
    return g_string_free(text, FALSE);
}

const char *leat_frame_notes_prediction(const LeatFrameNotes *notes, int64_t seq, double *score)
{
    const LeatPredictions *predictions = notes->predictions;
    size_t low = 0, high = predictions->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (predictions->rows[middle].seq < seq)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == predictions->count || predictions->rows[low].seq != seq)
        return NULL;
    *score = predictions->rows[low].score;
    return predictions->rows[low].label;
}
