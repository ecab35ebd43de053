/* SPDX-License-Identifier: MIT */
/* Changes to the classes of a recording's frames, each with the way back: drawn, resized, changed,
 * taken off, undone and done again. No window is needed.
 *
 * A patch says what a range of frames is of; applying one gives the patch that takes it back. What
 * was labelled elsewhere meanwhile stays. */
#ifndef LEAT_APP_LABEL_EDITS_H
#define LEAT_APP_LABEL_EDITS_H

#include "store/store-label.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* An end of a range: a frame, or when `seq` is -1 the one shown at that time since the recording's
 * first frame. */
typedef struct {
    int64_t seq, ns;
} LeatFramePlace;

/* What a user asks for. */
typedef struct {
    int64_t recording;
    const char *label; /* a class; NULL takes classes off */
    LeatFramePlace first, last;
    bool replaces; /* a band that was there takes this place: */
    int64_t old_first, old_last;
} LeatLabelEdit;

typedef struct {
    int64_t recording;
    int64_t first, last;
    GPtrArray *labels; /* LeatLabel, what the frames first..last are to be of */
} LeatLabelPatch;

void leat_label_patch_free(LeatLabelPatch *patch);

/* These two open the file and wait for the disk: not for the main thread of a window. The edit in
 * numbers of frames; INVALID for a label's name that cannot be one, NOT_FOUND without frames. */
LeatLabelPatch *leat_label_edit_resolve(const char *path, const LeatLabelEdit *edit,
                                        GError **error);

/* The patch that takes it back; NULL on errors, with nothing changed. */
LeatLabelPatch *leat_label_patch_apply(const char *path, const LeatLabelPatch *patch,
                                       GError **error);

/* The ways back and forth again. One thread at a time. */
typedef struct LeatLabelEdits LeatLabelEdits;

LeatLabelEdits *leat_label_edits_new(void);
void leat_label_edits_free(LeatLabelEdits *edits);
void leat_label_edits_clear(LeatLabelEdits *edits);

/* Something new was done, which `back` undoes: nothing can be done again any more. Takes it. */
void leat_label_edits_add(LeatLabelEdits *edits, LeatLabelPatch *back);

/* The latest patch to undo, or to do again; NULL when there is none. The caller's. */
LeatLabelPatch *leat_label_edits_take_undo(LeatLabelEdits *edits);
LeatLabelPatch *leat_label_edits_take_redo(LeatLabelEdits *edits);

/* What came of applying such a patch; or the very patch, when it could not be applied. Takes it. */
void leat_label_edits_put_undo(LeatLabelEdits *edits, LeatLabelPatch *back);
void leat_label_edits_put_redo(LeatLabelEdits *edits, LeatLabelPatch *again);

bool leat_label_edits_can_undo(const LeatLabelEdits *edits);
bool leat_label_edits_can_redo(const LeatLabelEdits *edits);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LeatLabelPatch, leat_label_patch_free)

#endif
