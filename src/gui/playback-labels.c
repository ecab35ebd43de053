/* SPDX-License-Identifier: MIT */
#include "gui/playback-labels.h"

#include "gui/label-colours.h"
#include "gui/label-editor.h"
#include "gui/playback-commands.h"

#include <glib/gi18n.h>

/* A place in the recording that the user has marked. */
typedef struct {
    int64_t seq, ns; /* seq -1: none */
} Point;

struct LeatPlaybackLabels {
    LeatPlaybackLabelsPlace place;
    LeatSessionController *session; /* which tells of failures */
    LeatLabelClasses *classes;
    LeatLabelEditor *editor;
    GSimpleActionGroup *actions;

    LeatPlayer *player;
    Point begin, end;
};

static bool is_open(LeatPlaybackLabels *labels, LeatPlayerStatus *status)
{
    if (!labels->player)
        return false;
    *status = leat_player_status(labels->player);
    return status->seq >= 0;
}

/* The band that a command means: the one selected, or the one below the picture's place. */
static const LeatMark *band_meant(LeatPlaybackLabels *labels, int64_t seq)
{
    const LeatMark *selected = leat_label_strip_selected(labels->place.strip);

    return selected ? selected : leat_label_strip_find(labels->place.strip, seq);
}

/* What would be labelled: from the beginning to the end, or to the frame shown, or that alone. */
static void find_part(const LeatPlaybackLabels *labels, int64_t seq, int64_t *first, int64_t *last)
{
    int64_t from = labels->begin.seq >= 0 ? labels->begin.seq : seq;
    int64_t to = labels->end.seq >= 0 ? labels->end.seq : seq;

    *first = MIN(from, to);
    *last = MAX(from, to);
}

/* What is shown. */

static char *describe(LeatPlaybackLabels *labels, int64_t seq)
{
    const LeatMark *band = band_meant(labels, seq);
    int64_t first, last;

    find_part(labels, seq, &first, &last);
    if (labels->begin.seq >= 0 || labels->end.seq >= 0)
        return g_strdup_printf(_("Frames %lld to %lld"), (long long)first, (long long)last);
    if (band)
        return g_strdup_printf(_("%s: frames %lld to %lld"), band->text, (long long)band->first,
                               (long long)band->last);
    return g_strdup(_("No label here"));
}

static void update(LeatPlaybackLabels *labels, const LeatPlayerStatus *status)
{
    bool ready = status->seq >= 0;
    bool classes = leat_label_bar_class(labels->place.bar) != NULL;
    g_autofree char *text = ready ? describe(labels, status->seq) : g_strdup("");

    leat_label_bar_set_text(labels->place.bar, text);
    leat_playback_commands_enable(labels->actions, "begin", ready);
    leat_playback_commands_enable(labels->actions, "end", ready);
    leat_playback_commands_enable(labels->actions, "apply", ready && classes);
    leat_playback_commands_enable(labels->actions, "undo",
                                  leat_label_editor_can_undo(labels->editor));
    leat_playback_commands_enable(labels->actions, "redo",
                                  leat_label_editor_can_redo(labels->editor));
}

static void update_now(LeatPlaybackLabels *labels)
{
    LeatPlayerStatus status = {.seq = -1};

    is_open(labels, &status);
    update(labels, &status);
}

static void show_part(LeatPlaybackLabels *labels)
{
    int64_t from_ns = labels->begin.ns, to_ns = labels->end.ns;
    bool both = labels->begin.seq >= 0 && labels->end.seq >= 0;

    if (both)
        leat_label_strip_set_part(labels->place.strip, MIN(from_ns, to_ns), MAX(from_ns, to_ns));
    else if (labels->begin.seq >= 0)
        leat_label_strip_set_part(labels->place.strip, from_ns, from_ns);
    else
        leat_label_strip_set_part(labels->place.strip, labels->end.seq >= 0 ? to_ns : -1, to_ns);
    update_now(labels);
}

static void forget_part(LeatPlaybackLabels *labels)
{
    labels->begin.seq = labels->end.seq = -1;
    show_part(labels);
}

static void show_classes(LeatPlaybackLabels *labels)
{
    const char *const *names = leat_label_classes_names(labels->classes);
    const char *name;

    leat_label_bar_set_classes(labels->place.bar, labels->classes);
    leat_label_strip_set_classes(labels->place.strip, names);
    name = leat_label_bar_class(labels->place.bar);
    leat_label_strip_set_class(labels->place.strip, name ? leat_label_place(names, name) : 0);
    update_now(labels);
}

/* What is asked for. */

