/* SPDX-License-Identifier: MIT */
#include "gui/training-window.h"

#include "base/error.h"
#include "gui/model-result.h"
#include "gui/training-form.h"
#include "gui/training-view.h"

#include <glib/gi18n.h>

#define START "training.start"

struct _LeatTrainingWindow {
    AdwWindow parent_instance;

    /* The template's. */
    GtkStack *stack;
    LeatTrainingForm *form;
    GtkProgressBar *progress_bar;
    LeatTrainingView *training_view;
    GtkLabel *epoch_label;
    LeatModelResult *model_result;
    GtkWidget *start_button, *cancel_button, *again_button, *use_button;

    LeatLibraryModel *library;
    LeatTraining *training;
    char *model; /* that the result is of */
};

G_DEFINE_FINAL_TYPE(LeatTrainingWindow, leat_training_window, ADW_TYPE_WINDOW)

static guint use_signal;

static bool is_shown(LeatTrainingWindow *window, const char *page)
{
    return g_strcmp0(gtk_stack_get_visible_child_name(window->stack), page) == 0;
}

static void update(LeatTrainingWindow *window)
{
    bool choose = is_shown(window, "choose"), done = is_shown(window, "done");

    gtk_widget_set_visible(window->start_button, choose);
    gtk_widget_set_visible(window->cancel_button, is_shown(window, "run"));
    gtk_widget_set_visible(window->again_button, done);
    gtk_widget_set_visible(window->use_button, done);
    gtk_widget_action_set_enabled(GTK_WIDGET(window), START,
                                  choose && leat_training_form_is_ready(window->form));
}

static void show(LeatTrainingWindow *window, const char *page)
{
    gtk_stack_set_visible_child_name(window->stack, page);
    update(window);
}

static void show_last_epoch(LeatTrainingWindow *window, const GArray *curve)
{
    const LeatTrainingEpoch *last =
        curve->len > 0 ? &g_array_index(curve, LeatTrainingEpoch, curve->len - 1) : NULL;
    g_autofree char *text = NULL;

    if (last && last->accuracy > 0)
        text = g_strdup_printf(_("After epoch %u: %.1f %% right, loss %.3g"), last->epoch,
                               100 * last->accuracy, last->validation_loss);
    else if (last)
        text = g_strdup_printf(_("After epoch %u: loss %.3g"), last->epoch, last->validation_loss);
    gtk_label_set_label(window->epoch_label, text ? text : "");
}

static bool learns_number(const GArray *curve)
{
    for (guint i = 0; i < curve->len; i++)
        if (g_array_index(curve, LeatTrainingEpoch, i).mean_absolute_error > 0)
            return true;
    return false;
}

static void training_changed(LeatTrainingWindow *window)
{
    const LeatTrainStanding *standing = leat_training_standing(window->training);
    g_autofree char *text = leat_training_text(window->training);

    if (leat_training_is_busy(window->training) && !is_shown(window, "run"))
        show(window, "run");
    gtk_progress_bar_set_fraction(window->progress_bar, leat_training_share(window->training));
    gtk_progress_bar_set_text(window->progress_bar, text);
    leat_training_view_set_curve(window->training_view, standing->curve, standing->progress.epochs,
                                 0, learns_number(standing->curve));
    show_last_epoch(window, standing->curve);
}

static void training_ended(LeatTrainingWindow *window)
{
    const GError *error = leat_training_error(window->training);
    const char *model = leat_training_model(window->training);

    leat_training_form_tell(window->form, NULL);
    if (model) {
        g_free(window->model);
        window->model = g_strdup(model);
        leat_model_result_show(window->model_result, window->library, model);
        show(window, "done");
        return;
    }
    if (g_error_matches(error, LEAT_ERROR, LEAT_ERROR_CANCELLED))
        leat_training_form_tell(window->form,
                                leat_training_standing(window->training)->kept
                                    ? _("The training was cancelled; no model was made.")
                                    : _("The training was cancelled; nothing was kept."));
    else if (error)
        leat_training_form_tell(window->form, error->message);
    leat_training_form_refresh(window->form);
    show(window, "choose");
}

/* A look at the labels as they are now. */
static void mapped(LeatTrainingWindow *window)
{
    leat_training_form_refresh(window->form);
}

