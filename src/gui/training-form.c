/* SPDX-License-Identifier: MIT */
#include "gui/training-form.h"

#include "app/dataset.h"
#include "app/label-counts.h"
#include "gui/background.h"
#include "gui/unfinished-group.h"
#include "gui/wheel.h"

#include <glib/gi18n.h>

struct _LeatTrainingForm {
    AdwBin parent_instance;

    /* The template's. */
    GtkListBox *label_list;
    GtkLabel *advice_label, *failure_label;
    GtkEditable *name_row;
    GtkAdjustment *epochs_adjustment, *workers_adjustment, *rate_adjustment;
    AdwComboRow *executor_row;
    LeatUnfinishedGroup *unfinished_group;

    LeatLibraryModel *library;
    LeatModelList *models;
    GPtrArray *counts; /* LeatLabelCount; NULL before they were read */
    GPtrArray *checks; /* GtkCheckButton, one for each */
    GPtrArray *chosen; /* the names of the options, and a NULL */
    LeatBackground *background;
    bool ready;
};

G_DEFINE_FINAL_TYPE(LeatTrainingForm, leat_training_form, ADW_TYPE_BIN)

static guint changed_signal;

/* What is read; the thread's, then the main loop's. */
typedef struct {
    char *path;
    GPtrArray *counts;
    GError *error;
} Reading;

static void free_reading(void *data)
{
    Reading *reading = data;

    if (reading->counts)
        g_ptr_array_unref(reading->counts);
    g_clear_error(&reading->error);
    g_free(reading->path);
    g_free(reading);
}

static void *read_counts(void *data)
{
    Reading *reading = data;

    reading->counts = leat_label_counts_read(reading->path, &reading->error);
    return reading;
}

static bool is_chosen(LeatTrainingForm *form, guint i)
{
    return gtk_check_button_get_active(form->checks->pdata[i]);
}

static LeatLabelChoice check_choice(LeatTrainingForm *form, const LeatLabelCount **which)
{
    bool *chosen = g_new(bool, form->counts->len);
    LeatLabelChoice choice;

    for (guint i = 0; i < form->counts->len; i++)
        chosen[i] = is_chosen(form, i);
    choice = leat_label_counts_check(form->counts, chosen, which);
    g_free(chosen);
    return choice;
}

/* Why what is chosen cannot be learned; NULL when it can. */
static char *advise_on_choice(LeatTrainingForm *form)
{
    const LeatLabelCount *which;

    switch (check_choice(form, &which)) {
    case LEAT_CHOICE_EMPTY:
        return g_strdup(_("Choose what is to be learned."));
    case LEAT_CHOICE_FEW_FRAMES:
        return g_strdup_printf(
            ngettext("“%s” has %d frame, and at least %d are needed. Label more of them, or leave "
                     "it out.",
                     "“%s” has %d frames, and at least %d are needed. Label more of them, or leave "
                     "it out.",
                     (unsigned long)which->frames),
            which->name, (int)which->frames, LEAT_DATASET_MIN_FRAMES);
    case LEAT_CHOICE_MIXED:
        return g_strdup(_("A model learns classes or one number, not both. Choose labels of one "
                          "kind."));
    case LEAT_CHOICE_NUMBERS:
        return g_strdup(_("A model learns one number. Choose one of them."));
    case LEAT_CHOICE_ONE_CLASS:
        return g_strdup_printf(_("There is nothing to tell “%s” apart from. Label frames that show "
                                 "something else, or nothing, as well."),
                               which->name);
    case LEAT_CHOICE_FINE:
        break;
    }
    return NULL;
}

static char *advise(LeatTrainingForm *form)
{
    const char *name = gtk_editable_get_text(form->name_row);
    g_autoptr(GError) error = NULL;

    if (!form->counts)
        return NULL;
    if (form->counts->len == 0)
        return g_strdup(_("This library has no labels. Say what you see with the Labels group of "
                          "the Live page, or while a recording plays."));
    if (*name && !leat_store_check_model_name(name, &error))
        return g_strdup(error->message);
    if (*name && leat_model_list_find(form->models, name))
        return g_strdup_printf(_("There is a model “%s” already. Choose another name."), name);
    return advise_on_choice(form);
}

static void show_text(GtkLabel *label, const char *text)
{
    gtk_label_set_label(label, text ? text : "");
    gtk_widget_set_visible(GTK_WIDGET(label), text != NULL);
}

static void look_for_unfinished(LeatTrainingForm *form)
{
    LeatTrainOptions options;

    if (form->ready)
        options = leat_training_form_options(form);
    leat_unfinished_group_look(form->unfinished_group, form->ready ? &options : NULL);
}

