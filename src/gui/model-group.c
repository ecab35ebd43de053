/* SPDX-License-Identifier: MIT */
#include "gui/model-group.h"

#include "app/external-model.h"
#include "base/error.h"
#include "gui/annotation.h"
#include "gui/learner.h"
#include "gui/model-list.h"
#include "gui/model-memory.h"
#include "gui/model-window.h"
#include "gui/program-dialog.h"
#include "gui/string-list.h"
#include "gui/training-window.h"

#include <glib/gi18n.h>

#define DETAILS "model.details"

struct _LeatModelGroup {
    AdwPreferencesGroup parent_instance;

    /* The template's. */
    AdwComboRow *model_row;
    GtkStringList *names; /* its entries */
    GtkWidget *says_row, *progress_row;
    GtkLabel *says_label;
    GtkLevelBar *score_bar;
    GtkProgressBar *progress_bar;
    AdwActionRow *learn_row;
    GtkSwitch *learn_switch;

    LeatContext context;
    LeatSessionController *session;
    LeatModelList *models;
    LeatModelMemory *memory;
    LeatTraining *training;
    LeatTrainingWindow *window; /* its parent's; NULL before it was asked for */
    LeatLearner *learner;
    LeatAnnotation annotation;

    GPtrArray
        *choices;  /* what the row's entries stand for: "" for none, NULL for another program */
    char *program; /* "exec:COMMAND", the last that was chosen; or NULL */
    bool filling;
};

G_DEFINE_FINAL_TYPE(LeatModelGroup, leat_model_group, ADW_TYPE_PREFERENCES_GROUP)

static GtkWindow *window_of(LeatModelGroup *group)
{
    return GTK_WINDOW(gtk_widget_get_root(GTK_WIDGET(group)));
}

/* The model's name, or the program's line; NULL for none. */
static const char *in_use(LeatModelGroup *group)
{
    return leat_session_controller_model(group->session);
}

static void use(LeatModelGroup *group, const char *model)
{
    const char *path = leat_library_model_path(group->context.library);

    leat_model_memory_keep(group->memory, path, model);
    if (g_strcmp0(model, in_use(group)) != 0)
        leat_session_controller_set_model(group->session, path, model);
}

/* The entries of the row. */

/* A program's is its command. */
static const char *shown_name(const char *model)
{
    return leat_external_model_is_one(model) ? model + strlen(LEAT_EXTERNAL_MODEL_PREFIX) : model;
}

static char *describe_model(const LeatStoredModel *model)
{
    if (leat_external_model_is_one(model->name))
        return g_strdup(shown_name(model->name));
    if (model->has_accuracy)
        return g_strdup_printf(_("%s, %.1f %% right"), model->name, 100 * model->accuracy);
    return g_strdup(model->name);
}

static void add_choice(LeatModelGroup *group, GStrvBuilder *names, const char *name,
                       const char *choice)
{
    g_strv_builder_add(names, name);
    g_ptr_array_add(group->choices, g_strdup(choice));
}

static void select_choice(LeatModelGroup *group, const char *choice)
{
    for (guint i = 0; i < group->choices->len; i++)
        if (g_strcmp0(group->choices->pdata[i], choice) == 0)
            adw_combo_row_set_selected(group->model_row, i);
}

/* What the model is for; or that the one of last time is not there. */
static void show_subtitle(LeatModelGroup *group)
{
    g_autofree char *text = NULL;

    if (leat_model_memory_is_missed(group->memory))
        text = g_strdup_printf(_("“%s”, which was used last, is not available"),
                               shown_name(leat_model_memory_model(group->memory)));
    adw_action_row_set_subtitle(ADW_ACTION_ROW(group->model_row),
                                text ? text : _("Says what the picture shows"));
}

static void show_choices(LeatModelGroup *group)
{
    g_autoptr(GStrvBuilder) names = g_strv_builder_new();
    g_auto(GStrv) shown = NULL;
    const GPtrArray *models = leat_model_list_models(group->models);

    group->filling = true;
    g_ptr_array_set_size(group->choices, 0);
    add_choice(group, names, _("None"), "");
    for (guint i = 0; i < models->len; i++) {
        const LeatStoredModel *model = models->pdata[i];
        g_autofree char *name = describe_model(model);

        add_choice(group, names, name, model->name);
    }
    /* One that was just trained is in use before the list has it. */
    if (in_use(group) && !leat_external_model_is_one(in_use(group)) &&
        !leat_model_list_find(group->models, in_use(group)))
        add_choice(group, names, in_use(group), in_use(group));
    if (group->program && !leat_model_list_find(group->models, group->program))
        add_choice(group, names, shown_name(group->program), group->program);
    add_choice(group, names, _("External program…"), NULL);
    shown = g_strv_builder_end(names);
    leat_string_list_set(group->names, 0, (const char *const *)shown);
    select_choice(group, in_use(group) ? in_use(group) : "");
    group->filling = false;
    show_subtitle(group);
}

