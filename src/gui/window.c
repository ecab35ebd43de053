/* SPDX-License-Identifier: MIT */
#include "gui/window.h"

#include "gui/closing.h"
#include "gui/concurrency-page.h"
#include "gui/context.h"
#include "gui/drop.h"
#include "gui/failure.h"
#include "gui/file-chooser.h"
#include "gui/live-page.h"
#include "gui/recordings-page.h"

#include <glib/gi18n.h>

#define LIBRARY_SUFFIX ".leat"

/* Long enough to stop, look up and press its button, s. */
#define SAVED_TIMEOUT_S 10

struct _LeatWindow {
    AdwApplicationWindow parent_instance;

    /* The template's. */
    AdwViewSwitcherTitle *switcher_title;
    GMenu *recent_menu;
    GtkWidget *controls_button;
    GtkRevealer *closing_bar;
    GtkLabel *closing_label;
    GtkSpinner *closing_spinner;
    AdwToastOverlay *toast_overlay;
    AdwViewStack *stack;
    LeatLivePage *live_page;
    LeatRecordingsPage *recordings_page;
    LeatConcurrencyPage *concurrency_page;

    LeatContext context; /* owned here, but for the settings */
    GQueue locations;    /* char *, to open */
    guint open_id;
    GtkWindow *question; /* whether to close, while it is asked */
    bool ending;         /* it closes as soon as nothing runs */
};

G_DEFINE_FINAL_TYPE(LeatWindow, leat_window, ADW_TYPE_APPLICATION_WINDOW)

static bool is_recording(LeatWindow *window)
{
    return leat_figures_is_recording(leat_session_controller_figures(window->context.session));
}

static AdwToast *new_toast(const char *text)
{
    g_autofree char *title = g_markup_escape_text(text, -1);

    return adw_toast_new(title);
}

static void tell_note(LeatWindow *window, const char *text)
{
    adw_toast_overlay_add_toast(window->toast_overlay, new_toast(text));
}

static void add_to_recent(LeatWindow *window, const char *path)
{
    GtkApplication *application = gtk_window_get_application(GTK_WINDOW(window));

    /* A closing window has left its application. */
    if (application)
        leat_recent_files_add(leat_application_recent_files(LEAT_APPLICATION(application)), path);
}

static void tell_saved(LeatWindow *window, const char *text, gint64 recording)
{
    AdwToast *toast = new_toast(text);

    adw_toast_set_button_label(toast, _("_Watch"));
    adw_toast_set_action_name(toast, "win.watch");
    adw_toast_set_action_target(toast, "x", recording);
    adw_toast_set_timeout(toast, SAVED_TIMEOUT_S);
    adw_toast_overlay_add_toast(window->toast_overlay, toast);
    add_to_recent(window, leat_library_model_path(window->context.library));
}

static void tell_failure(LeatWindow *window, const char *headline, const char *cause)
{
    leat_failure_show(window->toast_overlay, GTK_WINDOW(window), headline, cause);
}

static void open_library(LeatWindow *window, const char *path)
{
    leat_library_model_set_path(window->context.library, path);
    add_to_recent(window, path);
}

static bool is_library(const char *location)
{
    g_autofree char *folded = g_ascii_strdown(location, -1);

    return g_str_has_suffix(folded, LIBRARY_SUFFIX);
}

/* A library or a source: a path or an address. What is being recorded keeps its library and its
 * source: another window opens then. False when only the page was changed: the rest comes next. */
static bool open_step(LeatWindow *window, const char *location)
{
    const char *page = is_library(location) ? "recordings" : "live";

    if (is_recording(window)) {
        gtk_widget_activate_action(GTK_WIDGET(window), "app.open-in-new-window", "s", location);
    } else if (!g_str_equal(adw_view_stack_get_visible_child_name(window->stack), page)) {
        adw_view_stack_set_visible_child_name(window->stack, page);
        return false;
    } else if (is_library(location)) {
        open_library(window, location);
    } else {
        leat_live_page_open(window->live_page, location);
    }
    return true;
}