static void library_changed(LeatTrainingWindow *window)
{
    leat_training_form_tell(window->form, NULL);
    if (is_shown(window, "done"))
        show(window, "choose");
    leat_training_form_refresh(window->form);
}

static void start(GtkWidget *widget, const char *action, GVariant *parameter)
{
    LeatTrainingWindow *window = LEAT_TRAINING_WINDOW(widget);
    LeatTrainOptions options = leat_training_form_options(window->form);
    g_autoptr(GError) error = NULL;

    leat_training_form_tell(window->form, NULL);
    if (!leat_training_start(window->training, &options, &error))
        leat_training_form_tell(window->form, error->message);
}

static void cancel(GtkWidget *widget, const char *action, GVariant *parameter)
{
    leat_training_cancel(LEAT_TRAINING_WINDOW(widget)->training);
}

static void choose(GtkWidget *widget, const char *action, GVariant *parameter)
{
    LeatTrainingWindow *window = LEAT_TRAINING_WINDOW(widget);

    leat_training_form_refresh(window->form);
    show(window, "choose");
}

static void use(GtkWidget *widget, const char *action, GVariant *parameter)
{
    g_signal_emit(widget, use_signal, 0, LEAT_TRAINING_WINDOW(widget)->model);
    gtk_window_close(GTK_WINDOW(widget));
}

static void leat_training_window_dispose(GObject *object)
{
    LeatTrainingWindow *window = LEAT_TRAINING_WINDOW(object);

    g_clear_object(&window->library);
    g_clear_object(&window->training);
    g_clear_pointer(&window->model, g_free);
    G_OBJECT_CLASS(leat_training_window_parent_class)->dispose(object);
}

static void leat_training_window_class_init(LeatTrainingWindowClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = leat_training_window_dispose;
    g_type_ensure(LEAT_TYPE_TRAINING_FORM);
    g_type_ensure(LEAT_TYPE_TRAINING_VIEW);
    g_type_ensure(LEAT_TYPE_MODEL_RESULT);
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/org/leat/Leat/gui/training-window.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatTrainingWindow, stack);
    gtk_widget_class_bind_template_child(widget_class, LeatTrainingWindow, form);
    gtk_widget_class_bind_template_child(widget_class, LeatTrainingWindow, progress_bar);
    gtk_widget_class_bind_template_child(widget_class, LeatTrainingWindow, training_view);
    gtk_widget_class_bind_template_child(widget_class, LeatTrainingWindow, epoch_label);
    gtk_widget_class_bind_template_child(widget_class, LeatTrainingWindow, model_result);
    gtk_widget_class_bind_template_child(widget_class, LeatTrainingWindow, start_button);
    gtk_widget_class_bind_template_child(widget_class, LeatTrainingWindow, cancel_button);
    gtk_widget_class_bind_template_child(widget_class, LeatTrainingWindow, again_button);
    gtk_widget_class_bind_template_child(widget_class, LeatTrainingWindow, use_button);
    gtk_widget_class_bind_template_callback(widget_class, mapped);
    gtk_widget_class_bind_template_callback(widget_class, update);
    gtk_widget_class_install_action(widget_class, START, NULL, start);
    gtk_widget_class_install_action(widget_class, "training.cancel", NULL, cancel);
    gtk_widget_class_install_action(widget_class, "training.choose", NULL, choose);
    gtk_widget_class_install_action(widget_class, "training.use", NULL, use);
    use_signal = g_signal_new("use", LEAT_TYPE_TRAINING_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                              NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void leat_training_window_init(LeatTrainingWindow *window)
{
    gtk_widget_init_template(GTK_WIDGET(window));
}

LeatTrainingWindow *leat_training_window_new(GtkWindow *parent, LeatLibraryModel *library,
                                             LeatModelList *models, LeatTraining *training)
{
    LeatTrainingWindow *window =
        g_object_new(LEAT_TYPE_TRAINING_WINDOW, "transient-for", parent, NULL);

    window->library = g_object_ref(library);
    window->training = g_object_ref(training);
    leat_training_form_set_up(window->form, library, models);
    g_signal_connect_object(library, "changed", G_CALLBACK(library_changed), window,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(training, "changed", G_CALLBACK(training_changed), window,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(training, "ended", G_CALLBACK(training_ended), window,
                            G_CONNECT_SWAPPED);
    if (leat_training_is_busy(training))
        training_changed(window);
    update(window);
    return window;
}
