/* SPDX-License-Identifier: MIT */
#include "gui/recording-dialog.h"

#include "gui/css-class.h"
#include "gui/wheel.h"
#include "store/store-recordings.h"

#include <glib/gi18n.h>

#define CREATE "recording-dialog.create"

struct _LeatRecordingDialog {
    AdwWindow parent_instance;

    /* The template's. */
    AdwEntryRow *name_row;
    GtkLabel *name_fault;
    GtkSpinButton *rate_spin;
    AdwComboRow *codec_row;
    GtkStringList *codec_names;
    GtkWidget *quality_row;
    GtkSpinButton *quality_spin;

    LeatLibraryModel *library;
};

G_DEFINE_FINAL_TYPE(LeatRecordingDialog, leat_recording_dialog, ADW_TYPE_WINDOW)

static guint created_signal;

/* In the order of the row's entries. */
static const LeatCodec codecs[] = {LEAT_CODEC_MJPEG, LEAT_CODEC_FFV1, LEAT_CODEC_H264,
                                   LEAT_CODEC_RAWVIDEO};

static char *typed_name(LeatRecordingDialog *dialog)
{
    return g_strstrip(g_strdup(gtk_editable_get_text(GTK_EDITABLE(dialog->name_row))));
}

static LeatCodec chosen_codec(LeatRecordingDialog *dialog)
{
    return codecs[MIN(adw_combo_row_get_selected(dialog->codec_row), G_N_ELEMENTS(codecs) - 1)];
}

/* What is wrong with a name, NULL when nothing is; free with g_free. */
static char *fault_of(LeatRecordingDialog *dialog, const char *name)
{
    g_autoptr(GError) error = NULL;

    /* Then it is an automatic one. */
    if (!*name)
        return NULL;
    if (!leat_store_check_name(name, &error)) {
        error->message[0] = g_ascii_toupper(error->message[0]);
        return g_steal_pointer(&error->message);
    }
    if (leat_library_model_has_name(dialog->library, name))
        return g_strdup(_("The library has a recording of this name; choose another"));
    return NULL;
}

static void check_name(LeatRecordingDialog *dialog)
{
    g_autofree char *name = typed_name(dialog);
    g_autofree char *fault = fault_of(dialog, name);
    GtkWidget *row = GTK_WIDGET(dialog->name_row);

    gtk_label_set_label(dialog->name_fault,
                        fault ? fault : _("Left empty, it gets the next free number"));
    leat_css_class_set(row, "error", fault != NULL);
    leat_css_class_set(GTK_WIDGET(dialog->name_fault), "error", fault != NULL);
    leat_css_class_set(GTK_WIDGET(dialog->name_fault), "dim-label", !fault);
    gtk_widget_action_set_enabled(GTK_WIDGET(dialog), CREATE, !fault);
}

static void show_codec(LeatRecordingDialog *dialog, int quality)
{
    LeatCodec codec = chosen_codec(dialog);
    int standard = leat_recording_plan_default_quality(codec);

    adw_action_row_set_subtitle(ADW_ACTION_ROW(dialog->codec_row),
                                leat_recording_plan_codec_use(codec));
    gtk_widget_set_visible(dialog->quality_row, standard > 0);
    gtk_spin_button_set_value(dialog->quality_spin, quality > 0 ? quality : standard);
}

static void codec_selected(LeatRecordingDialog *dialog)
{
    show_codec(dialog, 0);
}

static LeatRational chosen_rate(LeatRecordingDialog *dialog)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    LeatRational rate = {0, 0};

    gtk_spin_button_update(dialog->rate_spin);
    g_ascii_formatd(text, sizeof text, "%.2f", gtk_spin_button_get_value(dialog->rate_spin));
    /* 0 is refused and leaves it unset: every frame. */
    if (!leat_parse_rate(text, &rate, NULL))
        rate = (LeatRational){0, 0};
    return rate;
}

static void create(GtkWidget *widget, const char *action, GVariant *parameter)
{
    LeatRecordingDialog *dialog = LEAT_RECORDING_DIALOG(widget);
    g_autofree char *name = typed_name(dialog);
    LeatRecordingPlan plan = {
        .name = *name ? name : NULL, .rate = chosen_rate(dialog), .codec = chosen_codec(dialog)};
    int standard = leat_recording_plan_default_quality(plan.codec);

    gtk_spin_button_update(dialog->quality_spin);
    if (standard > 0 && gtk_spin_button_get_value_as_int(dialog->quality_spin) != standard)
        plan.quality = gtk_spin_button_get_value_as_int(dialog->quality_spin);
    g_signal_emit(dialog, created_signal, 0, &plan);
    gtk_window_close(GTK_WINDOW(dialog));
}

