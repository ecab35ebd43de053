/* SPDX-License-Identifier: MIT */
#include "gui/file-chooser.h"

typedef struct {
    GtkWidget *widget;
    void (*chosen)(GtkWidget *widget, const char *path);
} Answer;

static void free_answer(gpointer data, GClosure *closure)
{
    g_free(data);
}

static void responded(GtkNativeDialog *dialog, int response, gpointer data)
{
    Answer *answer = data;
    g_autoptr(GFile) file = NULL;

    if (response == GTK_RESPONSE_ACCEPT)
        file = gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog));
    gtk_native_dialog_hide(dialog);
    if (file && g_file_peek_path(file))
        answer->chosen(answer->widget, g_file_peek_path(file));
}

static GtkFileFilter *filter_of(const LeatFileChooser *chooser)
{
    GtkFileFilter *filter = gtk_file_filter_new();

    gtk_file_filter_set_name(filter, chooser->filter_name);
    if (chooser->pattern)
        gtk_file_filter_add_pattern(filter, chooser->pattern);
    else
        gtk_file_filter_add_mime_type(filter, chooser->mime_type);
    return filter;
}

void leat_file_chooser_show(GtkWidget *widget, const LeatFileChooser *chooser,
                            void (*chosen)(GtkWidget *widget, const char *path))
{
    GtkFileChooserNative *native = gtk_file_chooser_native_new(
        chooser->title, GTK_WINDOW(gtk_widget_get_root(widget)),
        chooser->new_name ? GTK_FILE_CHOOSER_ACTION_SAVE : GTK_FILE_CHOOSER_ACTION_OPEN,
        chooser->accept, NULL);
    GtkFileChooser *dialog = GTK_FILE_CHOOSER(native);
    g_autoptr(GtkFileFilter) filter = filter_of(chooser);
    Answer *answer = g_new(Answer, 1);

    *answer = (Answer){widget, chosen};
    gtk_file_chooser_add_filter(dialog, filter);
    if (chooser->folder) {
        g_autoptr(GFile) folder = g_file_new_for_path(chooser->folder);

        gtk_file_chooser_set_current_folder(dialog, folder, NULL);
    }
    if (chooser->new_name)
        gtk_file_chooser_set_current_name(dialog, chooser->new_name);
    gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(native), TRUE);
    g_signal_connect_data(native, "response", G_CALLBACK(responded), answer, free_answer, 0);
    /* A native dialog belongs to whoever made it: the widget, until its next one or its end. */
    g_object_set_data_full(G_OBJECT(widget), "leat-file-chooser", native, g_object_unref);
    gtk_native_dialog_show(GTK_NATIVE_DIALOG(native));
}
