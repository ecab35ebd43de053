/* SPDX-License-Identifier: MIT */
#include "gui/labels-group.h"

#include "base/clock.h"
#include "gui/css-class.h"
#include "gui/label-class-row.h"
#include "gui/label-classes.h"
#include "gui/label-keys.h"
#include "gui/label-taps.h"
#include "gui/number-row.h"
#include "gui/wheel.h"

#include <glib/gi18n.h>

/* What is kept in memory, more than the longest that a tap may want: a key is pressed late, and a
 * recording begins a little later. */
#define PRE_ROLL_MORE_NS (2 * LEAT_NS_PER_S)
#define PRE_ROLL_BYTES ((size_t)64 * 1024 * 1024)

#define REMOVE "labels.remove"

struct _LeatLabelsGroup {
    AdwPreferencesGroup parent_instance;

    /* The template's. */
    LeatLabelClassRow *rows[LEAT_LABEL_CLASSES];
    AdwEntryRow *add_row;
    GtkWidget *add_button;
    AdwActionRow *fault_row;
    GtkSpinButton *past_spin;
    GtkSwitch *carry_switch;

    LeatContext context;
    GActionMap *actions; /* the window's, which outlives its page */
    LeatRecordingGroup *recording_group;
    LeatLabelClasses *classes;
    LeatLabelKeys *keys;
    LeatLabelTaps *taps;
    LeatPreRoll pre_roll; /* as it was asked for */
    bool shown;
};

G_DEFINE_FINAL_TYPE(LeatLabelsGroup, leat_labels_group, ADW_TYPE_PREFERENCES_GROUP)

static const LeatFigures *figures_of(LeatLabelsGroup *group)
{
    return leat_session_controller_figures(group->context.session);
}

static int past_s(LeatLabelsGroup *group)
{
    return gtk_spin_button_get_value_as_int(group->past_spin);
}

/* The name of a class by its place, NULL for none. */
static const char *class_at(LeatLabelsGroup *group, int place)
{
    const char *const *names = leat_label_classes_names(group->classes);

    return place < (int)g_strv_length((char **)(uintptr_t)names) ? names[place] : NULL;
}

static bool is_same(const LeatPreRoll *a, const LeatPreRoll *b)
{
    return a->ns == b->ns && a->encoder.codec == b->encoder.codec &&
           a->encoder.quality == b->encoder.quality && a->record_rate.num == b->record_rate.num &&
           a->record_rate.den == b->record_rate.den;
}

/* What just happened is kept while the picture is live, for a label that begins a recording. */
static void update_pre_roll(LeatLabelsGroup *group)
{
    LeatRecordingRequest request = leat_recording_group_request(group->recording_group);
    LeatPreRoll wanted = {
        .ns = past_s(group) * LEAT_NS_PER_S + PRE_ROLL_MORE_NS,
        .bytes = PRE_ROLL_BYTES,
        .encoder = request.encoder,
        .record_rate = request.record_rate,
    };
    bool live = leat_figures_is_live(figures_of(group));

    if (!live || !class_at(group, 0))
        wanted = (LeatPreRoll){0};
    if (is_same(&wanted, &group->pre_roll))
        return;
    group->pre_roll = wanted;
    leat_session_controller_set_pre_roll(group->context.session, &wanted);
}

static void show_states(LeatLabelsGroup *group)
{
    const char *const *names = leat_label_classes_names(group->classes);
    int64_t from_ns;
    const char *current = leat_labelling_current(group->context.labelling, &from_ns);

    for (int i = 0; names[i]; i++)
        leat_label_class_row_set_state(group->rows[i],
                                       leat_labelling_frames(group->context.labelling, names[i]),
                                       g_strcmp0(names[i], current) == 0);
}

static void show_classes(LeatLabelsGroup *group)
{
    GAction *undo;

    for (int i = 0; i < LEAT_LABEL_CLASSES; i++) {
        const char *name = class_at(group, i);
        g_autofree char *action = g_strdup_printf("label-%d", i + 1);
        GAction *label = g_action_map_lookup_action(group->actions, action);

        gtk_widget_set_visible(GTK_WIDGET(group->rows[i]), name != NULL);
        if (name)
            leat_label_class_row_set_class(group->rows[i], (unsigned)i, name);
        g_simple_action_set_enabled(G_SIMPLE_ACTION(label), group->shown && name);
    }
    undo = g_action_map_lookup_action(group->actions, "undo-last-label");
    g_simple_action_set_enabled(G_SIMPLE_ACTION(undo), group->shown);
    show_states(group);
    update_pre_roll(group);
}