static void changed(LeatTrainingForm *form)
{
    g_autofree char *advice = advise(form);

    show_text(form->advice_label, advice);
    form->ready = form->counts && !advice;
    look_for_unfinished(form);
    g_signal_emit(form, changed_signal, 0);
}

/* Out of sight it is all the same: it is shown with a refresh, after which comes a change. */
static void models_loaded(LeatTrainingForm *form)
{
    if (gtk_widget_get_mapped(GTK_WIDGET(form)))
        changed(form);
}

/* As it was chosen before; a new one as the training would by itself: all classes, or the one
 * number. `first` is the first of the labels. */
static bool was_chosen(LeatTrainingForm *form, const LeatLabelCount *count,
                       const LeatLabelCount *first)
{
    for (guint i = 0; form->counts && i < form->counts->len; i++) {
        const LeatLabelCount *known = form->counts->pdata[i];

        if (known->number == count->number && g_str_equal(known->name, count->name))
            return is_chosen(form, i);
    }
    return count->number == first->number && (!count->number || count == first);
}

static GtkWidget *add_row(LeatTrainingForm *form, const LeatLabelCount *count, bool chosen)
{
    GtkWidget *row = adw_action_row_new(), *check = gtk_check_button_new();
    g_autofree char *frames =
        g_strdup_printf(ngettext("%'lld frame", "%'lld frames", (unsigned long)count->frames),
                        (long long)count->frames);
    g_autofree char *number = g_strdup_printf(_("A number; %s"), frames);

    adw_preferences_row_set_use_markup(ADW_PREFERENCES_ROW(row), FALSE);
    adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), count->name);
    adw_action_row_set_subtitle(ADW_ACTION_ROW(row), count->number ? number : frames);
    adw_action_row_add_prefix(ADW_ACTION_ROW(row), check);
    adw_action_row_set_activatable_widget(ADW_ACTION_ROW(row), check);
    gtk_check_button_set_active(GTK_CHECK_BUTTON(check), chosen);
    gtk_accessible_update_property(GTK_ACCESSIBLE(check), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   count->name, -1);
    g_signal_connect_swapped(check, "toggled", G_CALLBACK(changed), form);
    gtk_list_box_append(form->label_list, row);
    return check;
}

static void show_counts(LeatTrainingForm *form, GPtrArray *counts)
{
    g_autoptr(GPtrArray) checks = g_ptr_array_new();
    bool *chosen = g_new(bool, counts->len);
    GtkWidget *row;

    for (guint i = 0; i < counts->len; i++)
        chosen[i] = was_chosen(form, counts->pdata[i], counts->pdata[0]);
    while ((row = gtk_widget_get_first_child(GTK_WIDGET(form->label_list))))
        gtk_list_box_remove(form->label_list, row);
    for (guint i = 0; i < counts->len; i++)
        g_ptr_array_add(checks, add_row(form, counts->pdata[i], chosen[i]));
    g_free(chosen);
    if (form->counts)
        g_ptr_array_unref(form->counts);
    g_ptr_array_unref(form->checks);
    form->counts = g_ptr_array_ref(counts);
    form->checks = g_steal_pointer(&checks);
    gtk_widget_set_visible(GTK_WIDGET(form->label_list), counts->len > 0);
    changed(form);
}

static void take(void *data, void *target)
{
    LeatTrainingForm *form = target;
    Reading *reading = data;
    g_autoptr(GPtrArray) none = g_ptr_array_new();

    g_clear_pointer(&form->background, leat_background_free);
    if (g_strcmp0(reading->path, leat_library_model_path(form->library)) != 0) {
        leat_training_form_refresh(form);
    } else if (reading->counts) {
        show_counts(form, reading->counts);
    } else {
        show_counts(form, none);
        leat_training_form_tell(form, reading->error->message);
    }
    free_reading(reading);
}

void leat_training_form_refresh(LeatTrainingForm *form)
{
    LeatBackgroundCall call = {"count-labels", read_counts, take, free_reading, NULL, NULL};
    const char *path = leat_library_model_path(form->library);
    g_autoptr(GError) error = NULL;
    Reading *reading;

    if (form->background || !path)
        return;
    reading = g_new0(Reading, 1);
    reading->path = g_strdup(path);
    call.data = reading;
    form->background = leat_background_new(&call, form, &error);
    if (form->background)
        return;
    free_reading(reading);
    leat_training_form_tell(form, error->message);
}

bool leat_training_form_is_ready(LeatTrainingForm *form)
{
    return form->ready;
}

