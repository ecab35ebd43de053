/* SPDX-License-Identifier: MIT */
#include "gui/application.h"

#include "base/log.h"
#include "gui/background.h"
#include "gui/window.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#define APPLICATION_ID "org.leat.Leat"

struct _LeatApplication {
    AdwApplication parent_instance;

    const LeatGuiOptions *options; /* the caller's */
    LeatSettings *settings;
    LeatRecentFiles *recent_files;
    LeatBackground *look; /* at the libraries that the first window may begin with */
    bool opened;          /* a window, at some time */
};

G_DEFINE_FINAL_TYPE(LeatApplication, leat_application, ADW_TYPE_APPLICATION)

static const struct {
    const char *action;
    const char *keys[3];
} accelerators[] = {
    {"app.new-window", {"<Control>n"}},
    {"app.quit", {"<Control>q"}},
    {"win.choose-library", {"<Control>o"}},
    {"win.page::live", {"<Control>1"}},
    {"win.page::recordings", {"<Control>2"}},
    {"win.page::concurrency", {"<Control>3"}},
    {"win.start-camera", {"<Control>p"}},
    {"win.stop-camera", {"<Control>period"}},
    {"win.refresh-sources", {"F5"}},
    {"win.start-recording", {"<Control>r"}},
    {"win.stop-recording", {"<Control><Shift>r"}},
    {"win.show-controls", {"F9"}},
    {"window.close", {"<Control>w"}},
};

static const struct {
    const char *name;
    AdwColorScheme scheme;
} styles[] = {
    {"system", ADW_COLOR_SCHEME_DEFAULT},
    {"light", ADW_COLOR_SCHEME_FORCE_LIGHT},
    {"dark", ADW_COLOR_SCHEME_FORCE_DARK},
};

LeatSettings *leat_application_settings(LeatApplication *application)
{
    return application->settings;
}

LeatRecentFiles *leat_application_recent_files(LeatApplication *application)
{
    return application->recent_files;
}

static void open_window(LeatApplication *application, const LeatWindowOptions *options)
{
    GtkWindow *window = GTK_WINDOW(leat_window_new(application, options));

    application->opened = true;
    gtk_window_present(window);
    /* Or the first tab would have it, and take the Space that is for the camera. */
    gtk_window_set_focus(window, NULL);
}

/* Beside another window, whose camera it leaves alone. */
static void open_another(LeatApplication *application, const char *location)
{
    g_autofree char *library = leat_settings_text(application->settings, LEAT_SETTING_LIBRARY);

    open_window(application,
                &(LeatWindowOptions){.library = library, .page = "live", .location = location});
}

static void new_window(GSimpleAction *action, GVariant *parameter, gpointer application)
{
    open_another(application, NULL);
}

static void open_in_new_window(GSimpleAction *action, GVariant *parameter, gpointer application)
{
    open_another(application, g_variant_get_string(parameter, NULL));
}

/* In front of the list, so that none is missed as they go. */
static GList *list_windows(LeatApplication *application)
{
    return g_list_copy(gtk_application_get_windows(GTK_APPLICATION(application)));
}

/* Each window asks for itself where there is something to lose. */
static void quit(GSimpleAction *action, GVariant *parameter, gpointer application)
{
    g_autoptr(GList) windows = list_windows(application);

    for (GList *item = windows; item; item = item->next)
        if (LEAT_IS_WINDOW(item->data))
            gtk_window_close(item->data);
}

void leat_application_end(LeatApplication *application)
{
    g_autoptr(GList) windows = list_windows(application);

    /* When the last is gone, what it was asked to keep may still be being written. */
    if (!application->opened)
        g_application_quit(G_APPLICATION(application));
    for (GList *item = windows; item; item = item->next)
        if (LEAT_IS_WINDOW(item->data))
            leat_window_end(item->data);
}

static void keep_style(AdwStyleManager *manager, GParamSpec *property, gpointer application)
{
    AdwColorScheme scheme = adw_style_manager_get_color_scheme(manager);

    for (size_t i = 0; i < G_N_ELEMENTS(styles); i++)
        if (styles[i].scheme == scheme)
            leat_settings_set_text(LEAT_APPLICATION(application)->settings, LEAT_SETTING_STYLE,
                                   styles[i].name);
}

static void show_about(GSimpleAction *action, GVariant *parameter, gpointer application)
{
    adw_show_about_window(
        gtk_application_get_active_window(application), "application-name", "Leat",
        "application-icon", APPLICATION_ID, "version", LEAT_VERSION, "developer-name",
        _("The Leat authors"), "copyright", "© 2026 The Leat authors", "license-type",
        GTK_LICENSE_MIT_X11, "comments",
        _("Carries live video to computation: never freezes, and accounts for every frame."),
        /* Translators: your names, one a line. */
        "translator-credits", _("translator-credits"), NULL);
}

static const GActionEntry actions[] = {
    {.name = "new-window", .activate = new_window},
    {.name = "open-in-new-window", .activate = open_in_new_window, .parameter_type = "s"},
    {.name = "about", .activate = show_about},
    {.name = "quit", .activate = quit},
};