static void name_activated(LeatRecordingDialog *dialog)
{
    gtk_widget_activate_action(GTK_WIDGET(dialog), CREATE, NULL);
}

static int rate_input(GtkSpinButton *spin, double *value, gpointer data)
{
    const char *text = gtk_editable_get_text(GTK_EDITABLE(spin));
    char *end;

    if (g_str_equal(text, _("Every frame")) || !*text) {
        *value = 0;
        return TRUE;
    }
    *value = g_strtod(text, &end);
    return *g_strchug(end) ? GTK_INPUT_ERROR : TRUE;
}

static gboolean rate_output(GtkSpinButton *spin, gpointer data)
{
    double value = gtk_spin_button_get_value(spin);
    g_autofree char *text = value > 0 ? g_strdup_printf("%.4g", value) : g_strdup(_("Every frame"));

    if (!g_str_equal(text, gtk_editable_get_text(GTK_EDITABLE(spin))))
        gtk_editable_set_text(GTK_EDITABLE(spin), text);
    return TRUE;
}

static void leat_recording_dialog_dispose(GObject *object)
{
    g_clear_object(&LEAT_RECORDING_DIALOG(object)->library);
    G_OBJECT_CLASS(leat_recording_dialog_parent_class)->dispose(object);
}

static void leat_recording_dialog_class_init(LeatRecordingDialogClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = leat_recording_dialog_dispose;
    created_signal = g_signal_new("created", LEAT_TYPE_RECORDING_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/org/leat/Leat/gui/recording-dialog.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingDialog, name_row);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingDialog, name_fault);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingDialog, rate_spin);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingDialog, codec_row);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingDialog, codec_names);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingDialog, quality_row);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingDialog, quality_spin);
    gtk_widget_class_bind_template_callback(widget_class, check_name);
    gtk_widget_class_bind_template_callback(widget_class, name_activated);
    gtk_widget_class_bind_template_callback(widget_class, codec_selected);
    gtk_widget_class_bind_template_callback(widget_class, rate_input);
    gtk_widget_class_bind_template_callback(widget_class, rate_output);
    gtk_widget_class_install_action(widget_class, CREATE, NULL, create);
}

static void leat_recording_dialog_init(LeatRecordingDialog *dialog)
{
    gtk_widget_init_template(GTK_WIDGET(dialog));
    leat_wheel_only_scrolls(GTK_WIDGET(dialog));
    for (size_t i = 0; i < G_N_ELEMENTS(codecs); i++)
        gtk_string_list_append(dialog->codec_names, leat_recording_plan_codec_name(codecs[i]));
}

static void show_plan(LeatRecordingDialog *dialog, const LeatRecordingPlan *plan)
{
    gtk_editable_set_text(GTK_EDITABLE(dialog->name_row), plan->name ? plan->name : "");
    gtk_spin_button_set_value(
        dialog->rate_spin, leat_rational_is_set(plan->rate) ? leat_rational_value(plan->rate) : 0);
    for (guint i = 0; i < G_N_ELEMENTS(codecs); i++)
        if (codecs[i] == plan->codec)
            adw_combo_row_set_selected(dialog->codec_row, i);
    show_codec(dialog, plan->quality);
    check_name(dialog);
}

LeatRecordingDialog *leat_recording_dialog_new(GtkWindow *parent, LeatLibraryModel *library,
                                               const LeatRecordingPlan *plan)
{
    LeatRecordingDialog *dialog =
        g_object_new(LEAT_TYPE_RECORDING_DIALOG, "transient-for", parent, NULL);

    dialog->library = g_object_ref(library);
    leat_library_model_refresh(library);
    g_signal_connect_object(library, "loaded", G_CALLBACK(check_name), dialog, G_CONNECT_SWAPPED);
    show_plan(dialog, plan);
    gtk_widget_grab_focus(GTK_WIDGET(dialog->name_row));
    return dialog;
}
