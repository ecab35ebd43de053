/* SPDX-License-Identifier: MIT */
#include "gui/power-group.h"

#include "gui/cpu-test-window.h"

#include <glib/gi18n.h>

struct _LeatPowerGroup {
    AdwPreferencesGroup parent_instance;

    /* The template's. */
    GtkLabel *cores_label;
    AdwActionRow *threading_row;
    GtkSwitch *threading_switch;
    GtkLabel *gap_label;
    GtkLevelBar *gap_bar;

    LeatContext context;
    LeatSessionController *controller;
    LeatCpuTestWindow *cpu_test; /* its parent's; NULL before it was asked for */
};

G_DEFINE_FINAL_TYPE(LeatPowerGroup, leat_power_group, ADW_TYPE_PREFERENCES_GROUP)

static void show_gap(LeatPowerGroup *group, double gap_ms)
{
    g_autofree char *text = gap_ms < 0 ? g_strdup("–") : g_strdup_printf(_("%.0f ms"), gap_ms);
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
        adw_action_row_set_subtitle(group->threading_row, _("Stop the recording to change this"));
    else if (gtk_switch_get_active(group->threading_switch))
        adw_action_row_set_subtitle(
            group->threading_row, _("Capture, storing and window each have a thread of their own"));
    else
        adw_action_row_set_subtitle(group->threading_row,
                                    _("Everything takes turns in the window's own loop: whatever "
                                      "takes long also stops the picture, the capture and the "
                                      "storing"));
    show_gap(group, figures->loop_gap_ms);
}

static void threading_switched(LeatPowerGroup *group)
{
    bool threading = gtk_switch_get_active(group->threading_switch);

    leat_session_controller_set_threading(group->controller, threading);
    leat_settings_set_flag(group->context.settings, LEAT_SETTING_THREADING, threading);
    update(group);
}

void leat_power_group_set_up(LeatPowerGroup *group, const LeatContext *context)
{
    group->context = *context;
    group->controller = g_object_ref(context->session);
    leat_session_controller_set_threading(
        context->session, leat_settings_flag(context->settings, LEAT_SETTING_THREADING));
    g_signal_connect_object(group->controller, "show", G_CALLBACK(update), group,
                            G_CONNECT_SWAPPED);
    gtk_switch_set_active(group->threading_switch,
                          leat_session_controller_threading(context->session));
    update(group);
}

void leat_power_group_test_cpu(LeatPowerGroup *group)
{
    GtkWindow *parent = GTK_WINDOW(gtk_widget_get_root(GTK_WIDGET(group)));

    if (!group->cpu_test) {
        group->cpu_test = leat_cpu_test_window_new(parent, &group->context);
        g_object_add_weak_pointer(G_OBJECT(group->cpu_test), (gpointer *)&group->cpu_test);
    }
    gtk_window_present(GTK_WINDOW(group->cpu_test));
}

static void leat_power_group_dispose(GObject *object)
{
    LeatPowerGroup *group = LEAT_POWER_GROUP(object);

    if (group->cpu_test)
        gtk_window_destroy(GTK_WINDOW(group->cpu_test));
    g_clear_object(&group->controller);
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