static void restore_style(LeatApplication *application)
{
    AdwStyleManager *manager = adw_style_manager_get_default();
    g_autofree char *style = leat_settings_text(application->settings, LEAT_SETTING_STYLE);
    g_autoptr(GPropertyAction) action = g_property_action_new("style", manager, "color-scheme");

    for (size_t i = 0; i < G_N_ELEMENTS(styles); i++)
        if (g_str_equal(styles[i].name, style))
            adw_style_manager_set_color_scheme(manager, styles[i].scheme);
    g_action_map_add_action(G_ACTION_MAP(application), G_ACTION(action));
    g_signal_connect_object(manager, "notify::color-scheme", G_CALLBACK(keep_style), application,
                            0);
}

/* The libraries that the first window may begin with. */
typedef struct {
    char *given, *kept;       /* by the command line, by the settings; NULL none */
    bool given_is_there;      /* to be looked at, not yet to be made */
    bool kept_can_be_written; /* as far as its folder goes, which may have been on a stick */
} Libraries;

static void free_libraries(void *data)
{
    Libraries *libraries = data;

    g_free(libraries->given);
    g_free(libraries->kept);
    g_free(libraries);
}

static void *look_at(void *data)
{
    Libraries *libraries = data;

    if (libraries->given)
        libraries->given_is_there = g_access(libraries->given, F_OK) == 0;
    if (libraries->kept) {
        g_autofree char *folder = g_path_get_dirname(libraries->kept);

        libraries->kept_can_be_written = g_access(folder, W_OK) == 0;
    }
    return data;
}

/* A file without a source is there to be looked at; else it is as it was left. */
static void open_first_window(LeatApplication *application, const Libraries *libraries)
{
    const LeatGuiOptions *given = application->options;
    g_autofree char *page = leat_settings_text(application->settings, LEAT_SETTING_PAGE);
    LeatWindowOptions options = {.source = given->source, .page = page};

    if (given->source || libraries->given)
        options.page = libraries->given_is_there && !given->source ? "recordings" : "live";
    options.start = given->source || g_str_equal(options.page, "live");
    if (libraries->given)
        options.library = libraries->given;
    else if (libraries->kept_can_be_written)
        options.library = libraries->kept;
    open_window(application, &options);
    if (libraries->given_is_there)
        leat_recent_files_add(application->recent_files, libraries->given);
}

static void looked_at(void *result, void *target)
{
    LeatApplication *application = target;

    g_clear_pointer(&application->look, leat_background_free);
    open_first_window(application, result);
    free_libraries(result);
    g_application_release(G_APPLICATION(application));
}

static void settings_loaded(void *data)
{
    LeatApplication *application = data;
    const char *file = application->options->file;
    Libraries *libraries = g_new0(Libraries, 1);
    LeatBackgroundCall call = {"look-at-files", look_at, looked_at, free_libraries, libraries};
    g_autoptr(GError) error = NULL;

    restore_style(application);
    libraries->given = file ? g_canonicalize_filename(file, NULL) : NULL;
    libraries->kept = leat_settings_text(application->settings, LEAT_SETTING_LIBRARY);
    application->look = leat_background_new(&call, application, &error);
    if (!application->look) {
        leat_log(LEAT_LOG_WARNING, "cannot look at the libraries: %s", error->message);
        looked_at(libraries, application);
    }
}

static void leat_application_startup(GApplication *gapplication)
{
    GtkApplication *application = GTK_APPLICATION(gapplication);

    G_APPLICATION_CLASS(leat_application_parent_class)->startup(gapplication);
    g_action_map_add_action_entries(G_ACTION_MAP(application), actions, G_N_ELEMENTS(actions),
                                    application);
    for (size_t i = 0; i < G_N_ELEMENTS(accelerators); i++)
        gtk_application_set_accels_for_action(application, accelerators[i].action,
                                              accelerators[i].keys);
    gtk_window_set_default_icon_name(APPLICATION_ID);
}

/* Once: a second start is a program of its own. */
static void leat_application_activate(GApplication *gapplication)
{
    LeatApplication *application = LEAT_APPLICATION(gapplication);

    g_application_hold(gapplication);
    application->recent_files = leat_recent_files_new();
    leat_settings_load(application->settings, settings_loaded, application);
}

static void leat_application_finalize(GObject *object)
{
    LeatApplication *application = LEAT_APPLICATION(object);

    leat_background_free(application->look);
    leat_recent_files_free(application->recent_files);
    leat_settings_free(application->settings);
    G_OBJECT_CLASS(leat_application_parent_class)->finalize(object);
}

static void leat_application_class_init(LeatApplicationClass *class)
{
    G_OBJECT_CLASS(class)->finalize = leat_application_finalize;
    G_APPLICATION_CLASS(class)->startup = leat_application_startup;
    G_APPLICATION_CLASS(class)->activate = leat_application_activate;
}

static void leat_application_init(LeatApplication *application)
{
    g_autofree char *path = g_build_filename(g_get_user_config_dir(), "leat", "studio.ini", NULL);

    application->settings = leat_settings_new(path);
}

LeatApplication *leat_application_new(const LeatGuiOptions *options)
{
    /* Not unique: when one program fails, the recordings of the others go on, and without threading
     * a window holds up those of its own program. */
    LeatApplication *application =
        g_object_new(LEAT_TYPE_APPLICATION, "application-id", APPLICATION_ID, "flags",
                     G_APPLICATION_NON_UNIQUE, NULL);

    application->options = options;
    return application;
}