/* Adding and removing classes. */

static char *typed_name(LeatLabelsGroup *group)
{
    return g_strstrip(g_strdup(gtk_editable_get_text(GTK_EDITABLE(group->add_row))));
}

static void check_class(LeatLabelsGroup *group)
{
    g_autofree char *name = typed_name(group);
    g_autofree char *fault = *name ? leat_label_classes_fault(group->classes, name) : NULL;

    leat_css_class_set(GTK_WIDGET(group->add_row), "error", fault != NULL);
    adw_action_row_set_subtitle(group->fault_row, fault ? fault : "");
    gtk_widget_set_visible(GTK_WIDGET(group->fault_row), fault != NULL);
    gtk_widget_set_sensitive(group->add_button, *name && !fault);
}

static void add_class(LeatLabelsGroup *group)
{
    g_autofree char *name = typed_name(group);
    g_autofree char *fault = leat_label_classes_fault(group->classes, name);

    if (fault)
        return;
    leat_label_classes_add(group->classes, name);
    gtk_editable_set_text(GTK_EDITABLE(group->add_row), "");
    show_classes(group);
    /* The keys are for labels now, not for text. */
    gtk_window_set_focus(GTK_WINDOW(gtk_widget_get_root(GTK_WIDGET(group))), NULL);
}

static void remove_class(GtkWidget *widget, const char *action, GVariant *parameter)
{
    LeatLabelsGroup *group = LEAT_LABELS_GROUP(widget);

    leat_label_classes_remove(group->classes, g_variant_get_string(parameter, NULL));
    show_classes(group);
    check_class(group);
}

static void classes_read(void *group)
{
    show_classes(group);
}

static void look_for_classes(LeatLabelsGroup *group)
{
    leat_label_classes_look(group->classes, leat_library_model_path(group->context.library),
                            classes_read, group);
    show_classes(group);
}

/* Labelling. */

static void tap(LeatLabelsGroup *group, int place, int64_t at_ns)
{
    const char *name = class_at(group, place);

    if (!name)
        return;
    update_pre_roll(group);
    leat_label_taps_tap(group->taps, name, at_ns, past_s(group),
                        gtk_switch_get_active(group->carry_switch));
}

static bool is_wanted(int key, void *data)
{
    LeatLabelsGroup *group = data;

    return group->shown && class_at(group, key);
}

static void key_tapped(int key, int64_t pressed_ns, void *data)
{
    tap(data, key, pressed_ns);
}

static void key_held(int key, int64_t pressed_ns, void *data)
{
    LeatLabelsGroup *group = data;
    const char *name = class_at(group, key);

    if (!name)
        return;
    update_pre_roll(group);
    leat_label_taps_hold(group->taps, name, pressed_ns);
}

static void key_let_go(int key, int64_t now_ns, void *data)
{
    leat_label_taps_let_go(LEAT_LABELS_GROUP(data)->taps, now_ns);
}

static void number_labelled(LeatLabelsGroup *group, const char *name, double value)
{
    update_pre_roll(group);
    leat_label_taps_number(group->taps, name, value, past_s(group));
}

/* The actions. */

static void label(GSimpleAction *action, GVariant *parameter, gpointer group)
{
    const char *name = g_action_get_name(G_ACTION(action));

    tap(group, name[strlen("label-")] - '1', leat_clock_now_ns());
}

static void undo(GSimpleAction *action, GVariant *parameter, gpointer group)
{
    leat_labelling_undo(LEAT_LABELS_GROUP(group)->context.labelling,
                        g_variant_get_int64(parameter));
}

static void undo_last(GSimpleAction *action, GVariant *parameter, gpointer group)
{
    leat_label_taps_undo(LEAT_LABELS_GROUP(group)->taps);
}

static const GActionEntry actions[] = {
    {.name = "label-1", .activate = label},
    {.name = "label-2", .activate = label},
    {.name = "label-3", .activate = label},
    {.name = "label-4", .activate = label},
    {.name = "label-5", .activate = label},
    {.name = "label-6", .activate = label},
    {.name = "label-7", .activate = label},
    {.name = "label-8", .activate = label},
    {.name = "label-9", .activate = label},
    {.name = "undo-label", .activate = undo, .parameter_type = "x"},
    {.name = "undo-last-label", .activate = undo_last},
};

/* The settings. */

static void past_changed(LeatLabelsGroup *group)
{
    if (!group->actions)
        return;
    leat_settings_set_number(group->context.settings, LEAT_SETTING_LABEL_PAST, past_s(group));
    update_pre_roll(group);
}