static void give_frames(LeatPlaybackLabels *labels, const char *label, int64_t first, int64_t last)
{
    LeatLabelEdit edit = {.label = label, .first = {.seq = first}, .last = {.seq = last}};

    leat_label_editor_do(labels->editor, &edit);
}

void leat_playback_labels_give(LeatPlaybackLabels *labels, int64_t seq, const char *label)
{
    give_frames(labels, label, seq, seq);
}

static void change_band(LeatPlaybackLabels *labels, const LeatMark *band, const char *label)
{
    give_frames(labels, label, band->first, band->last);
}

static void give(LeatPlaybackLabels *labels, const char *label)
{
    LeatPlayerStatus status;
    int64_t first, last;

    if (!is_open(labels, &status))
        return;
    find_part(labels, status.seq, &first, &last);
    give_frames(labels, label, first, last);
    forget_part(labels);
}

static void give_place(LeatPlaybackLabels *labels, unsigned place)
{
    const char *const *names = leat_label_classes_names(labels->classes);
    const LeatMark *selected = leat_label_strip_selected(labels->place.strip);

    if (place >= g_strv_length((char **)(uintptr_t)names) ||
        labels->place.answered(names[place], labels->place.data))
        return;
    leat_label_bar_choose(labels->place.bar, place);
    leat_label_strip_set_class(labels->place.strip, place);
    if (selected && labels->begin.seq < 0 && labels->end.seq < 0)
        change_band(labels, selected, names[place]);
    else
        give(labels, names[place]);
}

static void chosen(LeatPlaybackLabels *labels, guint place)
{
    const char *label = leat_label_bar_class(labels->place.bar);
    const LeatMark *selected = leat_label_strip_selected(labels->place.strip);

    leat_label_strip_set_class(labels->place.strip, place);
    if (selected && label && !g_str_equal(selected->text, label))
        change_band(labels, selected, label);
}

static void added(LeatPlaybackLabels *labels)
{
    show_classes(labels);
}

static void drawn(LeatPlaybackLabels *labels, gint64 from_ns, gint64 to_ns)
{
    const char *label = leat_label_bar_class(labels->place.bar);
    LeatLabelEdit edit = {
        .label = label, .first = {.seq = -1, .ns = from_ns}, .last = {.seq = -1, .ns = to_ns - 1}};

    if (label)
        leat_label_editor_do(labels->editor, &edit);
    else
        leat_session_controller_note(labels->session,
                                     _("Add a class first: what should the band say?"));
}

static void resized(LeatPlaybackLabels *labels, gint64 ns, gboolean end)
{
    const LeatMark *band = leat_label_strip_selected(labels->place.strip);
    LeatLabelEdit edit = {.replaces = true};

    if (!band)
        return;
    edit.label = band->text;
    edit.old_first = band->first;
    edit.old_last = band->last;
    edit.first = (LeatFramePlace){end ? band->first : -1, ns};
    edit.last = (LeatFramePlace){end ? -1 : band->last, ns - 1};
    leat_label_editor_do(labels->editor, &edit);
}

/* The class that is chosen is then the band's. */
static void selected(LeatPlaybackLabels *labels)
{
    const LeatMark *band = leat_label_strip_selected(labels->place.strip);
    const char *const *names = leat_label_classes_names(labels->classes);

    for (guint i = 0; band && names[i]; i++)
        if (g_str_equal(names[i], band->text)) {
            leat_label_bar_choose(labels->place.bar, i);
            leat_label_strip_set_class(labels->place.strip, i);
        }
    update_now(labels);
}

/* Commands. */

static void begin_here(void *data, int number)
{
    LeatPlaybackLabels *labels = data;
    LeatPlayerStatus status;

    if (is_open(labels, &status))
        labels->begin = (Point){status.seq, status.position_ns};
    show_part(labels);
}

static void end_here(void *data, int number)
{
    LeatPlaybackLabels *labels = data;
    LeatPlayerStatus status;

    if (is_open(labels, &status))
        labels->end = (Point){status.seq, status.position_ns + status.frame_ns};
    show_part(labels);
}

static void apply(void *data, int number)
{
    LeatPlaybackLabels *labels = data;
    const char *label = leat_label_bar_class(labels->place.bar);

    if (label)
        give(labels, label);
}

static void remove_label(void *data, int number)
{
    LeatPlaybackLabels *labels = data;
    LeatPlayerStatus status;
    const LeatMark *band;

    if (!is_open(labels, &status))
        return;
    band = band_meant(labels, status.seq);
    if (band)
        change_band(labels, band, NULL);
    else
        leat_session_controller_note(labels->session, _("There is no label here"));
}

