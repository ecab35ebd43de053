/* SPDX-License-Identifier: MIT */
#include "gui/program-dialog.h"

struct _LeatProgramDialog {
    AdwMessageDialog parent_instance;

    GtkEditable *entry; /* the template's */
};

G_DEFINE_FINAL_TYPE(LeatProgramDialog, leat_program_dialog, ADW_TYPE_MESSAGE_DIALOG)

static guint chosen_signal, refused_signal;

static char *command_of(LeatProgramDialog *dialog)
{
    return g_strstrip(g_strdup(gtk_editable_get_text(dialog->entry)));
}

static void typed(LeatProgramDialog *dialog)
{
    g_autofree char *command = command_of(dialog);

    adw_message_dialog_set_response_enabled(ADW_MESSAGE_DIALOG(dialog), "use", *command);
}

static void responded(LeatProgramDialog *dialog, const char *response)
{
    g_autofree char *command = command_of(dialog);

    if (g_str_equal(response, "use"))
        g_signal_emit(dialog, chosen_signal, 0, command);
    else
        g_signal_emit(dialog, refused_signal, 0);
}

static void leat_program_dialog_class_init(LeatProgramDialogClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/org/leat/Leat/gui/program-dialog.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatProgramDialog, entry);
    gtk_widget_class_bind_template_callback(widget_class, typed);
    gtk_widget_class_bind_template_callback(widget_class, responded);
    chosen_signal = g_signal_new("chosen", LEAT_TYPE_PROGRAM_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
    refused_signal = g_signal_new("refused", LEAT_TYPE_PROGRAM_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
}

static void leat_program_dialog_init(LeatProgramDialog *dialog)
{
    gtk_widget_init_template(GTK_WIDGET(dialog));
}

LeatProgramDialog *leat_program_dialog_new(GtkWindow *parent, const char *command)
{
    LeatProgramDialog *dialog =
        g_object_new(LEAT_TYPE_PROGRAM_DIALOG, "transient-for", parent, NULL);

    gtk_editable_set_text(dialog->entry, command ? command : "");
    typed(dialog);
    return dialog;
}
