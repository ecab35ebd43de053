/* SPDX-License-Identifier: MIT */
#include "gui/drop.h"

typedef struct {
    GtkWidget *widget;
    LeatDropped dropped;
} Answer;

static void free_answer(gpointer answer, GClosure *closure)
{
    g_free(answer);
}

static void take_file(GFile *file, GtkWidget *widget, LeatDropped dropped)
{
    g_autofree char *location = g_file_get_path(file);

    if (!location)
        location = g_file_get_uri(file);
    dropped(widget, location);
}

static void take_text(const char *text, GtkWidget *widget, LeatDropped dropped)
{
    g_auto(GStrv) lines = g_strsplit_set(text ? text : "", "\r\n", 2);
    const char *line = *lines ? g_strstrip(*lines) : "";

    if (*line)
        dropped(widget, line);
}

bool leat_drop_take(const GValue *value, GtkWidget *widget, LeatDropped dropped)
{
    if (G_VALUE_HOLDS(value, GDK_TYPE_FILE_LIST)) {
        g_autoptr(GSList) files = gdk_file_list_get_files(g_value_get_boxed(value));

        for (GSList *item = files; item; item = item->next)
            take_file(item->data, widget, dropped);
    } else if (G_VALUE_HOLDS(value, G_TYPE_FILE)) {
        take_file(g_value_get_object(value), widget, dropped);
    } else if (G_VALUE_HOLDS_STRING(value)) {
        take_text(g_value_get_string(value), widget, dropped);
    } else {
        return false;
    }
    return true;
}

static gboolean on_drop(GtkDropTarget *target, const GValue *value, double x, double y,
                        gpointer data)
{
    const Answer *answer = data;

    return leat_drop_take(value, answer->widget, answer->dropped);
}

void leat_drop_accept(GtkWidget *widget, LeatDropped dropped)
{
    GType types[] = {GDK_TYPE_FILE_LIST, G_TYPE_FILE, G_TYPE_STRING};
    GtkDropTarget *target = gtk_drop_target_new(G_TYPE_INVALID, GDK_ACTION_COPY);
    Answer *answer = g_new(Answer, 1);

    *answer = (Answer){widget, dropped};
    gtk_drop_target_set_gtypes(target, types, G_N_ELEMENTS(types));
    g_signal_connect_data(target, "drop", G_CALLBACK(on_drop), answer, free_answer, 0);
    gtk_widget_add_controller(widget, GTK_EVENT_CONTROLLER(target));
}
