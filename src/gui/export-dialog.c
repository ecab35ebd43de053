/* SPDX-License-Identifier: MIT */
#include "gui/export-dialog.h"

#include "base/clock.h"
#include "gui/css-class.h"
#include "gui/playback-text.h"

#include <glib/gi18n.h>
#include <string.h>

struct _LeatExportDialog {
    AdwWindow parent_instance;

    /* The template's. */
    GtkWidget *export_button;
    AdwComboRow *kind_row;
    AdwExpanderRow *part_row;
    GtkEditable *from_row;
    GtkEditable *to_row;
    GtkEditable *folder_row;
    GtkEditable *file_row;
    GtkLabel *fault_label;

    LeatRecordingItem *item;
    char *out; /* of the last request */
};

G_DEFINE_FINAL_TYPE(LeatExportDialog, leat_export_dialog, ADW_TYPE_WINDOW)

static guint chosen_signal;

/* In the order of the list in the template. */
static const char *const endings[] = {".mkv", ".mp4", "/", ".csv"};

static const char *ending_of(LeatExportDialog *dialog)
{
    return endings[MIN(adw_combo_row_get_selected(dialog->kind_row), G_N_ELEMENTS(endings) - 1)];
}

/* A file name made from the recording's name. */
static char *plain_name(const char *name)
{
    char *plain = g_strdup(name);

    g_strdelimit(plain, "/\\", '-');
    if (*plain == '.')
        *plain = '-';
    return plain;
}

static bool parse_time(GtkEditable *row, int64_t otherwise, int64_t *ns)
{
    const char *text = gtk_editable_get_text(row);

    *ns = otherwise;
    return !*text || leat_playback_parse_time(text, ns);
}

static void mark(GtkEditable *row, bool good)
{
    leat_css_class_set(GTK_WIDGET(row), "error", !good);
}

/* NULL when the times will do. */
static const char *fault_of_part(LeatExportDialog *dialog, int64_t *from_ns, int64_t *to_ns)
{
    int64_t duration_ns = leat_recording_item_recording(dialog->item)->duration_ns;
    bool from, to;

    *from_ns = 0;
    *to_ns = LEAT_FOREVER;
    if (!adw_expander_row_get_enable_expansion(dialog->part_row))
        return NULL;
    from = parse_time(dialog->from_row, 0, from_ns);
    to = parse_time(dialog->to_row, LEAT_FOREVER, to_ns);
    mark(dialog->from_row, from && *from_ns < duration_ns);
    mark(dialog->to_row, to && *to_ns > *from_ns);
    if (!from || !to)
        return _("Give times such as 1:30 or 12.5s");
    if (*from_ns >= duration_ns)
        return _("The recording is not that long");
    return *to_ns > *from_ns ? NULL : _("The end must be after the beginning");
}

static const char *fault_of(LeatExportDialog *dialog)
{
    int64_t from_ns, to_ns;
    const char *fault = fault_of_part(dialog, &from_ns, &to_ns);
    const char *name = gtk_editable_get_text(dialog->file_row);
    bool named = *name && !strchr(name, '/');

    mark(dialog->file_row, named);
    if (!fault && !named)
        fault = _("Give a name without a “/”");
    return fault;
}

static void edited(LeatExportDialog *dialog)
{
    const char *fault;

    if (!dialog->item)
        return;
    fault = fault_of(dialog);
    gtk_label_set_label(dialog->fault_label, fault ? fault : "");
    gtk_widget_set_visible(GTK_WIDGET(dialog->fault_label), fault != NULL);
    gtk_widget_set_sensitive(dialog->export_button, !fault);
}

static char *out_of(LeatExportDialog *dialog)
{
    const char *folder = gtk_editable_get_text(dialog->folder_row);
    const char *name = gtk_editable_get_text(dialog->file_row);
    const char *ending = ending_of(dialog);
    g_autofree char *whole =
        g_str_has_suffix(name, ending) ? g_strdup(name) : g_strconcat(name, ending, NULL);
    g_autofree char *path = g_canonicalize_filename(folder, g_get_home_dir());

    return g_strconcat(path, "/", whole, NULL);
}

LeatTaskRequest leat_export_dialog_request(LeatExportDialog *dialog)
{
    LeatTaskRequest request = {
        .kind = LEAT_TASK_EXPORT,
        .recording = leat_recording_item_id(dialog->item),
        .name = leat_recording_item_name(dialog->item),
    };

    g_free(dialog->out);
    dialog->out = out_of(dialog);
    request.text = dialog->out;
    fault_of_part(dialog, &request.from_ns, &request.to_ns);
    return request;
}