/* A step in a turn of the loop. */
static gboolean open_next(gpointer data)
{
    LeatWindow *window = data;

    if (window->ending || open_step(window, g_queue_peek_head(&window->locations)))
        g_free(g_queue_pop_head(&window->locations));
    if (!g_queue_is_empty(&window->locations))
        return G_SOURCE_CONTINUE;
    window->open_id = 0;
    return G_SOURCE_REMOVE;
}

/* Never at once: whoever asks for it, a menu, a drag or a dialog, has enough to do to end. */
static void open_location(GtkWidget *widget, const char *location)
{
    LeatWindow *window = LEAT_WINDOW(widget);
    char *path =
        g_str_has_prefix(location, "file:") ? g_filename_from_uri(location, NULL, NULL) : NULL;

    g_queue_push_tail(&window->locations, path ? path : g_strdup(location));
    if (!window->open_id)
        window->open_id = g_idle_add_full(G_PRIORITY_DEFAULT, open_next, window, NULL);
}

static void open(GSimpleAction *action, GVariant *parameter, gpointer window)
{
    open_location(window, g_variant_get_string(parameter, NULL));
}

static void choose_library(GSimpleAction *action, GVariant *parameter, gpointer window)
{
    const char *path = leat_library_model_path(LEAT_WINDOW(window)->context.library);
    g_autofree char *folder = path ? g_path_get_dirname(path) : NULL;
    const LeatFileChooser chooser = {
        .title = _("Open a Library"),
        .accept = _("_Open"),
        .filter_name = _("Leat libraries"),
        .pattern = "*" LIBRARY_SUFFIX,
        .folder = folder,
    };

    leat_file_chooser_show(window, &chooser, open_location);
}

static const GActionEntry actions[] = {
    {.name = "open", .activate = open, .parameter_type = "s"},
    {.name = "choose-library", .activate = choose_library},
};

static void enable(LeatWindow *window, const char *name, bool enabled)
{
    GAction *action = g_action_map_lookup_action(G_ACTION_MAP(window), name);

    if (action)
        g_simple_action_set_enabled(G_SIMPLE_ACTION(action), enabled);
}

static void page_changed(LeatWindow *window)
{
    GtkWidget *shown = adw_view_stack_get_visible_child(window->stack);
    bool live = shown == GTK_WIDGET(window->live_page);

    leat_recordings_page_set_shown(window->recordings_page,
                                   shown == GTK_WIDGET(window->recordings_page));
    leat_concurrency_page_set_shown(window->concurrency_page,
                                    shown == GTK_WIDGET(window->concurrency_page));
    /* What has a single key, or nothing to show for it elsewhere, belongs to the Live page. */
    enable(window, "toggle-camera", live);
    enable(window, "toggle-recording", live);
    gtk_widget_set_visible(window->controls_button, live);
}

/* A file is watched once; an address whose password is not shown would not work without it. */
static bool is_worth_keeping(const LeatSourceSpec *source)
{
    switch (source->kind) {
    case LEAT_SOURCE_TEST:
    case LEAT_SOURCE_CAMERA:
    case LEAT_SOURCE_SCREEN:
        return true;
    case LEAT_SOURCE_STREAM:
        return g_str_equal(source->shown, source->target);
    default:
        return false;
    }
}

static void update(LeatWindow *window)
{
    const LeatSourceSpec *source = leat_session_controller_source(window->context.session);

    adw_view_switcher_title_set_subtitle(window->switcher_title, source ? source->shown : "");
    if (source && is_worth_keeping(source))
        leat_settings_set_text(window->context.settings, LEAT_SETTING_SOURCE, source->shown);
}

static void keep_library(LeatWindow *window)
{
    const char *path = leat_library_model_path(window->context.library);

    leat_settings_set_text(window->context.settings, LEAT_SETTING_LIBRARY, path);
    leat_job_list_set_library(window->context.jobs, path);
}

