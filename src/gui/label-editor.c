/* SPDX-License-Identifier: MIT */
#include "gui/label-editor.h"

#include "app/labels.h"
#include "gui/background.h"
#include "gui/hold.h"

typedef enum {
    ASK_NAMES,
    ASK_EDIT,
    ASK_UNDO,
    ASK_REDO,
} AskKind;

/* The thread's while it is the first of the queue, else the main thread's. */
typedef struct {
    AskKind kind;
    guint opening; /* of which it is */
    char *path;
    LeatLabelEdit edit;
    LeatLabelPatch *patch; /* what is applied */

    LeatLabelPatch *back;
    char **names; /* empty when they could not be read */
    GError *error;
} Ask;

struct LeatLabelEditor {
    LeatLabelEditorFuncs funcs;
    LeatLabelEdits *edits;
    GQueue asks;
    LeatBackground *background; /* at the first of them */

    char *path;
    GPtrArray *names; /* char *, seen in this file, with a NULL at the end */
    int64_t recording;
    guint opening;
    bool freed; /* but for what is still to be written */
};

static void free_ask(gpointer data)
{
    Ask *ask = data;

    g_free(ask->path);
    g_free((char *)(uintptr_t)ask->edit.label);
    leat_label_patch_free(ask->patch);
    leat_label_patch_free(ask->back);
    g_strfreev(ask->names);
    g_clear_error(&ask->error);
    g_free(ask);
}

/* On the thread. */
static void *answer(void *data)
{
    Ask *ask = data;

    if (ask->kind == ASK_EDIT)
        ask->patch = leat_label_edit_resolve(ask->path, &ask->edit, &ask->error);
    if (ask->patch)
        ask->back = leat_label_patch_apply(ask->path, ask->patch, &ask->error);
    ask->names = leat_labels_classes(ask->path);
    return NULL;
}

/* Of the recording that is still open. */
static void keep_way_back(LeatLabelEditor *editor, Ask *ask)
{
    if (ask->kind == ASK_EDIT && ask->back)
        leat_label_edits_add(editor->edits, g_steal_pointer(&ask->back));
    else if (ask->kind == ASK_UNDO && ask->back)
        leat_label_edits_put_redo(editor->edits, g_steal_pointer(&ask->back));
    else if (ask->kind == ASK_UNDO && ask->patch)
        leat_label_edits_put_undo(editor->edits, g_steal_pointer(&ask->patch));
    else if (ask->kind == ASK_REDO && ask->back)
        leat_label_edits_put_undo(editor->edits, g_steal_pointer(&ask->back));
    else if (ask->kind == ASK_REDO && ask->patch)
        leat_label_edits_put_redo(editor->edits, g_steal_pointer(&ask->patch));
}

static bool is_known(const LeatLabelEditor *editor, const char *name)
{
    for (guint i = 0; i + 1 < editor->names->len; i++)
        if (g_str_equal(editor->names->pdata[i], name))
            return true;
    return false;
}

static void tell_names(LeatLabelEditor *editor, char **names)
{
    for (; names && *names; names++)
        if (!is_known(editor, *names))
            g_ptr_array_insert(editor->names, (gint)editor->names->len - 1, g_strdup(*names));
    editor->funcs.named((const char *const *)editor->names->pdata, editor->funcs.data);
}

static void begin_next(LeatLabelEditor *editor);
static void end(LeatLabelEditor *editor);

static void answered(void *result, void *target)
{
    LeatLabelEditor *editor = target;
    Ask *ask = g_queue_pop_head(&editor->asks);
    bool current = ask->opening == editor->opening;

    g_clear_pointer(&editor->background, leat_background_free);
    if (current)
        keep_way_back(editor, ask);
    if (editor->freed) {
        free_ask(ask);
        end(editor);
        return;
    }
    begin_next(editor);
    if (ask->error)
        editor->funcs.failed(ask->error, editor->funcs.data);
    if (current) {
        tell_names(editor, ask->names);
        editor->funcs.changed(editor->funcs.data);
    }
    free_ask(ask);
}

