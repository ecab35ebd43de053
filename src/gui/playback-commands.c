/* SPDX-License-Identifier: MIT */
#include "gui/playback-commands.h"

typedef struct {
    const LeatPlaybackCommand *command;
    void *data;
} Activation;

static void activate(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    const Activation *activation = data;

    activation->command->func(activation->data, activation->command->number);
}

static void free_activation(gpointer data, GClosure *closure)
{
    g_free(data);
}

typedef struct {
    char *action;
    guint key;
} Key;

static void free_key(gpointer data)
{
    g_free(((Key *)data)->action);
    g_free(data);
}

/* Space presses a button that was reached by keyboard, as everywhere. */
static bool is_for_the_focus(GtkWidget *widget, guint key)
{
    GtkRoot *root = gtk_widget_get_root(widget);
    GtkWidget *focus = root ? gtk_root_get_focus(root) : NULL;

    if (!focus)
        return false;
    if (GTK_IS_EDITABLE(focus) || gtk_widget_get_ancestor(focus, GTK_TYPE_POPOVER))
        return true;
    return key == GDK_KEY_space && gtk_window_get_focus_visible(GTK_WINDOW(root)) &&
           (GTK_IS_BUTTON(focus) || GTK_IS_MENU_BUTTON(focus) ||
            gtk_widget_get_ancestor(focus, GTK_TYPE_DROP_DOWN));
}

static gboolean pressed(GtkWidget *widget, GVariant *arguments, gpointer data)
{
    const Key *key = data;

    if (is_for_the_focus(widget, key->key))
        return FALSE;
    gtk_widget_activate_action(widget, key->action, NULL);
    return TRUE;
}

void leat_playback_commands_add_key(GtkWidget *widget, guint key, GdkModifierType modifiers,
                                    const char *action)
{
    GtkEventController *controller = gtk_shortcut_controller_new();
    Key *pressing = g_new0(Key, 1);

    pressing->action = g_strdup(action);
    pressing->key = key;
    gtk_event_controller_set_propagation_phase(controller, GTK_PHASE_CAPTURE);
    gtk_shortcut_controller_add_shortcut(
        GTK_SHORTCUT_CONTROLLER(controller),
        gtk_shortcut_new(gtk_keyval_trigger_new(key, modifiers),
                         gtk_callback_action_new(pressed, pressing, free_key)));
    gtk_widget_add_controller(widget, controller);
}

GSimpleActionGroup *leat_playback_commands_add(GtkWidget *widget, const char *prefix,
                                               const LeatPlaybackCommand *commands, size_t count,
                                               void *data)
{
    GSimpleActionGroup *group = g_simple_action_group_new();

    for (size_t i = 0; i < count; i++) {
        g_autoptr(GSimpleAction) action = g_simple_action_new(commands[i].name, NULL);
        g_autofree char *name = g_strdup_printf("%s.%s", prefix, commands[i].name);
        Activation *activation = g_new(Activation, 1);

        *activation = (Activation){&commands[i], data};
        g_signal_connect_data(action, "activate", G_CALLBACK(activate), activation, free_activation,
                              0);
        g_action_map_add_action(G_ACTION_MAP(group), G_ACTION(action));
        if (commands[i].key)
            leat_playback_commands_add_key(widget, commands[i].key, commands[i].modifiers, name);
    }
    gtk_widget_insert_action_group(widget, prefix, G_ACTION_GROUP(group));
    return group;
}

void leat_playback_commands_enable(GSimpleActionGroup *group, const char *name, bool enabled)
{
    GAction *action = g_action_map_lookup_action(G_ACTION_MAP(group), name);

    g_simple_action_set_enabled(G_SIMPLE_ACTION(action), enabled);
}
