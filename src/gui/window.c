/* SPDX-License-Identifier: MIT */
#include "gui/window.h"

#include "gui/concurrency-page.h"
#include "gui/context.h"
#include "gui/failure.h"
#include "gui/live-page.h"
#include "gui/recordings-page.h"

struct _LeatWindow {
    AdwApplicationWindow parent_instance;

    /* The template's. */
    AdwViewSwitcherTitle *switcher_title;
    GtkRevealer *closing_bar;
    GtkSpinner *closing_spinner;
    AdwToastOverlay *toast_overlay;
    AdwViewStack *stack;
    LeatLivePage *live_page;
    LeatRecordingsPage *recordings_page;
    LeatConcurrencyPage *concurrency_page;

    LeatContext context; /* owned here */
    bool closing;        /* when the session has ended */
};

G_DEFINE_FINAL_TYPE(LeatWindow, leat_window, ADW_TYPE_APPLICATION_WINDOW)

static void show_about(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    adw_show_about_window(GTK_WINDOW(data), "application-name", "Leat", "application-icon",
                          "org.leat.Leat", "version", LEAT_VERSION, "license-type",
                          GTK_LICENSE_MIT_X11, "comments",
                          "Carries live video to computation: never freezes, and accounts for "
                          "every frame.",
                          NULL);
}

static const GActionEntry actions[] = {
    {.name = "about", .activate = show_about},
};

static void update(LeatWindow *window)
{
    const LeatFigures *figures = leat_session_controller_figures(window->context.session);
    const LeatSourceSpec *source = leat_session_controller_source(window->context.session);

    adw_view_switcher_title_set_subtitle(window->switcher_title, source ? source->shown : "");
    if (window->closing && figures->phase == LEAT_PHASE_IDLE)
        gtk_window_destroy(GTK_WINDOW(window));
}

static void tell_failure(LeatWindow *window, const char *headline, const char *cause)
{
    leat_failure_show(window->toast_overlay, GTK_WINDOW(window), headline, cause);
}

static void tell_note(LeatWindow *window, const char *text)
{
    g_autofree char *title = g_markup_escape_text(text, -1);

    adw_toast_overlay_add_toast(window->toast_overlay, adw_toast_new(title));
}

static gboolean leat_window_close_request(GtkWindow *gtk_window)
{
    LeatWindow *window = LEAT_WINDOW(gtk_window);
    const LeatFigures *figures = leat_session_controller_figures(window->context.session);

    if (figures->phase == LEAT_PHASE_IDLE && !window->closing)
        return GTK_WINDOW_CLASS(leat_window_parent_class)->close_request(gtk_window);
    /* The loop must go on until the stages are gone and the last frame is committed. */
    window->closing = true;
    leat_session_controller_stop(window->context.session);
    gtk_widget_set_sensitive(GTK_WIDGET(window->stack), FALSE);
    gtk_spinner_start(window->closing_spinner);
    gtk_revealer_set_reveal_child(window->closing_bar, leat_figures_is_recording(figures));
    return GDK_EVENT_STOP;
}

static void page_changed(LeatWindow *window)
{
    GtkWidget *shown = adw_view_stack_get_visible_child(window->stack);

    leat_recordings_page_set_shown(window->recordings_page,
                                   shown == GTK_WIDGET(window->recordings_page));
    leat_concurrency_page_set_shown(window->concurrency_page,
                                    shown == GTK_WIDGET(window->concurrency_page));
}

static void leat_window_dispose(GObject *object)
{
    LeatWindow *window = LEAT_WINDOW(object);

    /* The pages go first. */
    G_OBJECT_CLASS(leat_window_parent_class)->dispose(object);
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
    gtk_widget_class_bind_template_child(widget_class, LeatWindow, closing_bar);
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
    gtk_widget_init_template(GTK_WIDGET(window));
    window->context.session = leat_session_controller_new();
    window->context.library = leat_library_model_new();
    window->context.jobs = leat_job_list_new();
    g_action_map_add_action_entries(G_ACTION_MAP(window), actions, G_N_ELEMENTS(actions), window);
}

LeatWindow *leat_window_new(AdwApplication *application, const LeatGuiOptions *options)
{
    LeatWindow *window = g_object_new(LEAT_TYPE_WINDOW, "application", application, NULL);
    const LeatContext *context = &window->context;
    GActionMap *action_map = G_ACTION_MAP(window);
    g_autofree char *file = options->file ? g_canonicalize_filename(options->file, NULL) : NULL;

    if (file)
        leat_library_model_set_path(context->library, file);
    g_signal_connect_object(context->session, "changed", G_CALLBACK(update), window,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(context->session, "failed", G_CALLBACK(tell_failure), window,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(context->session, "noted", G_CALLBACK(tell_note), window,
                            G_CONNECT_SWAPPED);
    leat_recordings_page_set_up(window->recordings_page, context, action_map);
    leat_concurrency_page_set_up(window->concurrency_page, context, action_map);
    leat_live_page_set_up(window->live_page, context, action_map, options->source, true);
    update(window);
    return window;
}
