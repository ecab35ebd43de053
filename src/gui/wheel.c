/* SPDX-License-Identifier: MIT */
#include "gui/wheel.h"

static void leave(GtkWidget *widget)
{
    g_autoptr(GListModel) controllers = gtk_widget_observe_controllers(widget);

    for (guint i = 0; i < g_list_model_get_n_items(controllers); i++) {
        g_autoptr(GtkEventController) controller = g_list_model_get_item(controllers, i);

        if (GTK_IS_EVENT_CONTROLLER_SCROLL(controller))
            gtk_event_controller_set_propagation_phase(controller, GTK_PHASE_NONE);
    }
}

void leat_wheel_only_scrolls(GtkWidget *widget)
{
    GtkWidget *child;

    if (GTK_IS_SPIN_BUTTON(widget) || GTK_IS_RANGE(widget))
        leave(widget);
    for (child = gtk_widget_get_first_child(widget); child;
         child = gtk_widget_get_next_sibling(child))
        leat_wheel_only_scrolls(child);
}