static void undo(void *data, int number)
{
    leat_label_editor_undo(((LeatPlaybackLabels *)data)->editor);
}

static void redo(void *data, int number)
{
    leat_label_editor_redo(((LeatPlaybackLabels *)data)->editor);
}

static void give_number(void *data, int number)
{
    give_place(data, (unsigned)number);
}

static const LeatPlaybackCommand commands[] = {
    {"begin", begin_here, 0, GDK_KEY_i, 0},
    {"end", end_here, 0, GDK_KEY_o, 0},
    {"apply", apply, 0, 0, 0},
    {"remove", remove_label, 0, GDK_KEY_Delete, 0},
    {"undo", undo, 0, GDK_KEY_z, GDK_CONTROL_MASK},
    {"redo", redo, 0, GDK_KEY_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK},
    {"give-1", give_number, 0, GDK_KEY_1, 0},
    {"give-2", give_number, 1, GDK_KEY_2, 0},
    {"give-3", give_number, 2, GDK_KEY_3, 0},
    {"give-4", give_number, 3, GDK_KEY_4, 0},
    {"give-5", give_number, 4, GDK_KEY_5, 0},
    {"give-6", give_number, 5, GDK_KEY_6, 0},
    {"give-7", give_number, 6, GDK_KEY_7, 0},
    {"give-8", give_number, 7, GDK_KEY_8, 0},
    {"give-9", give_number, 8, GDK_KEY_9, 0},
};

/* The editor's. */

static void changed(void *data)
{
    LeatPlaybackLabels *labels = data;

    if (labels->player)
        leat_player_look_again(labels->player);
    update_now(labels);
}

static void named(const char *const *names, void *data)
{
    LeatPlaybackLabels *labels = data;

    leat_label_classes_set_library(labels->classes, names);
    show_classes(labels);
}

static void failed(const GError *error, void *data)
{
    LeatPlaybackLabels *labels = data;

    leat_session_controller_report(labels->session, _("The label was not changed"), error);
}

/* What the view tells. */

void leat_playback_labels_open(LeatPlaybackLabels *labels, const char *path, int64_t recording,
                               LeatPlayer *player)
{
    labels->player = player;
    leat_playback_labels_mark(labels, NULL);
    leat_label_strip_unselect(labels->place.strip);
    forget_part(labels);
    if (player)
        leat_label_editor_open(labels->editor, path, recording);
}

void leat_playback_labels_show(LeatPlaybackLabels *labels, const LeatPlayerStatus *status)
{
    leat_label_strip_set_duration(labels->place.strip, status->duration_ns);
    leat_label_strip_set_position(labels->place.strip, status->position_ns);
    update(labels, status);
}

void leat_playback_labels_mark(LeatPlaybackLabels *labels, GPtrArray *marks)
{
    leat_label_strip_set_marks(labels->place.strip, marks);
    update_now(labels);
}

void leat_playback_labels_reload(LeatPlaybackLabels *labels)
{
    leat_label_classes_reload(labels->classes);
    show_classes(labels);
}

LeatPlaybackLabels *leat_playback_labels_new(const LeatPlaybackLabelsPlace *place,
                                             const LeatContext *context)
{
    LeatPlaybackLabels *labels = g_new0(LeatPlaybackLabels, 1);
    LeatLabelEditorFuncs funcs = {changed, named, failed, labels};

    labels->place = *place;
    labels->session = g_object_ref(context->session);
    labels->begin.seq = labels->end.seq = -1;
    labels->classes = leat_label_classes_new(context->settings);
    labels->editor = leat_label_editor_new(&funcs);
    labels->actions =
        leat_playback_commands_add(place->view, "bands", commands, G_N_ELEMENTS(commands), labels);
    g_signal_connect_swapped(place->strip, "drawn", G_CALLBACK(drawn), labels);
    g_signal_connect_swapped(place->strip, "resized", G_CALLBACK(resized), labels);
    g_signal_connect_swapped(place->strip, "selected", G_CALLBACK(selected), labels);
    g_signal_connect_swapped(place->bar, "chosen", G_CALLBACK(chosen), labels);
    g_signal_connect_swapped(place->bar, "added", G_CALLBACK(added), labels);
    show_classes(labels);
    return labels;
}

void leat_playback_labels_free(LeatPlaybackLabels *labels)
{
    if (!labels)
        return;
    g_signal_handlers_disconnect_by_data(labels->place.strip, labels);
    g_signal_handlers_disconnect_by_data(labels->place.bar, labels);
    leat_label_editor_free(labels->editor);
    leat_label_classes_free(labels->classes);
    g_object_unref(labels->actions);
    g_object_unref(labels->session);
    g_free(labels);
}