static void export(LeatExportDialog *dialog)
{
    if (fault_of(dialog))
        return;
    g_signal_emit(dialog, chosen_signal, 0);
    gtk_window_close(GTK_WINDOW(dialog));
}

static void folder_chosen(GtkNativeDialog *chooser, int response, gpointer dialog)
{
    g_autoptr(GFile) file = NULL;

    if (response == GTK_RESPONSE_ACCEPT)
        file = gtk_file_chooser_get_file(GTK_FILE_CHOOSER(chooser));
    gtk_native_dialog_hide(chooser);
    if (file && g_file_peek_path(file))
        gtk_editable_set_text(LEAT_EXPORT_DIALOG(dialog)->folder_row, g_file_peek_path(file));
}

static void choose_folder(LeatExportDialog *dialog)
{
    GtkFileChooserNative *native =
        gtk_file_chooser_native_new(_("Export to a Folder"), GTK_WINDOW(dialog),
                                    GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _("_Choose"), NULL);

    gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(native), TRUE);
    g_signal_connect_object(native, "response", G_CALLBACK(folder_chosen), dialog, 0);
    /* A native dialog belongs to whoever made it: until the next one or the dialog's end. */
    g_object_set_data_full(G_OBJECT(dialog), "leat-folder-chooser", native, g_object_unref);
    gtk_native_dialog_show(GTK_NATIVE_DIALOG(native));
}

static void leat_export_dialog_dispose(GObject *object)
{
    g_clear_object(&LEAT_EXPORT_DIALOG(object)->item);
    G_OBJECT_CLASS(leat_export_dialog_parent_class)->dispose(object);
}

static void leat_export_dialog_finalize(GObject *object)
{
    g_free(LEAT_EXPORT_DIALOG(object)->out);
    G_OBJECT_CLASS(leat_export_dialog_parent_class)->finalize(object);
}

static void leat_export_dialog_class_init(LeatExportDialogClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = leat_export_dialog_dispose;
    G_OBJECT_CLASS(class)->finalize = leat_export_dialog_finalize;
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/org/leat/Leat/gui/export-dialog.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatExportDialog, export_button);
    gtk_widget_class_bind_template_child(widget_class, LeatExportDialog, kind_row);
    gtk_widget_class_bind_template_child(widget_class, LeatExportDialog, part_row);
    gtk_widget_class_bind_template_child(widget_class, LeatExportDialog, from_row);
    gtk_widget_class_bind_template_child(widget_class, LeatExportDialog, to_row);
    gtk_widget_class_bind_template_child(widget_class, LeatExportDialog, folder_row);
    gtk_widget_class_bind_template_child(widget_class, LeatExportDialog, file_row);
    gtk_widget_class_bind_template_child(widget_class, LeatExportDialog, fault_label);
    gtk_widget_class_bind_template_callback(widget_class, edited);
    gtk_widget_class_bind_template_callback(widget_class, export);
    gtk_widget_class_bind_template_callback(widget_class, choose_folder);
    gtk_widget_class_add_binding_action(widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
    chosen_signal = g_signal_new("chosen", LEAT_TYPE_EXPORT_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

/* An expander row names all of itself but its switch. */
static void name_switch(GtkWidget *within, const char *name)
{
    GtkWidget *child;

    if (GTK_IS_SWITCH(within))
        gtk_accessible_update_property(GTK_ACCESSIBLE(within), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                       -1);
    for (child = gtk_widget_get_first_child(within); child;
         child = gtk_widget_get_next_sibling(child))
        name_switch(child, name);
}

static void leat_export_dialog_init(LeatExportDialog *dialog)
{
    gtk_widget_init_template(GTK_WIDGET(dialog));
    name_switch(GTK_WIDGET(dialog->part_row),
                adw_preferences_row_get_title(ADW_PREFERENCES_ROW(dialog->part_row)));
}

LeatExportDialog *leat_export_dialog_new(GtkWindow *parent, LeatRecordingItem *item)
{
    LeatExportDialog *dialog = g_object_new(LEAT_TYPE_EXPORT_DIALOG, "transient-for", parent,
                                            "destroy-with-parent", TRUE, NULL);
    const char *videos = g_get_user_special_dir(G_USER_DIRECTORY_VIDEOS);
    g_autofree char *name = plain_name(leat_recording_item_name(item));
    g_autofree char *title = g_strdup_printf(_("Export “%s”"), leat_recording_item_name(item));

    dialog->item = g_object_ref(item);
    gtk_window_set_title(GTK_WINDOW(dialog), title);
    gtk_editable_set_text(dialog->folder_row, videos ? videos : g_get_home_dir());
    gtk_editable_set_text(dialog->file_row, name);
    gtk_widget_grab_focus(GTK_WIDGET(dialog->file_row));
    edited(dialog);
    return dialog;
}