static void models_loaded(LeatModelGroup *group)
{
    leat_model_memory_recall(group->memory);
    show_choices(group);
}

static void program_chosen(LeatModelGroup *group, const char *command)
{
    g_free(group->program);
    group->program = g_strconcat(LEAT_EXTERNAL_MODEL_PREFIX, command, NULL);
    use(group, group->program);
    show_choices(group);
}

static void ask_for_program(LeatModelGroup *group)
{
    const char *command = group->program ? shown_name(group->program) : NULL;
    LeatProgramDialog *dialog = leat_program_dialog_new(window_of(group), command);

    g_signal_connect_object(dialog, "chosen", G_CALLBACK(program_chosen), group, G_CONNECT_SWAPPED);
    g_signal_connect_object(dialog, "refused", G_CALLBACK(show_choices), group, G_CONNECT_SWAPPED);
    gtk_window_present(GTK_WINDOW(dialog));
}

static void model_selected(LeatModelGroup *group)
{
    guint selected = adw_combo_row_get_selected(group->model_row);
    const char *choice;

    if (group->filling || selected >= group->choices->len)
        return;
    choice = group->choices->pdata[selected];
    if (choice)
        use(group, *choice ? choice : NULL);
    else
        ask_for_program(group);
}

/* What it says. */

static void show_annotation(LeatModelGroup *group)
{
    const LeatAnnotation *annotation = &group->annotation;
    g_autofree char *text = NULL;

    if (!leat_annotation_look(&group->annotation, group->session))
        return;
    text = leat_annotation_text(annotation);
    gtk_label_set_label(group->says_label, text ? text : "–");
    gtk_widget_set_opacity(GTK_WIDGET(group->says_label), annotation->stale ? 0.5 : 1);
    gtk_widget_set_visible(GTK_WIDGET(group->score_bar), !annotation->number);
    gtk_level_bar_set_value(group->score_bar,
                            annotation->any ? CLAMP(annotation->prediction.score, 0, 1) : 0);
}

static void session_changed(LeatModelGroup *group)
{
    const char *model = in_use(group);
    guint selected = adw_combo_row_get_selected(group->model_row);
    const char *shown = selected < group->choices->len ? group->choices->pdata[selected] : "";

    gtk_widget_set_visible(group->says_row, model != NULL);
    gtk_widget_action_set_enabled(GTK_WIDGET(group), DETAILS,
                                  model && !leat_external_model_is_one(model));
    /* One that has learned more may have taken its place. */
    if (model && g_strcmp0(model, leat_model_memory_model(group->memory)) != 0)
        leat_model_memory_keep(group->memory, leat_library_model_path(group->context.library),
                               model);
    if (shown && g_strcmp0(shown, model ? model : "") != 0)
        show_choices(group);
    leat_learner_follow(group->learner);
}

/* Its training. */

static void training_changed(LeatModelGroup *group)
{
    g_autofree char *text = leat_training_text(group->training);

    gtk_widget_set_visible(group->progress_row, leat_training_is_busy(group->training));
    gtk_progress_bar_set_fraction(group->progress_bar, leat_training_share(group->training));
    gtk_progress_bar_set_text(group->progress_bar, text);
}

/* Told where nobody looks at its own window. */
static void training_ended(LeatModelGroup *group)
{
    const GError *error = leat_training_error(group->training);
    const char *model = leat_training_model(group->training);
    bool seen = group->window && gtk_widget_get_mapped(GTK_WIDGET(group->window));
    g_autofree char *text = model ? g_strdup_printf(_("“%s” is trained"), model) : NULL;

    leat_library_model_refresh(group->context.library);
    leat_model_list_refresh(group->models);
    if (seen)
        return;
    if (text)
        leat_session_controller_note(group->session, text);
    else if (error && !g_error_matches(error, LEAT_ERROR, LEAT_ERROR_CANCELLED))
        leat_session_controller_report(group->session, _("The training failed"), error);
}

static void use_trained(LeatModelGroup *group, const char *model)
{
    use(group, model);
    show_choices(group);
}

void leat_model_group_train(LeatModelGroup *group)
{
    if (!group->window) {
        group->window = leat_training_window_new(window_of(group), group->context.library,
                                                 group->models, group->training);
        g_object_add_weak_pointer(G_OBJECT(group->window), (gpointer *)&group->window);
        g_signal_connect_object(group->window, "use", G_CALLBACK(use_trained), group,
                                G_CONNECT_SWAPPED);
    }
    gtk_window_present(GTK_WINDOW(group->window));
}

