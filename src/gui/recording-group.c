/* SPDX-License-Identifier: MIT */
#include "gui/recording-group.h"

#include "base/clock.h"
#include "gui/background.h"
#include "gui/css-class.h"
#include "gui/file-chooser.h"
#include "gui/recording-dialog.h"
#include "gui/recording-text.h"

#include <glib/gi18n.h>

struct _LeatRecordingGroup {
    AdwPreferencesGroup parent_instance;

    /* The template's. */
    AdwEntryRow *library_row;
    GtkMenuButton *library_button;
    AdwActionRow *plan_row;
    AdwActionRow *state_row;
    GtkImage *state_icon;

    LeatSessionController *controller;
    LeatLibraryModel *library;
    LeatSettings *settings;
    LeatRecordingPlan plan; /* of the next recording */
    LeatBackground *search; /* for the user's folder of videos */
};

G_DEFINE_FINAL_TYPE(LeatRecordingGroup, leat_recording_group, ADW_TYPE_PREFERENCES_GROUP)

#define LIBRARY_NAME "leat.leat"

#define OPEN_LIBRARY "recording.open-library"
#define NEW_LIBRARY "recording.new-library"

static void set_library(LeatRecordingGroup *group, const char *path)
{
    leat_library_model_set_path(group->library, path);
}

static void show_library(LeatRecordingGroup *group)
{
    const char *path = leat_library_model_path(group->library);
    g_autofree char *display = g_filename_display_name(path);
    const char *home = g_get_home_dir();
    size_t length = strlen(home);
    g_autofree char *shortened = NULL;

    if (g_str_has_prefix(display, home) && display[length] == '/')
        shortened = g_strconcat("~", display + length, NULL);
    gtk_editable_set_text(GTK_EDITABLE(group->library_row), shortened ? shortened : display);
}

/* What was typed as a path: "~" is the home folder, and a bare name lies in it. */
static char *library_path(LeatRecordingGroup *group)
{
    g_autofree char *text =
        g_strstrip(g_strdup(gtk_editable_get_text(GTK_EDITABLE(group->library_row))));
    const char *rest = g_str_has_prefix(text, "~/") ? text + 2 : text;
    g_autofree char *bytes = g_filename_from_utf8(rest, -1, NULL, NULL, NULL);

    return g_canonicalize_filename(bytes ? bytes : rest, g_get_home_dir());
}

static void show_plan(LeatRecordingGroup *group)
{
    g_autofree char *text = leat_recording_plan_text(&group->plan);

    adw_action_row_set_subtitle(group->plan_row, text);
}

LeatRecordingRequest leat_recording_group_request(LeatRecordingGroup *group)
{
    const LeatRecordingPlan *plan = &group->plan;

    return (LeatRecordingRequest){
        .name = plan->name,
        .record_rate = plan->rate,
        .encoder = {.codec = plan->codec, .quality = plan->quality, .rate = plan->rate},
    };
}

void leat_recording_group_start(LeatRecordingGroup *group)
{
    g_autofree char *path = library_path(group);
    LeatRecordingRequest request = leat_recording_group_request(group);

    request.path = path;
    set_library(group, path);
    leat_session_controller_start_recording(group->controller, &request);
}

static void plan_created(LeatRecordingGroup *group, gpointer plan)
{
    g_autofree char *rate = NULL;

    leat_recording_plan_copy(&group->plan, plan);
    show_plan(group);
    if (leat_rational_is_set(group->plan.rate))
        rate = g_strdup_printf("%d/%d", group->plan.rate.num, group->plan.rate.den);
    leat_settings_set_text(group->settings, LEAT_SETTING_RECORD_RATE, rate);
    leat_settings_set_text(group->settings, LEAT_SETTING_CODEC, leat_codec_name(group->plan.codec));
}

void leat_recording_group_create_new(LeatRecordingGroup *group)
{
    GtkWindow *parent = GTK_WINDOW(gtk_widget_get_root(GTK_WIDGET(group)));
    LeatRecordingDialog *dialog = leat_recording_dialog_new(parent, group->library, &group->plan);

    g_signal_connect_object(dialog, "created", G_CALLBACK(plan_created), group, G_CONNECT_SWAPPED);
    gtk_window_present(GTK_WINDOW(dialog));
}

/* As it was made last. */
static void restore_plan(LeatRecordingGroup *group)
{
    g_autofree char *rate = leat_settings_text(group->settings, LEAT_SETTING_RECORD_RATE);
    g_autofree char *codec = leat_settings_text(group->settings, LEAT_SETTING_CODEC);

    if (!rate || !leat_parse_rate(rate, &group->plan.rate, NULL))
        group->plan.rate = (LeatRational){0, 0};
    if (!codec || !leat_codec_parse(codec, &group->plan.codec, NULL))
        group->plan.codec = LEAT_CODEC_MJPEG;
    show_plan(group);
}