static void keep_state(LeatWindow *window)
{
    LeatSettings *settings = window->context.settings;
    g_autoptr(GVariant) controls =
        g_action_group_get_action_state(G_ACTION_GROUP(window), "show-controls");
    bool maximized = gtk_window_is_maximized(GTK_WINDOW(window));
    int width, height;

    gtk_window_get_default_size(GTK_WINDOW(window), &width, &height);
    leat_settings_set_number(settings, LEAT_SETTING_WIDTH, width);
    leat_settings_set_number(settings, LEAT_SETTING_HEIGHT, height);
    leat_settings_set_flag(settings, LEAT_SETTING_MAXIMIZED, maximized);
    leat_settings_set_flag(settings, LEAT_SETTING_CONTROLS, g_variant_get_boolean(controls));
    leat_settings_set_text(settings, LEAT_SETTING_PAGE,
                           adw_view_stack_get_visible_child_name(window->stack));
    leat_settings_flush(settings);
}

static void ended(GtkWindow *window)
{
    gtk_window_destroy(window);
}

void leat_window_end(LeatWindow *window)
{
    GtkWindow *question = window->question;
    const char *doing = _("Deleting for good, then closing…");

    if (window->ending)
        return;
    window->ending = true;
    keep_state(window);
    g_clear_weak_pointer(&window->question);
    if (question)
        gtk_window_destroy(question);
    /* Insensitive, every widget would be styled anew, which takes long. */
    gtk_widget_set_can_target(GTK_WIDGET(window->stack), FALSE);
    if (is_recording(window))
        doing = _("Storing what was recorded, then closing…");
    else if (leat_closing_ends_something(&window->context))
        doing = _("Stopping what is running, then closing…");
    leat_closing_begin(GTK_WINDOW(window), &window->context, ended);
    /* After that, since it cancels what runs. */
    leat_recordings_page_end(window->recordings_page);
    if (leat_closing_ends_something(&window->context)) {
        gtk_label_set_label(window->closing_label, doing);
        gtk_spinner_start(window->closing_spinner);
        gtk_revealer_set_reveal_child(window->closing_bar, TRUE);
    }
}

static void agreed(GtkWindow *window)
{
    leat_window_end(LEAT_WINDOW(window));
}

/* It goes when it has ended, never at once. */
static gboolean leat_window_close_request(GtkWindow *gtk_window)
{
    LeatWindow *window = LEAT_WINDOW(gtk_window);

    if (window->question)
        gtk_window_present(window->question);
    else if (!window->ending && leat_closing_ends_something(&window->context))
        g_set_weak_pointer(&window->question,
                           leat_closing_ask(gtk_window, &window->context, agreed));
    else
        leat_window_end(window);
    return GDK_EVENT_STOP;
}

static void leat_window_dispose(GObject *object)
{
    LeatWindow *window = LEAT_WINDOW(object);

    g_clear_handle_id(&window->open_id, g_source_remove);
    g_queue_clear_full(&window->locations, g_free);
    /* Each has a part of the window, of which other parts have the actions: they would keep each
     * other, and go on without the window. */
    g_action_map_remove_action(G_ACTION_MAP(window), "page");
    g_action_map_remove_action(G_ACTION_MAP(window), "show-controls");
    /* The pages go first. */
    G_OBJECT_CLASS(leat_window_parent_class)->dispose(object);
    g_clear_weak_pointer(&window->question);
    g_clear_object(&window->context.labelling);
    g_clear_object(&window->context.session);
    g_clear_object(&window->context.library);
    g_clear_object(&window->context.jobs);
}

