/* SPDX-License-Identifier: MIT */
/* What is known of each frame of a recording besides its picture: what a person says it shows, and
 * what a model says. Read once, then asked in any order. Owned by one thread at a time. */
#ifndef LEAT_APP_FRAME_NOTES_H
#define LEAT_APP_FRAME_NOTES_H

#include "store/store.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct LeatFrameNotes LeatFrameNotes;

/* Of the model that was made last, where several have spoken of a frame. */
LeatFrameNotes *leat_frame_notes_read(LeatStore *store, int64_t recording, GError **error);
void leat_frame_notes_free(LeatFrameNotes *notes);

/* The class that a person gave the frame; NULL for none. The notes'. */
const char *leat_frame_notes_class(const LeatFrameNotes *notes, int64_t seq);

/* All that a person says of it: "mouse", "gauge=3.5", "mouse;gauge=3.5"; "" for nothing. Free with
 * g_free. */
char *leat_frame_notes_labels(const LeatFrameNotes *notes, int64_t seq);

/* What a model says of it, and its score; NULL for nothing. The notes'. */
const char *leat_frame_notes_prediction(const LeatFrameNotes *notes, int64_t seq, double *score);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LeatFrameNotes, leat_frame_notes_free)

#endif
