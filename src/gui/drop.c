/* SPDX-License-Identifier: MIT */
#include "gui/drop.h"

typedef struct {
    GtkWidget *widget;
    void (*dropped)(GtkWidget *widget, const char *location);
} Answer;

static void free_answer(gpointer answer, GClosure *closure)
{
    g_free(answer);
}

static void take_files(const Answer *answer, GSList *files)
{
    for (GSList *item = files; item; item = item->next) {
        g_autofree char *location = g_file_get_path(item->data);

        if (!location)
            location = g_file_get_uri(item->data);
        answer->dropped(answer->widget, location);
    }
}

static void take_text(const Answer *answer, const char *text)
{
    g_auto(GStrv) lines = g_strsplit_set(text, "\r\n", 2);
    const char *line = *lines ? g_strstrip(*lines) : "";

    if (*line)
        answer->dropped(answer->widget, line);
}

static gboolean on_drop(GtkDropTarget *target, const GValue *value, double x, double y,
                        gpointer data)
{
    const Answer *answer = data;

    if (G_VALUE_HOLDS(value, GDK_TYPE_FILE_LIST)) {
        /* They stay when the drop ends, before what they lead to does. */
        g_autoptr(GSList) files = gdk_file_list_get_files(g_value_get_boxed(value));

        take_files(answer, files);
        return TRUE;
    }
    if (G_VALUE_HOLDS_STRING(value)) {
        take_text(answer, g_value_get_string(value));
        return TRUE;
    }
    return FALSE;
}

void leat_drop_accept(GtkWidget *widget, void (*dropped)(GtkWidget *widget, const char *location))
{
    GType types[] = {GDK_TYPE_FILE_LIST, G_TYPE_STRING};
    GtkDropTarget *target = gtk_drop_target_new(G_TYPE_INVALID, GDK_ACTION_COPY);
    Answer *answer = g_new(Answer, 1);

    *answer = (Answer){widget, dropped};
    gtk_drop_target_set_gtypes(target, types, G_N_ELEMENTS(types));
    g_signal_connect_data(target, "drop", G_CALLBACK(on_drop), answer, free_answer, 0);
    gtk_widget_add_controller(widget, GTK_EVENT_CONTROLLER(target));
}
