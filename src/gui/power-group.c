/* SPDX-License-Identifier: MIT */
#include "gui/power-group.h"

struct _LeatPowerGroup {
    AdwPreferencesGroup parent_instance;

    /* The template's. */
    GtkLabel *cores_label;
    AdwActionRow *threading_row;
    GtkSwitch *threading_switch;
    GtkLabel *gap_label;
    GtkLevelBar *gap_bar;

    LeatSessionController *controller;
};

G_DEFINE_FINAL_TYPE(LeatPowerGroup, leat_power_group, ADW_TYPE_PREFERENCES_GROUP)

#define ON_SUBTITLE "Capture, storing and window each have a thread of their own"
#define OFF_SUBTITLE                                                                       \
    "Everything takes turns in the window's own loop: whatever takes long also stops the " \
    "picture, the capture and the storing"
#define LOCKED_SUBTITLE "Stop the recording to change this"

static void show_gap(LeatPowerGroup *group, double gap_ms)
{
    g_autofree char *text = gap_ms < 0 ? g_strdup("–") : g_strdup_printf("%.0f ms", gap_ms);
    double longest = gtk_level_bar_get_max_value(group->gap_bar);

    gtk_label_set_label(group->gap_label, text);
    gtk_level_bar_set_value(group->gap_bar, CLAMP(gap_ms, 0, longest));
}

static void update(LeatPowerGroup *group)
{
    const LeatFigures *figures = leat_session_controller_figures(group->controller);
    bool free_to_change = !leat_figures_is_recording(figures);

    gtk_widget_set_sensitive(GTK_WIDGET(group->threading_switch), free_to_change);
    if (!free_to_change)
        adw_action_row_set_subtitle(group->threading_row, LOCKED_SUBTITLE);
    else if (gtk_switch_get_active(group->threading_switch))
        adw_action_row_set_subtitle(group->threading_row, ON_SUBTITLE);
    else
        adw_action_row_set_subtitle(group->threading_row, OFF_SUBTITLE);
    show_gap(group, figures->loop_gap_ms);
}

static void threading_switched(LeatPowerGroup *group)
{
    leat_session_controller_set_threading(group->controller,
                                          gtk_switch_get_active(group->threading_switch));
    update(group);
}

void leat_power_group_set_controller(LeatPowerGroup *group, LeatSessionController *controller)
{
    group->controller = g_object_ref(controller);
    g_signal_connect_object(controller, "changed", G_CALLBACK(update), group, G_CONNECT_SWAPPED);
    update(group);
}

static void leat_power_group_dispose(GObject *object)
{
    g_clear_object(&LEAT_POWER_GROUP(object)->controller);
    G_OBJECT_CLASS(leat_power_group_parent_class)->dispose(object);
}

static void leat_power_group_class_init(LeatPowerGroupClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = leat_power_group_dispose;
    gtk_widget_class_set_template_from_resource(widget_class, "/org/leat/Leat/gui/power-group.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatPowerGroup, cores_label);
    gtk_widget_class_bind_template_child(widget_class, LeatPowerGroup, threading_row);
    gtk_widget_class_bind_template_child(widget_class, LeatPowerGroup, threading_switch);
    gtk_widget_class_bind_template_child(widget_class, LeatPowerGroup, gap_label);
    gtk_widget_class_bind_template_child(widget_class, LeatPowerGroup, gap_bar);
    gtk_widget_class_bind_template_callback(widget_class, threading_switched);
}

static void leat_power_group_init(LeatPowerGroup *group)
{
    g_autofree char *cores = g_strdup_printf("%u", g_get_num_processors());

    gtk_widget_init_template(GTK_WIDGET(group));
    gtk_label_set_label(group->cores_label, cores);
}