static void leat_window_class_init(LeatWindowClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = leat_window_dispose;
    GTK_WINDOW_CLASS(class)->close_request = leat_window_close_request;
    g_type_ensure(LEAT_TYPE_LIVE_PAGE);
    g_type_ensure(LEAT_TYPE_RECORDINGS_PAGE);
    g_type_ensure(LEAT_TYPE_CONCURRENCY_PAGE);
    gtk_widget_class_set_template_from_resource(widget_class, "/org/leat/Leat/gui/window.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatWindow, switcher_title);
    gtk_widget_class_bind_template_child(widget_class, LeatWindow, recent_menu);
    gtk_widget_class_bind_template_child(widget_class, LeatWindow, controls_button);
    gtk_widget_class_bind_template_child(widget_class, LeatWindow, closing_bar);
    gtk_widget_class_bind_template_child(widget_class, LeatWindow, closing_label);
    gtk_widget_class_bind_template_child(widget_class, LeatWindow, closing_spinner);
    gtk_widget_class_bind_template_child(widget_class, LeatWindow, toast_overlay);
    gtk_widget_class_bind_template_child(widget_class, LeatWindow, stack);
    gtk_widget_class_bind_template_child(widget_class, LeatWindow, live_page);
    gtk_widget_class_bind_template_child(widget_class, LeatWindow, recordings_page);
    gtk_widget_class_bind_template_child(widget_class, LeatWindow, concurrency_page);
    gtk_widget_class_bind_template_callback(widget_class, page_changed);
}

static void leat_window_init(LeatWindow *window)
{
    g_autoptr(GPropertyAction) page = NULL;

    gtk_widget_init_template(GTK_WIDGET(window));
    g_queue_init(&window->locations);
    window->context.session = leat_session_controller_new();
    window->context.library = leat_library_model_new();
    window->context.labelling =
        leat_labelling_new(window->context.session, window->context.library);
    window->context.jobs = leat_job_list_new();
    g_action_map_add_action_entries(G_ACTION_MAP(window), actions, G_N_ELEMENTS(actions), window);
    page = g_property_action_new("page", window->stack, "visible-child-name");
    g_action_map_add_action(G_ACTION_MAP(window), G_ACTION(page));
    leat_drop_accept(GTK_WIDGET(window), open_location);
}

static void restore_state(LeatWindow *window, const char *page)
{
    LeatSettings *settings = window->context.settings;
    GtkWindow *gtk_window = GTK_WINDOW(window);

    gtk_window_set_default_size(gtk_window, leat_settings_number(settings, LEAT_SETTING_WIDTH),
                                leat_settings_number(settings, LEAT_SETTING_HEIGHT));
    if (leat_settings_flag(settings, LEAT_SETTING_MAXIMIZED))
        gtk_window_maximize(gtk_window);
    g_action_group_change_action_state(
        G_ACTION_GROUP(window), "show-controls",
        g_variant_new_boolean(leat_settings_flag(settings, LEAT_SETTING_CONTROLS)));
    if (adw_view_stack_get_child_by_name(window->stack, page))
        adw_view_stack_set_visible_child_name(window->stack, page);
    page_changed(window);
}

static void connect(LeatWindow *window)
{
    LeatSessionController *session = window->context.session;

    g_signal_connect_object(session, "changed", G_CALLBACK(update), window, G_CONNECT_SWAPPED);
    g_signal_connect_object(session, "failed", G_CALLBACK(tell_failure), window, G_CONNECT_SWAPPED);
    g_signal_connect_object(session, "noted", G_CALLBACK(tell_note), window, G_CONNECT_SWAPPED);
    g_signal_connect_object(session, "saved", G_CALLBACK(tell_saved), window, G_CONNECT_SWAPPED);
    g_signal_connect_object(window->context.library, "changed", G_CALLBACK(keep_library), window,
                            G_CONNECT_SWAPPED);
}

LeatWindow *leat_window_new(LeatApplication *application, const LeatWindowOptions *options)
{
    LeatWindow *window = g_object_new(LEAT_TYPE_WINDOW, "application", application, NULL);
    const LeatContext *context = &window->context;
    GActionMap *action_map = G_ACTION_MAP(window);

    window->context.settings = leat_application_settings(application);
    g_menu_append_section(window->recent_menu, NULL,
                          leat_recent_files_menu(leat_application_recent_files(application)));
    connect(window);
    if (options->library)
        leat_library_model_set_path(context->library, options->library);
    leat_recordings_page_set_up(window->recordings_page, context, action_map);
    leat_concurrency_page_set_up(window->concurrency_page, context, action_map);
    leat_live_page_set_up(window->live_page, context, action_map, options->source, options->start);
    restore_state(window, options->page);
    update(window);
    if (options->location)
        open_location(GTK_WIDGET(window), options->location);
    return window;
}