static void carry_switched(LeatLabelsGroup *group)
{
    bool carry = gtk_switch_get_active(group->carry_switch);

    if (!group->actions)
        return;
    leat_settings_set_flag(group->context.settings, LEAT_SETTING_CARRY_ON, carry);
    if (!carry)
        leat_labelling_stop(group->context.labelling, leat_clock_now_ns());
}

void leat_labels_group_set_shown(LeatLabelsGroup *group, bool shown)
{
    if (group->shown == shown)
        return;
    group->shown = shown;
    if (shown)
        look_for_classes(group);
    else
        leat_label_keys_let_go(group->keys);
    show_classes(group);
}

void leat_labels_group_set_up(LeatLabelsGroup *group, const LeatContext *context,
                              GActionMap *action_map, LeatRecordingGroup *recording_group)
{
    LeatLabelKeysFuncs funcs = {is_wanted, key_tapped, key_held, key_let_go, group};
    GtkWindow *window = GTK_WINDOW(gtk_widget_get_root(GTK_WIDGET(group)));

    group->context = *context;
    group->recording_group = recording_group;
    group->classes = leat_label_classes_new(context->settings);
    group->keys = leat_label_keys_new(window, &funcs);
    group->taps = leat_label_taps_new(GTK_WIDGET(group), context, action_map);
    g_action_map_add_action_entries(action_map, actions, G_N_ELEMENTS(actions), group);
    gtk_spin_button_set_value(group->past_spin,
                              leat_settings_number(context->settings, LEAT_SETTING_LABEL_PAST));
    gtk_switch_set_active(group->carry_switch,
                          leat_settings_flag(context->settings, LEAT_SETTING_CARRY_ON));
    group->actions = action_map;
    g_signal_connect_object(context->library, "changed", G_CALLBACK(look_for_classes), group,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(context->labelling, "changed", G_CALLBACK(show_states), group,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(context->session, "changed", G_CALLBACK(update_pre_roll), group,
                            G_CONNECT_SWAPPED);
    check_class(group);
    look_for_classes(group);
}

static void leat_labels_group_dispose(GObject *object)
{
    LeatLabelsGroup *group = LEAT_LABELS_GROUP(object);

    g_clear_pointer(&group->keys, leat_label_keys_free);
    g_clear_pointer(&group->classes, leat_label_classes_free);
    g_clear_pointer(&group->taps, leat_label_taps_free);
    G_OBJECT_CLASS(leat_labels_group_parent_class)->dispose(object);
}

static void leat_labels_group_class_init(LeatLabelsGroupClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = leat_labels_group_dispose;
    g_type_ensure(LEAT_TYPE_LABEL_CLASS_ROW);
    g_type_ensure(LEAT_TYPE_NUMBER_ROW);
    gtk_widget_class_set_template_from_resource(widget_class, "/org/leat/Leat/gui/labels-group.ui");
    for (int i = 0; i < LEAT_LABEL_CLASSES; i++) {
        g_autofree char *name = g_strdup_printf("row_%d", i + 1);

        gtk_widget_class_bind_template_child_full(
            widget_class, name, FALSE,
            (gssize)(G_STRUCT_OFFSET(LeatLabelsGroup, rows) + (size_t)i * sizeof(gpointer)));
    }
    gtk_widget_class_bind_template_child(widget_class, LeatLabelsGroup, add_row);
    gtk_widget_class_bind_template_child(widget_class, LeatLabelsGroup, add_button);
    gtk_widget_class_bind_template_child(widget_class, LeatLabelsGroup, fault_row);
    gtk_widget_class_bind_template_child(widget_class, LeatLabelsGroup, past_spin);
    gtk_widget_class_bind_template_child(widget_class, LeatLabelsGroup, carry_switch);
    gtk_widget_class_bind_template_callback(widget_class, check_class);
    gtk_widget_class_bind_template_callback(widget_class, add_class);
    gtk_widget_class_bind_template_callback(widget_class, past_changed);
    gtk_widget_class_bind_template_callback(widget_class, carry_switched);
    gtk_widget_class_bind_template_callback(widget_class, number_labelled);
    gtk_widget_class_install_action(widget_class, REMOVE, "s", remove_class);
}

static void leat_labels_group_init(LeatLabelsGroup *group)
{
    gtk_widget_init_template(GTK_WIDGET(group));
    leat_wheel_only_scrolls(GTK_WIDGET(group));
}
