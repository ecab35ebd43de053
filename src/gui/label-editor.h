/* SPDX-License-Identifier: MIT */
/* Changes the classes of a recording's frames one after the other on a thread, with undo. What was
 * asked for is written, also when another recording is opened or the window closes. Main thread. */
#ifndef LEAT_GUI_LABEL_EDITOR_H
#define LEAT_GUI_LABEL_EDITOR_H

#include "app/label-edits.h"

#include <glib.h>
#include <stdbool.h>

typedef struct LeatLabelEditor LeatLabelEditor;

typedef struct {
    /* Something was done to the recording that is open, or can be undone now. */
    void (*changed)(void *data);
    /* The classes of the library, NULL-terminated; valid for the call. In order of their names, but
     * for those that come later; one stays when its last label goes. */
    void (*named)(const char *const *names, void *data);
    void (*failed)(const GError *error, void *data);
    void *data;
} LeatLabelEditorFuncs;

LeatLabelEditor *leat_label_editor_new(const LeatLabelEditorFuncs *funcs);

/* Nothing is called any more. What was asked for is done first, for which the program goes on. NULL
 * is fine. */
void leat_label_editor_free(LeatLabelEditor *editor);

/* What is changed from now on; what was done before cannot be undone any more. Reads the names. */
void leat_label_editor_open(LeatLabelEditor *editor, const char *path, int64_t recording);

/* Copies it; its recording is the one that is open. */
void leat_label_editor_do(LeatLabelEditor *editor, const LeatLabelEdit *edit);
void leat_label_editor_undo(LeatLabelEditor *editor);
void leat_label_editor_redo(LeatLabelEditor *editor);

bool leat_label_editor_can_undo(const LeatLabelEditor *editor);
bool leat_label_editor_can_redo(const LeatLabelEditor *editor);

#endif
