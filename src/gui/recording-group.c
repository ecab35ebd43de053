/* SPDX-License-Identifier: MIT */
#include "gui/recording-group.h"

#include "base/clock.h"
#include "gui/background.h"
#include "gui/file-chooser.h"
#include "gui/recording-text.h"

struct _LeatRecordingGroup {
    AdwPreferencesGroup parent_instance;

    /* The template's. */
    AdwEntryRow *library_row;
    GtkMenuButton *library_button;
    AdwEntryRow *name_row;
    AdwActionRow *rate_row;
    GtkSpinButton *rate_spin;
    AdwActionRow *state_row;
    GtkImage *state_icon;

    LeatSessionController *controller;
    LeatLibraryModel *library;
    LeatBackground *search; /* for the user's folder of videos */
};

G_DEFINE_FINAL_TYPE(LeatRecordingGroup, leat_recording_group, ADW_TYPE_PREFERENCES_GROUP)

#define LIBRARY_NAME "leat.leat"
#define EVERY_FRAME "Every frame"

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

static LeatRational record_rate(LeatRecordingGroup *group)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    LeatRational rate = {0, 0};

    g_ascii_formatd(text, sizeof text, "%.2f", gtk_spin_button_get_value(group->rate_spin));
    /* 0 is refused and leaves it unset: every frame. */
    if (!leat_parse_rate(text, &rate, NULL))
        rate = (LeatRational){0, 0};
    return rate;
}

void leat_recording_group_start(LeatRecordingGroup *group)
{
    g_autofree char *path = library_path(group);
    g_autofree char *name =
        g_strstrip(g_strdup(gtk_editable_get_text(GTK_EDITABLE(group->name_row))));

    LeatRecordingRequest request = {
        .path = path, .name = *name ? name : NULL, .encoder = {.codec = LEAT_CODEC_MJPEG}};

    gtk_spin_button_update(group->rate_spin);
    set_library(group, path);
    request.record_rate = record_rate(group);
    leat_session_controller_start_recording(group->controller, &request);
}

static void name_activated(LeatRecordingGroup *group)
{
    gtk_widget_activate_action(GTK_WIDGET(group), "win.start-recording", NULL);
}

static int rate_input(GtkSpinButton *spin, double *value, gpointer data)
{
    const char *text = gtk_editable_get_text(GTK_EDITABLE(spin));
    char *end;

    if (g_str_equal(text, EVERY_FRAME) || !*text) {
        *value = 0;
        return TRUE;
    }
    *value = g_strtod(text, &end);
    return *g_strchug(end) ? GTK_INPUT_ERROR : TRUE;
}

static gboolean rate_output(GtkSpinButton *spin, gpointer data)
{
    double value = gtk_spin_button_get_value(spin);
    g_autofree char *text = value > 0 ? g_strdup_printf("%.4g", value) : g_strdup(EVERY_FRAME);

    if (!g_str_equal(text, gtk_editable_get_text(GTK_EDITABLE(spin))))
        gtk_editable_set_text(GTK_EDITABLE(spin), text);
    return TRUE;
}

static void update(LeatRecordingGroup *group)
{
    const LeatFigures *figures = leat_session_controller_figures(group->controller);
    bool recording = leat_figures_is_recording(figures);
    g_autofree char *title = leat_recording_title(figures);
    g_autofree char *subtitle = leat_recording_subtitle(figures);

    adw_preferences_row_set_title(ADW_PREFERENCES_ROW(group->state_row), title);
    adw_action_row_set_subtitle(group->state_row, subtitle);
    if (figures->light == LEAT_LIGHT_ON) {
        gtk_widget_remove_css_class(GTK_WIDGET(group->state_icon), "dim-label");
        gtk_widget_add_css_class(GTK_WIDGET(group->state_icon), "error");
    } else {
        gtk_widget_remove_css_class(GTK_WIDGET(group->state_icon), "error");
        gtk_widget_add_css_class(GTK_WIDGET(group->state_icon), "dim-label");
    }
    gtk_widget_set_sensitive(GTK_WIDGET(group->library_row), !recording);
    gtk_widget_set_sensitive(GTK_WIDGET(group->name_row), !recording);
    gtk_widget_set_sensitive(GTK_WIDGET(group->rate_row), !recording);
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
        leat_session_controller_report(group->controller, "No place to record was found", error);
}

void leat_recording_group_set_up(LeatRecordingGroup *group, const LeatContext *context)
{
    group->controller = g_object_ref(context->session);
    group->library = g_object_ref(context->library);
    g_signal_connect_object(group->controller, "changed", G_CALLBACK(update), group,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(group->library, "changed", G_CALLBACK(show_library), group,
                            G_CONNECT_SWAPPED);
    if (leat_library_model_path(group->library))
        show_library(group);
    else
        begin_search(group);
    update(group);
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
        .title = "Open a Library",
        .accept = "_Open",
        .filter_name = "Leat libraries",
        .pattern = "*.leat",
        .folder = folder,
    };

    if (g_str_equal(action, NEW_LIBRARY)) {
        chooser.title = "New Library";
        chooser.accept = "_Use";
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

static void leat_recording_group_class_init(LeatRecordingGroupClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = leat_recording_group_dispose;
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/org/leat/Leat/gui/recording-group.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingGroup, library_row);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingGroup, library_button);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingGroup, name_row);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingGroup, rate_row);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingGroup, rate_spin);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingGroup, state_row);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingGroup, state_icon);
    gtk_widget_class_bind_template_callback(widget_class, name_activated);
    gtk_widget_class_bind_template_callback(widget_class, rate_input);
    gtk_widget_class_bind_template_callback(widget_class, rate_output);
    gtk_widget_class_install_action(widget_class, OPEN_LIBRARY, NULL, choose_library);
    gtk_widget_class_install_action(widget_class, NEW_LIBRARY, NULL, choose_library);
}

static void leat_recording_group_init(LeatRecordingGroup *group)
{
    gtk_widget_init_template(GTK_WIDGET(group));
}
