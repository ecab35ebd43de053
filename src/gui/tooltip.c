/* SPDX-License-Identifier: MIT */
#include "gui/tooltip.h"

#include <stdbool.h>

#define TEXT "leat-tooltip"

static gboolean asked(GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip,
                      gpointer data)
{
    gtk_tooltip_set_text(tooltip, g_object_get_data(G_OBJECT(widget), TEXT));
    return TRUE;
}

void leat_tooltip_set(GtkWidget *widget, const char *text)
{
    bool wanted = text && *text, known = g_object_get_data(G_OBJECT(widget), TEXT) != NULL;

    if (wanted && !known)
        g_signal_connect(widget, "query-tooltip", G_CALLBACK(asked), NULL);
    else if (!wanted && known)
        g_signal_handlers_disconnect_by_func(widget, G_CALLBACK(asked), NULL);
    g_object_set_data_full(G_OBJECT(widget), TEXT, wanted ? g_strdup(text) : NULL, g_free);
    gtk_widget_set_has_tooltip(widget, wanted);
}
