/* SPDX-License-Identifier: MIT */
#include "gui/model-result.h"

#include "app/model-report.h"
#include "gui/background.h"
#include "gui/confusion-grid.h"
#include "gui/training-view.h"

#include <glib/gi18n.h>

/* Of the worst frames. */
#define MOST_ROWS 10

struct _LeatModelResult {
    AdwBin parent_instance;

    /* The template's. */
    GtkStack *stack;
    GtkLabel *failure_label, *headline_label, *facts_label;
    LeatTrainingView *training_view;
    GtkWidget *confusion_group, *worst_group;
    GtkGrid *confusion_grid;
    GtkListBox *worst_list;

    LeatLibraryModel *library;
    char *model;
    LeatModelReport *report; /* NULL before it was read */
    LeatBackground *background;
};

G_DEFINE_FINAL_TYPE(LeatModelResult, leat_model_result, ADW_TYPE_BIN)

static guint loaded_signal;

/* What is read; the thread's, then the main loop's. */
typedef struct {
    char *path, *model;
    LeatModelReport *report;
    GError *error;
} Reading;

static void free_reading(void *data)
{
    Reading *reading = data;

    leat_model_report_free(reading->report);
    g_clear_error(&reading->error);
    g_free(reading->path);
    g_free(reading->model);
    g_free(reading);
}

static void *read_model(void *data)
{
    Reading *reading = data;

    reading->report = leat_model_report_read(reading->path, reading->model, &reading->error);
    return reading;
}

static void show_summary(LeatModelResult *result)
{
    const LeatModelReport *report = result->report;
    g_autofree char *headline = report->number
                                    ? g_strdup_printf(_("Mean error %.4g"), report->error)
                                    : g_strdup_printf(_("%.1f %% right"), 100 * report->accuracy);
    g_autofree char *measured =
        report->validation_samples > 0
            ? g_strdup_printf(ngettext("Measured on %u frame kept apart.",
                                       "Measured on %u frames kept apart.",
                                       report->validation_samples),
                              report->validation_samples)
            : g_strdup(_("There were too few frames to keep some apart: measured on those that it "
                         "has learned."));
    g_autofree char *learned = g_strdup_printf(
        ngettext("Learned from %u frame", "Learned from %u frames", report->train_samples),
        report->train_samples);
    g_autofree char *fits =
        report->number ? g_strdup_printf(_("mean error %.4g on those"), report->train_error)
                       : g_strdup_printf(_("%.1f %% right on those"), 100 * report->train_accuracy);
    g_autofree char *epochs = g_strdup_printf(
        ngettext("%u epoch, the best was %u", "%u epochs, the best was %u", report->epochs),
        report->epochs, report->best_epoch);
    g_autofree char *facts = g_strdup_printf("%s\n%s, %s.\n%s.", measured, learned, fits, epochs);

    gtk_label_set_label(result->headline_label, headline);
    gtk_label_set_label(result->facts_label, facts);
}

static char *where(LeatModelResult *result, const LeatWorstFrame *frame)
{
    LeatRecordingItem *item = leat_library_model_find(result->library, frame->recording);

    if (item)
        return g_strdup_printf(_("%s, frame %lld"), leat_recording_item_name(item),
                               (long long)frame->seq);
    return g_strdup_printf(_("Recording %lld, frame %lld"), (long long)frame->recording,
                           (long long)frame->seq);
}

static char *what(const LeatModelReport *report, const LeatWorstFrame *frame)
{
    if (report->number)
        return g_strdup_printf(_("%.4g, read as %.4g"), frame->value, frame->score);
    if (g_strcmp0(frame->label, frame->prediction) == 0)
        return g_strdup_printf(_("%s, taken for it with %.0f %%"), frame->label,
                               100 * frame->score);
    return g_strdup_printf(_("%s, taken for %s with %.0f %%"), frame->label, frame->prediction,
                           100 * frame->score);
}

static void add_worst(LeatModelResult *result, const LeatWorstFrame *frame)
{
    g_autofree char *title = where(result, frame);
    g_autofree char *subtitle = what(result->report, frame);
    GtkWidget *row = adw_action_row_new();

    adw_preferences_row_set_use_markup(ADW_PREFERENCES_ROW(row), FALSE);
    adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), title);
    adw_action_row_set_subtitle(ADW_ACTION_ROW(row), subtitle);
    gtk_list_box_row_set_activatable(
        GTK_LIST_BOX_ROW(row), leat_library_model_find(result->library, frame->recording) != NULL);
    gtk_list_box_append(result->worst_list, row);
}

static void show_worst(LeatModelResult *result)
{
    const GPtrArray *worst = result->report->worst;
    GtkWidget *row;

    while ((row = gtk_widget_get_first_child(GTK_WIDGET(result->worst_list))))
        gtk_list_box_remove(result->worst_list, row);
    for (guint i = 0; i < MIN(worst->len, MOST_ROWS); i++)
        add_worst(result, worst->pdata[i]);
    gtk_widget_set_visible(result->worst_group, worst->len > 0);
}