static void cancel_training(GtkWidget *widget, const char *action, GVariant *parameter)
{
    leat_training_cancel(LEAT_MODEL_GROUP(widget)->training);
}

static void show_details(GtkWidget *widget, const char *action, GVariant *parameter)
{
    LeatModelGroup *group = LEAT_MODEL_GROUP(widget);

    if (in_use(group))
        gtk_window_present(GTK_WINDOW(
            leat_model_window_new(window_of(group), group->context.library, in_use(group))));
}

/* Whether it keeps learning. */

static void learner_changed(void *data)
{
    LeatModelGroup *group = data;
    g_autofree char *text = leat_learner_text(group->learner);

    adw_action_row_set_subtitle(group->learn_row, text);
}

static void learn_switched(LeatModelGroup *group)
{
    leat_learner_set_on(group->learner, gtk_switch_get_active(group->learn_switch));
}

static void library_loaded(LeatModelGroup *group)
{
    leat_learner_look(group->learner);
}

/* A model is used with the library that it is in. */
static void library_changed(LeatModelGroup *group)
{
    if (in_use(group) && !leat_external_model_is_one(in_use(group)))
        leat_session_controller_set_model(group->session, NULL, NULL);
}

void leat_model_group_set_up(LeatModelGroup *group, const LeatContext *context)
{
    group->context = *context;
    group->session = g_object_ref(context->session);
    group->models = leat_model_list_new(context->library);
    group->memory = leat_model_memory_new(context, group->models);
    if (leat_model_memory_model(group->memory) &&
        leat_external_model_is_one(leat_model_memory_model(group->memory)))
        group->program = g_strdup(leat_model_memory_model(group->memory));
    group->training = leat_training_new(context->jobs);
    group->learner = leat_learner_new(context, group->training, learner_changed, group);
    g_signal_connect_object(group->models, "loaded", G_CALLBACK(models_loaded), group,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(group->training, "changed", G_CALLBACK(training_changed), group,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(group->training, "ended", G_CALLBACK(training_ended), group,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(context->library, "changed", G_CALLBACK(library_changed), group,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(context->library, "loaded", G_CALLBACK(library_loaded), group,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(group->session, "changed", G_CALLBACK(session_changed), group,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(group->session, "show", G_CALLBACK(show_annotation), group,
                            G_CONNECT_SWAPPED);
    models_loaded(group);
    learner_changed(group);
    session_changed(group);
    show_annotation(group);
}

static void leat_model_group_dispose(GObject *object)
{
    LeatModelGroup *group = LEAT_MODEL_GROUP(object);

    if (group->window)
        gtk_window_destroy(GTK_WINDOW(group->window));
    g_clear_pointer(&group->learner, leat_learner_free);
    g_clear_pointer(&group->memory, leat_model_memory_free);
    g_clear_object(&group->training);
    g_clear_object(&group->models);
    g_clear_object(&group->session);
    G_OBJECT_CLASS(leat_model_group_parent_class)->dispose(object);
}

static void leat_model_group_finalize(GObject *object)
{
    LeatModelGroup *group = LEAT_MODEL_GROUP(object);

    g_ptr_array_unref(group->choices);
    g_free(group->program);
    G_OBJECT_CLASS(leat_model_group_parent_class)->finalize(object);
}

static void leat_model_group_class_init(LeatModelGroupClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = leat_model_group_dispose;
    G_OBJECT_CLASS(class)->finalize = leat_model_group_finalize;
    gtk_widget_class_set_template_from_resource(widget_class, "/org/leat/Leat/gui/model-group.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatModelGroup, model_row);
    gtk_widget_class_bind_template_child(widget_class, LeatModelGroup, names);
    gtk_widget_class_bind_template_child(widget_class, LeatModelGroup, says_row);
    gtk_widget_class_bind_template_child(widget_class, LeatModelGroup, progress_row);
    gtk_widget_class_bind_template_child(widget_class, LeatModelGroup, says_label);
    gtk_widget_class_bind_template_child(widget_class, LeatModelGroup, score_bar);
    gtk_widget_class_bind_template_child(widget_class, LeatModelGroup, progress_bar);
    gtk_widget_class_bind_template_child(widget_class, LeatModelGroup, learn_row);
    gtk_widget_class_bind_template_child(widget_class, LeatModelGroup, learn_switch);
    gtk_widget_class_bind_template_callback(widget_class, model_selected);
    gtk_widget_class_bind_template_callback(widget_class, learn_switched);
    gtk_widget_class_install_action(widget_class, DETAILS, NULL, show_details);
    gtk_widget_class_install_action(widget_class, "model.cancel-training", NULL, cancel_training);
}

static void leat_model_group_init(LeatModelGroup *group)
{
    group->choices = g_ptr_array_new_with_free_func(g_free);
    gtk_widget_init_template(GTK_WIDGET(group));
}
