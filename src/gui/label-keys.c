/* SPDX-License-Identifier: MIT */
#include "gui/label-keys.h"

#include "base/clock.h"

struct LeatLabelKeys {
    LeatLabelKeysFuncs funcs;
    GtkWindow *window; /* weak */
    GtkEventController *controller;

    int down; /* the key, -1 for none: one at a time */
    int64_t pressed_ns;
    guint hold_id; /* until it counts as held */
};

static int key_of(guint keyval)
{
    if (keyval >= GDK_KEY_1 && keyval <= GDK_KEY_9)
        return (int)(keyval - GDK_KEY_1);
    if (keyval >= GDK_KEY_KP_1 && keyval <= GDK_KEY_KP_9)
        return (int)(keyval - GDK_KEY_KP_1);
    return -1;
}

static gboolean is_held(gpointer data)
{
    LeatLabelKeys *keys = data;

    keys->hold_id = 0;
    keys->funcs.held(keys->down, keys->pressed_ns, keys->funcs.data);
    return G_SOURCE_REMOVE;
}

void leat_label_keys_let_go(LeatLabelKeys *keys)
{
    int key = keys->down;

    if (key < 0)
        return;
    keys->down = -1;
    if (keys->hold_id) {
        g_clear_handle_id(&keys->hold_id, g_source_remove);
        keys->funcs.tapped(key, keys->pressed_ns, keys->funcs.data);
    } else {
        keys->funcs.let_go(key, leat_clock_now_ns(), keys->funcs.data);
    }
}

static gboolean pressed(GtkEventControllerKey *controller, guint keyval, guint code,
                        GdkModifierType state, gpointer data)
{
    LeatLabelKeys *keys = data;
    GtkWidget *focus = gtk_window_get_focus(keys->window);
    int key = key_of(keyval);

    if (key < 0 || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) ||
        GTK_IS_EDITABLE(focus))
        return GDK_EVENT_PROPAGATE;
    if (keys->down == key) /* it repeats */
        return GDK_EVENT_STOP;
    if (!keys->funcs.wanted(key, keys->funcs.data))
        return GDK_EVENT_PROPAGATE;
    leat_label_keys_let_go(keys);
    keys->down = key;
    keys->pressed_ns = leat_clock_now_ns();
    keys->hold_id = g_timeout_add(LEAT_LABEL_KEYS_HELD_MS, is_held, keys);
    return GDK_EVENT_STOP;
}

static void released(GtkEventControllerKey *controller, guint keyval, guint code,
                     GdkModifierType state, gpointer data)
{
    LeatLabelKeys *keys = data;

    if (keys->down >= 0 && key_of(keyval) == keys->down)
        leat_label_keys_let_go(keys);
}

/* The release then goes to another window. */
static void active_changed(LeatLabelKeys *keys)
{
    if (!gtk_window_is_active(keys->window))
        leat_label_keys_let_go(keys);
}

LeatLabelKeys *leat_label_keys_new(GtkWindow *window, const LeatLabelKeysFuncs *funcs)
{
    LeatLabelKeys *keys = g_new0(LeatLabelKeys, 1);

    keys->funcs = *funcs;
    keys->down = -1;
    keys->controller = gtk_event_controller_key_new();
    g_set_weak_pointer(&keys->window, window);
    g_signal_connect(keys->controller, "key-pressed", G_CALLBACK(pressed), keys);
    g_signal_connect(keys->controller, "key-released", G_CALLBACK(released), keys);
    g_signal_connect_swapped(window, "notify::is-active", G_CALLBACK(active_changed), keys);
    gtk_widget_add_controller(GTK_WIDGET(window), keys->controller);
    return keys;
}

void leat_label_keys_free(LeatLabelKeys *keys)
{
    if (!keys)
        return;
    g_clear_handle_id(&keys->hold_id, g_source_remove);
    if (keys->window) {
        g_signal_handlers_disconnect_by_data(keys->window, keys);
        gtk_widget_remove_controller(GTK_WIDGET(keys->window), keys->controller);
    }
    g_clear_weak_pointer(&keys->window);
    g_free(keys);
}