static void show_report(LeatModelResult *result)
{
    const LeatModelReport *report = result->report;

    show_summary(result);
    leat_training_view_set_curve(result->training_view, report->curve, 0, report->best_epoch,
                                 report->number);
    if (report->confusion)
        leat_confusion_grid_fill(result->confusion_grid, (const char *const *)report->labels,
                                 report->confusion, report->outputs);
    gtk_widget_set_visible(result->confusion_group, report->confusion != NULL);
    show_worst(result);
    gtk_stack_set_visible_child_name(result->stack, "report");
}

static void show_failure(LeatModelResult *result, const GError *error)
{
    gtk_label_set_label(result->failure_label, error->message);
    gtk_stack_set_visible_child_name(result->stack, "failed");
}

static void begin(LeatModelResult *result);

static void take(void *data, void *target)
{
    LeatModelResult *result = target;
    Reading *reading = data;
    bool wanted = g_strcmp0(reading->model, result->model) == 0 &&
                  g_strcmp0(reading->path, leat_library_model_path(result->library)) == 0;

    g_clear_pointer(&result->background, leat_background_free);
    if (!wanted) {
        begin(result);
    } else if (reading->error) {
        show_failure(result, reading->error);
        g_signal_emit(result, loaded_signal, 0);
    } else {
        leat_model_report_free(result->report);
        result->report = g_steal_pointer(&reading->report);
        show_report(result);
        g_signal_emit(result, loaded_signal, 0);
    }
    free_reading(reading);
}

static void begin(LeatModelResult *result)
{
    LeatBackgroundCall call = {"read-model", read_model, take, free_reading, NULL, NULL};
    g_autoptr(GError) error = NULL;
    Reading *reading;

    if (result->background)
        return;
    reading = g_new0(Reading, 1);
    reading->path = g_strdup(leat_library_model_path(result->library));
    reading->model = g_strdup(result->model);
    call.data = reading;
    result->background = leat_background_new(&call, result, &error);
    if (result->background)
        return;
    free_reading(reading);
    show_failure(result, error);
}

void leat_model_result_show(LeatModelResult *result, LeatLibraryModel *library, const char *model)
{
    g_set_object(&result->library, library);
    g_free(result->model);
    result->model = g_strdup(model);
    gtk_stack_set_visible_child_name(result->stack, "loading");
    begin(result);
}

static void worst_activated(LeatModelResult *result, GtkListBoxRow *row)
{
    const LeatWorstFrame *frame = result->report->worst->pdata[gtk_list_box_row_get_index(row)];
    GtkWindow *dialog = GTK_WINDOW(gtk_widget_get_root(GTK_WIDGET(result)));
    GtkWindow *window = gtk_window_get_transient_for(dialog);

    gtk_widget_activate_action(GTK_WIDGET(window), "win.show-frame", "(xx)", frame->recording,
                               frame->seq);
    gtk_window_present(window);
}

static void leat_model_result_dispose(GObject *object)
{
    LeatModelResult *result = LEAT_MODEL_RESULT(object);

    g_clear_pointer(&result->background, leat_background_free);
    g_clear_object(&result->library);
    G_OBJECT_CLASS(leat_model_result_parent_class)->dispose(object);
}

static void leat_model_result_finalize(GObject *object)
{
    LeatModelResult *result = LEAT_MODEL_RESULT(object);

    leat_model_report_free(result->report);
    g_free(result->model);
    G_OBJECT_CLASS(leat_model_result_parent_class)->finalize(object);
}

static void leat_model_result_class_init(LeatModelResultClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = leat_model_result_dispose;
    G_OBJECT_CLASS(class)->finalize = leat_model_result_finalize;
    g_type_ensure(LEAT_TYPE_TRAINING_VIEW);
    gtk_widget_class_set_template_from_resource(widget_class, "/org/leat/Leat/gui/model-result.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatModelResult, stack);
    gtk_widget_class_bind_template_child(widget_class, LeatModelResult, failure_label);
    gtk_widget_class_bind_template_child(widget_class, LeatModelResult, headline_label);
    gtk_widget_class_bind_template_child(widget_class, LeatModelResult, facts_label);
    gtk_widget_class_bind_template_child(widget_class, LeatModelResult, training_view);
    gtk_widget_class_bind_template_child(widget_class, LeatModelResult, confusion_group);
    gtk_widget_class_bind_template_child(widget_class, LeatModelResult, worst_group);
    gtk_widget_class_bind_template_child(widget_class, LeatModelResult, confusion_grid);
    gtk_widget_class_bind_template_child(widget_class, LeatModelResult, worst_list);
    gtk_widget_class_bind_template_callback(widget_class, worst_activated);
    loaded_signal = g_signal_new("loaded", LEAT_TYPE_MODEL_RESULT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void leat_model_result_init(LeatModelResult *result)
{
    gtk_widget_init_template(GTK_WIDGET(result));
}
