/* SPDX-License-Identifier: MIT */
#include "gui/rename-dialog.h"

#include "app/library-edit.h"
#include "gui/css-class.h"

#include <glib/gi18n.h>

struct _LeatRenameDialog {
    AdwMessageDialog parent_instance;

    /* The template's. */
    GtkEditable *entry;
    GtkLabel *fault_label;

    LeatLibraryModel *library;
    LeatRecordingItem *item;
};

G_DEFINE_FINAL_TYPE(LeatRenameDialog, leat_rename_dialog, ADW_TYPE_MESSAGE_DIALOG)

static guint named_signal;

int64_t leat_rename_dialog_recording(LeatRenameDialog *dialog)
{
    return leat_recording_item_id(dialog->item);
}

/* NULL for a name that will do. */
static char *fault_of(LeatRenameDialog *dialog, const char *name)
{
    g_autoptr(GError) error = NULL;

    if (g_str_equal(name, leat_recording_item_name(dialog->item)))
        return NULL;
    if (leat_library_model_has_name(dialog->library, name))
        return g_strdup_printf(_("There is a recording “%s” already"), name);
    return leat_library_check_name(name, &error) ? NULL : g_strdup(error->message);
}

static void typed(LeatRenameDialog *dialog)
{
    const char *name = gtk_editable_get_text(dialog->entry);
    g_autofree char *fault = fault_of(dialog, name);
    bool same = g_str_equal(name, leat_recording_item_name(dialog->item));

    gtk_label_set_label(dialog->fault_label, fault ? fault : "");
    gtk_widget_set_visible(GTK_WIDGET(dialog->fault_label), fault != NULL);
    leat_css_class_set(GTK_WIDGET(dialog->entry), "error", fault != NULL);
    adw_message_dialog_set_response_enabled(ADW_MESSAGE_DIALOG(dialog), "rename", !fault && !same);
}

static void responded(LeatRenameDialog *dialog, const char *response)
{
    if (g_str_equal(response, "rename"))
        g_signal_emit(dialog, named_signal, 0, gtk_editable_get_text(dialog->entry));
}

static void leat_rename_dialog_dispose(GObject *object)
{
    LeatRenameDialog *dialog = LEAT_RENAME_DIALOG(object);

    g_clear_object(&dialog->library);
    g_clear_object(&dialog->item);
    G_OBJECT_CLASS(leat_rename_dialog_parent_class)->dispose(object);
}

static void leat_rename_dialog_class_init(LeatRenameDialogClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = leat_rename_dialog_dispose;
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/org/leat/Leat/gui/rename-dialog.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatRenameDialog, entry);
    gtk_widget_class_bind_template_child(widget_class, LeatRenameDialog, fault_label);
    gtk_widget_class_bind_template_callback(widget_class, typed);
    gtk_widget_class_bind_template_callback(widget_class, responded);
    named_signal = g_signal_new("named", LEAT_TYPE_RENAME_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void leat_rename_dialog_init(LeatRenameDialog *dialog)
{
    gtk_widget_init_template(GTK_WIDGET(dialog));
}

LeatRenameDialog *leat_rename_dialog_new(GtkWindow *parent, LeatLibraryModel *library,
                                         LeatRecordingItem *item)
{
    LeatRenameDialog *dialog = g_object_new(LEAT_TYPE_RENAME_DIALOG, "transient-for", parent, NULL);

    dialog->library = g_object_ref(library);
    dialog->item = g_object_ref(item);
    gtk_editable_set_text(dialog->entry, leat_recording_item_name(item));
    typed(dialog);
    return dialog;
}