void leat_training_form_tell(LeatTrainingForm *form, const char *text)
{
    show_text(form->failure_label, text);
}

LeatTrainOptions leat_training_form_options(LeatTrainingForm *form)
{
    static const LeatExecutorKind executors[] = {LEAT_EXECUTOR_THREADS, LEAT_EXECUTOR_PROCESSES};
    const char *name = gtk_editable_get_text(form->name_row);
    double rate = gtk_adjustment_get_value(form->rate_adjustment);
    bool usual = rate == leat_training_defaults(LEAT_NETWORK_CLASSES).learning_rate;

    g_ptr_array_set_size(form->chosen, 0);
    for (guint i = 0; i < form->counts->len; i++)
        if (is_chosen(form, i))
            g_ptr_array_add(form->chosen, ((LeatLabelCount *)form->counts->pdata[i])->name);
    g_ptr_array_add(form->chosen, NULL);
    return (LeatTrainOptions){
        .path = leat_library_model_path(form->library),
        .name = *name ? name : NULL,
        .labels = (const char *const *)form->chosen->pdata,
        .seed = -1,
        .patience = -1,
        .epochs = (unsigned)gtk_adjustment_get_value(form->epochs_adjustment),
        /* Each kind of task has its own usual one. */
        .learning_rate = usual ? 0 : rate,
        .checkpoint = leat_unfinished_group_use(form->unfinished_group),
        .executor = executors[MIN(adw_combo_row_get_selected(form->executor_row), 1)],
        .workers = (unsigned)gtk_adjustment_get_value(form->workers_adjustment),
    };
}

void leat_training_form_set_up(LeatTrainingForm *form, LeatLibraryModel *library,
                               LeatModelList *models)
{
    unsigned cores = MIN(leat_executor_count_cores(), LEAT_EXECUTOR_MAX_WORKERS);

    form->library = g_object_ref(library);
    form->models = g_object_ref(models);
    gtk_adjustment_set_upper(form->workers_adjustment, cores);
    gtk_adjustment_set_value(form->workers_adjustment, cores);
    g_signal_connect_object(models, "loaded", G_CALLBACK(models_loaded), form, G_CONNECT_SWAPPED);
}

static void leat_training_form_dispose(GObject *object)
{
    LeatTrainingForm *form = LEAT_TRAINING_FORM(object);

    g_clear_pointer(&form->background, leat_background_free);
    g_clear_object(&form->library);
    g_clear_object(&form->models);
    G_OBJECT_CLASS(leat_training_form_parent_class)->dispose(object);
}

static void leat_training_form_finalize(GObject *object)
{
    LeatTrainingForm *form = LEAT_TRAINING_FORM(object);

    if (form->counts)
        g_ptr_array_unref(form->counts);
    g_ptr_array_unref(form->checks);
    g_ptr_array_unref(form->chosen);
    G_OBJECT_CLASS(leat_training_form_parent_class)->finalize(object);
}

static void leat_training_form_class_init(LeatTrainingFormClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = leat_training_form_dispose;
    G_OBJECT_CLASS(class)->finalize = leat_training_form_finalize;
    g_type_ensure(LEAT_TYPE_UNFINISHED_GROUP);
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/org/leat/Leat/gui/training-form.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatTrainingForm, label_list);
    gtk_widget_class_bind_template_child(widget_class, LeatTrainingForm, advice_label);
    gtk_widget_class_bind_template_child(widget_class, LeatTrainingForm, failure_label);
    gtk_widget_class_bind_template_child(widget_class, LeatTrainingForm, name_row);
    gtk_widget_class_bind_template_child(widget_class, LeatTrainingForm, epochs_adjustment);
    gtk_widget_class_bind_template_child(widget_class, LeatTrainingForm, workers_adjustment);
    gtk_widget_class_bind_template_child(widget_class, LeatTrainingForm, rate_adjustment);
    gtk_widget_class_bind_template_child(widget_class, LeatTrainingForm, executor_row);
    gtk_widget_class_bind_template_child(widget_class, LeatTrainingForm, unfinished_group);
    gtk_widget_class_bind_template_callback(widget_class, changed);
    changed_signal = g_signal_new("changed", LEAT_TYPE_TRAINING_FORM, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
}

static void leat_training_form_init(LeatTrainingForm *form)
{
    form->checks = g_ptr_array_new();
    form->chosen = g_ptr_array_new();
    gtk_widget_init_template(GTK_WIDGET(form));
    leat_wheel_only_scrolls(GTK_WIDGET(form));
}
