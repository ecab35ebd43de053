/* SPDX-License-Identifier: MIT */
#include "gui/compare-dialog.h"

#include "gui/model-list.h"
#include "gui/string-list.h"

#include <glib/gi18n.h>

struct _LeatCompareDialog {
    AdwWindow parent_instance;

    /* The template's. */
    AdwComboRow *first_row, *second_row;
    GtkStringList *names;
    GtkLabel *fault_label;
    GtkWidget *compare_button;

    LeatModelList *models;
};

G_DEFINE_FINAL_TYPE(LeatCompareDialog, leat_compare_dialog, ADW_TYPE_WINDOW)

static guint chosen_signal;

static const char *chosen_name(LeatCompareDialog *dialog, AdwComboRow *row)
{
    guint chosen = adw_combo_row_get_selected(row);

    return chosen == GTK_INVALID_LIST_POSITION ? NULL
                                               : gtk_string_list_get_string(dialog->names, chosen);
}

static void edited(LeatCompareDialog *dialog)
{
    guint count = g_list_model_get_n_items(G_LIST_MODEL(dialog->names));
    bool same = adw_combo_row_get_selected(dialog->first_row) ==
                adw_combo_row_get_selected(dialog->second_row);
    const char *fault = NULL;

    if (count < 2)
        fault = _("It takes two models; train another one, with another seed or more labels.");
    else if (same)
        fault = _("Choose two different models.");
    gtk_label_set_label(dialog->fault_label, fault ? fault : "");
    gtk_widget_set_visible(GTK_WIDGET(dialog->fault_label), fault != NULL);
    gtk_widget_set_sensitive(dialog->compare_button, !fault);
}

/* `name` as far as it is there, else the entry at `otherwise`, if there is one. */
static void choose(LeatCompareDialog *dialog, AdwComboRow *row, const char *name, guint otherwise)
{
    guint count = g_list_model_get_n_items(G_LIST_MODEL(dialog->names)), place = otherwise;

    for (guint i = 0; name && i < count; i++)
        if (g_str_equal(gtk_string_list_get_string(dialog->names, i), name))
            place = i;
    if (place < count)
        adw_combo_row_set_selected(row, place);
}

/* What is chosen stays chosen; at first it is the two that were made last. */
static void show_models(LeatCompareDialog *dialog)
{
    const GPtrArray *models = leat_model_list_models(dialog->models);
    bool could_choose = g_list_model_get_n_items(G_LIST_MODEL(dialog->names)) > 1;
    g_autofree char *first = could_choose ? g_strdup(chosen_name(dialog, dialog->first_row)) : NULL;
    g_autofree char *second =
        could_choose ? g_strdup(chosen_name(dialog, dialog->second_row)) : NULL;
    g_autofree const char **names = g_new0(const char *, models->len + 1);

    for (guint i = 0; i < models->len; i++)
        names[i] = ((const LeatStoredModel *)models->pdata[i])->name;
    if (leat_string_list_set(dialog->names, 0, names)) {
        choose(dialog, dialog->first_row, first, 1);
        choose(dialog, dialog->second_row, second, 0);
    }
    edited(dialog);
}

static void compare(LeatCompareDialog *dialog)
{
    const char *first = chosen_name(dialog, dialog->first_row);
    const char *second = chosen_name(dialog, dialog->second_row);

    if (first && second)
        g_signal_emit(dialog, chosen_signal, 0, first, second);
    gtk_window_close(GTK_WINDOW(dialog));
}

static void leat_compare_dialog_dispose(GObject *object)
{
    g_clear_object(&LEAT_COMPARE_DIALOG(object)->models);
    G_OBJECT_CLASS(leat_compare_dialog_parent_class)->dispose(object);
}

static void leat_compare_dialog_class_init(LeatCompareDialogClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = leat_compare_dialog_dispose;
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/org/leat/Leat/gui/compare-dialog.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatCompareDialog, first_row);
    gtk_widget_class_bind_template_child(widget_class, LeatCompareDialog, second_row);
    gtk_widget_class_bind_template_child(widget_class, LeatCompareDialog, names);
    gtk_widget_class_bind_template_child(widget_class, LeatCompareDialog, fault_label);
    gtk_widget_class_bind_template_child(widget_class, LeatCompareDialog, compare_button);
    gtk_widget_class_bind_template_callback(widget_class, edited);
    gtk_widget_class_bind_template_callback(widget_class, compare);
    gtk_widget_class_add_binding_action(widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
    chosen_signal = g_signal_new("chosen", LEAT_TYPE_COMPARE_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

static void leat_compare_dialog_init(LeatCompareDialog *dialog)
{
    gtk_widget_init_template(GTK_WIDGET(dialog));
}

LeatCompareDialog *leat_compare_dialog_new(GtkWindow *parent, LeatLibraryModel *library)
{
    LeatCompareDialog *dialog =
        g_object_new(LEAT_TYPE_COMPARE_DIALOG, "transient-for", parent, NULL);

    dialog->models = leat_model_list_new(library);
    g_signal_connect_object(dialog->models, "loaded", G_CALLBACK(show_models), dialog,
                            G_CONNECT_SWAPPED);
    show_models(dialog);
    return dialog;
}