/* What it undoes is known only now that all before it is done. */
static void prepare(LeatLabelEditor *editor, Ask *ask)
{
    if (ask->opening != editor->opening)
        return;
    if (ask->kind == ASK_UNDO)
        ask->patch = leat_label_edits_take_undo(editor->edits);
    else if (ask->kind == ASK_REDO)
        ask->patch = leat_label_edits_take_redo(editor->edits);
}

static void begin_next(LeatLabelEditor *editor)
{
    Ask *ask = g_queue_peek_head(&editor->asks);
    LeatBackgroundCall call = {.name = "labels", .work = answer, .done = answered, .data = ask};

    if (!ask || editor->background)
        return;
    prepare(editor, ask);
    editor->background = leat_background_new(&call, editor, &ask->error);
    if (editor->background)
        return;
    if (!editor->freed)
        editor->funcs.failed(ask->error, editor->funcs.data);
    free_ask(g_queue_pop_head(&editor->asks));
}

static Ask *new_ask(LeatLabelEditor *editor, AskKind kind)
{
    Ask *ask = g_new0(Ask, 1);

    ask->kind = kind;
    ask->opening = editor->opening;
    ask->path = g_strdup(editor->path);
    g_queue_push_tail(&editor->asks, ask);
    return ask;
}

static void forget_names(LeatLabelEditor *editor)
{
    g_ptr_array_set_size(editor->names, 0);
    g_ptr_array_add(editor->names, NULL);
}

void leat_label_editor_open(LeatLabelEditor *editor, const char *path, int64_t recording)
{
    if (g_strcmp0(path, editor->path) != 0)
        forget_names(editor);
    g_free(editor->path);
    editor->path = g_strdup(path);
    editor->recording = recording;
    editor->opening++;
    leat_label_edits_clear(editor->edits);
    new_ask(editor, ASK_NAMES);
    begin_next(editor);
}

void leat_label_editor_do(LeatLabelEditor *editor, const LeatLabelEdit *edit)
{
    Ask *ask = new_ask(editor, ASK_EDIT);

    ask->edit = *edit;
    ask->edit.recording = editor->recording;
    ask->edit.label = g_strdup(edit->label);
    begin_next(editor);
}

void leat_label_editor_undo(LeatLabelEditor *editor)
{
    new_ask(editor, ASK_UNDO);
    begin_next(editor);
}

void leat_label_editor_redo(LeatLabelEditor *editor)
{
    new_ask(editor, ASK_REDO);
    begin_next(editor);
}

bool leat_label_editor_can_undo(const LeatLabelEditor *editor)
{
    return leat_label_edits_can_undo(editor->edits);
}

bool leat_label_editor_can_redo(const LeatLabelEditor *editor)
{
    return leat_label_edits_can_redo(editor->edits);
}

LeatLabelEditor *leat_label_editor_new(const LeatLabelEditorFuncs *funcs)
{
    LeatLabelEditor *editor = g_new0(LeatLabelEditor, 1);

    editor->funcs = *funcs;
    editor->edits = leat_label_edits_new();
    editor->names = g_ptr_array_new_with_free_func(g_free);
    forget_names(editor);
    return editor;
}

static void free_now(LeatLabelEditor *editor)
{
    leat_label_edits_free(editor->edits);
    g_ptr_array_unref(editor->names);
    g_free(editor->path);
    g_free(editor);
    leat_hold_end(NULL);
}

/* What the user has done to the labels is written first. */
static void end(LeatLabelEditor *editor)
{
    Ask *ask;

    while (!editor->background && (ask = g_queue_peek_head(&editor->asks))) {
        if (ask->kind == ASK_NAMES)
            free_ask(g_queue_pop_head(&editor->asks));
        else
            begin_next(editor);
    }
    if (!editor->background)
        free_now(editor);
}

void leat_label_editor_free(LeatLabelEditor *editor)
{
    if (!editor)
        return;
    leat_hold_begin();
    editor->freed = true;
    end(editor);
}
