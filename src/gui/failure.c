/* SPDX-License-Identifier: MIT */
#include "gui/failure.h"

#include "base/error.h"

#include <glib/gi18n.h>

/* Long enough to be read and its button to be found without hurry, s. */
#define TOAST_TIMEOUT_S 15

static const char *kind_of(int code)
{
    switch (code) {
    case LEAT_ERROR_INVALID:
        return _("the request is not valid");
    case LEAT_ERROR_NOT_FOUND:
        return _("not found");
    case LEAT_ERROR_EXISTS:
        return _("the name is taken");
    case LEAT_ERROR_PERMISSION:
        return _("not allowed");
    case LEAT_ERROR_BUSY:
        return _("in use by another window or program");
    case LEAT_ERROR_LOCKED:
        return _("the file is locked by another program");
    case LEAT_ERROR_NO_SPACE:
        return _("the disk is full");
    case LEAT_ERROR_NO_MEMORY:
        return _("out of memory");
    case LEAT_ERROR_UNSUPPORTED:
        return _("this format is not supported");
    case LEAT_ERROR_CORRUPT:
        return _("the file is damaged or of another kind");
    case LEAT_ERROR_NEWER:
        return _("the file was written by a newer Leat");
    case LEAT_ERROR_LOST:
        return _("the connection was lost");
    default:
        return NULL;
    }
}

char *leat_failure_headline(int code, const char *doing)
{
    const char *kind = kind_of(code);

    return kind ? g_strdup_printf("%s: %s", doing, kind) : g_strdup(doing);
}

static void copy_cause(AdwMessageDialog *dialog, const char *response, gpointer cause)
{
    if (g_str_equal(response, "copy"))
        gdk_clipboard_set_text(gtk_widget_get_clipboard(GTK_WIDGET(dialog)), cause);
}

static void free_cause(gpointer cause, GClosure *closure)
{
    g_free(cause);
}

static void show_dialog(GtkWindow *parent, const char *headline, const char *cause)
{
    GtkWidget *dialog = adw_message_dialog_new(parent, headline, NULL);
    GtkWidget *label = gtk_label_new(cause);

    gtk_label_set_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
    gtk_label_set_selectable(GTK_LABEL(label), TRUE);
    gtk_label_set_max_width_chars(GTK_LABEL(label), 60);
    adw_message_dialog_set_extra_child(ADW_MESSAGE_DIALOG(dialog), label);
    adw_message_dialog_add_responses(ADW_MESSAGE_DIALOG(dialog), "copy", _("_Copy"), "close",
                                     _("_Close"), NULL);
    adw_message_dialog_set_default_response(ADW_MESSAGE_DIALOG(dialog), "close");
    adw_message_dialog_set_close_response(ADW_MESSAGE_DIALOG(dialog), "close");
    g_signal_connect_data(dialog, "response", G_CALLBACK(copy_cause), g_strdup(cause), free_cause,
                          0);
    gtk_window_present(GTK_WINDOW(dialog));
}

/* What a toast's button needs; it lives as long as the toast. */
typedef struct {
    GtkWindow *parent;
    char *headline, *cause;
} Failure;

static void free_failure(gpointer data, GClosure *closure)
{
    Failure *failure = data;

    g_free(failure->headline);
    g_free(failure->cause);
    g_free(failure);
}

static void on_button_clicked(AdwToast *toast, gpointer data)
{
    Failure *failure = data;

    show_dialog(failure->parent, failure->headline, failure->cause);
}

void leat_failure_show(AdwToastOverlay *overlay, GtkWindow *parent, const char *headline,
                       const char *cause)
{
    g_autofree char *title = g_markup_escape_text(headline, -1);
    AdwToast *toast = adw_toast_new(title);
    Failure *failure = g_new(Failure, 1);

    *failure = (Failure){parent, g_strdup(headline), g_strdup(cause)};
    adw_toast_set_button_label(toast, _("_Details"));
    adw_toast_set_priority(toast, ADW_TOAST_PRIORITY_HIGH);
    adw_toast_set_timeout(toast, TOAST_TIMEOUT_S);
    g_signal_connect_data(toast, "button-clicked", G_CALLBACK(on_button_clicked), failure,
                          free_failure, 0);
    adw_toast_overlay_add_toast(overlay, toast);
}