/* A name serves once. */
static void forget_used_name(LeatRecordingGroup *group, const LeatFigures *figures)
{
    if (figures->light != LEAT_LIGHT_ON || !group->plan.name ||
        !g_str_equal(group->plan.name, figures->status.recording_name))
        return;
    g_clear_pointer(&group->plan.name, g_free);
    show_plan(group);
}

static void update(LeatRecordingGroup *group)
{
    const LeatFigures *figures = leat_session_controller_figures(group->controller);
    bool recording = leat_figures_is_recording(figures);
    g_autofree char *title = leat_recording_title(figures);
    g_autofree char *subtitle = leat_recording_subtitle(figures);

    adw_preferences_row_set_title(ADW_PREFERENCES_ROW(group->state_row), title);
    adw_action_row_set_subtitle(group->state_row, subtitle);
    leat_css_class_set(GTK_WIDGET(group->state_icon), "error", figures->light == LEAT_LIGHT_ON);
    leat_css_class_set(GTK_WIDGET(group->state_icon), "dim-label", figures->light != LEAT_LIGHT_ON);
    gtk_widget_set_sensitive(GTK_WIDGET(group->library_row), !recording);
    forget_used_name(group, figures);
}

static void *find_library(void *data)
{
    const char *videos = g_get_user_special_dir(G_USER_DIRECTORY_VIDEOS);
    const char *folder =
        videos && g_file_test(videos, G_FILE_TEST_IS_DIR) ? videos : g_get_home_dir();

    return g_build_filename(folder, LIBRARY_NAME, NULL);
}

static void library_found(void *result, void *target)
{
    LeatRecordingGroup *group = target;
    char *path = result;

    leat_background_free(group->search);
    group->search = NULL;
    /* What the user typed meanwhile stays. */
    if (!*gtk_editable_get_text(GTK_EDITABLE(group->library_row)))
        set_library(group, path);
    g_free(path);
}

static void begin_search(LeatRecordingGroup *group)
{
    static const LeatBackgroundCall call = {"find-library", find_library, library_found, g_free};
    g_autoptr(GError) error = NULL;

    group->search = leat_background_new(&call, group, &error);
    if (!group->search)
        leat_session_controller_report(group->controller, _("No place to record was found"), error);
}

void leat_recording_group_set_up(LeatRecordingGroup *group, const LeatContext *context)
{
    group->controller = g_object_ref(context->session);
    group->library = g_object_ref(context->library);
    group->settings = context->settings;
    restore_plan(group);
    g_signal_connect_object(group->controller, "show", G_CALLBACK(update), group,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(group->library, "changed", G_CALLBACK(show_library), group,
                            G_CONNECT_SWAPPED);
    if (leat_library_model_path(group->library))
        show_library(group);
    else
        begin_search(group);
    update(group);
}

static void library_typed(LeatRecordingGroup *group)
{
    g_autofree char *path = library_path(group);

    set_library(group, path);
    show_library(group);
}

static void library_chosen(GtkWidget *widget, const char *path)
{
    set_library(LEAT_RECORDING_GROUP(widget), path);
}

static void choose_library(GtkWidget *widget, const char *action, GVariant *parameter)
{
    g_autofree char *path = library_path(LEAT_RECORDING_GROUP(widget));
    g_autofree char *folder = g_path_get_dirname(path);
    LeatFileChooser chooser = {
        .title = _("Open a Library"),
        .accept = _("_Open"),
        .filter_name = _("Leat libraries"),
        .pattern = "*.leat",
        .folder = folder,
    };

    if (g_str_equal(action, NEW_LIBRARY)) {
        chooser.title = _("New Library");
        chooser.accept = _("_Use");
        chooser.new_name = LIBRARY_NAME;
    }
    leat_file_chooser_show(widget, &chooser, library_chosen);
}

static void leat_recording_group_dispose(GObject *object)
{
    LeatRecordingGroup *group = LEAT_RECORDING_GROUP(object);

    g_clear_pointer(&group->search, leat_background_free);
    g_clear_object(&group->controller);
    g_clear_object(&group->library);
    G_OBJECT_CLASS(leat_recording_group_parent_class)->dispose(object);
}

static void leat_recording_group_finalize(GObject *object)
{
    leat_recording_plan_clear(&LEAT_RECORDING_GROUP(object)->plan);
    G_OBJECT_CLASS(leat_recording_group_parent_class)->finalize(object);
}

static void leat_recording_group_class_init(LeatRecordingGroupClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = leat_recording_group_dispose;
    G_OBJECT_CLASS(class)->finalize = leat_recording_group_finalize;
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/org/leat/Leat/gui/recording-group.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingGroup, library_row);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingGroup, library_button);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingGroup, plan_row);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingGroup, state_row);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingGroup, state_icon);
    gtk_widget_class_bind_template_callback(widget_class, library_typed);
    gtk_widget_class_install_action(widget_class, OPEN_LIBRARY, NULL, choose_library);
    gtk_widget_class_install_action(widget_class, NEW_LIBRARY, NULL, choose_library);
}

static void leat_recording_group_init(LeatRecordingGroup *group)
{
    gtk_widget_init_template(GTK_WIDGET(group));
}
