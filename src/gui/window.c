/* SPDX-License-Identifier: MIT */
#include "gui/window.h"

#include "gui/camera-group.h"
#include "gui/failure.h"
#include "gui/live-view.h"
#include "gui/power-group.h"
#include "gui/recording-group.h"
#include "gui/session-controller.h"

struct _LeatWindow {
    AdwApplicationWindow parent_instance;

    /* The template's. */
    AdwWindowTitle *window_title;
    GtkRevealer *closing_bar;
    GtkSpinner *closing_spinner;
    AdwToastOverlay *toast_overlay;
    AdwFlap *flap;
    LeatLiveView *live_view;
    LeatCameraGroup *camera_group;
    LeatRecordingGroup *recording_group;
    LeatPowerGroup *power_group;

    LeatSessionController *controller;
    bool closing; /* when the session has ended */
};

G_DEFINE_FINAL_TYPE(LeatWindow, leat_window, ADW_TYPE_APPLICATION_WINDOW)

static void start_camera(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    leat_camera_group_start(LEAT_WINDOW(data)->camera_group);
}

static void stop_camera(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    leat_session_controller_stop(LEAT_WINDOW(data)->controller);
}

static void close_camera(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    leat_session_controller_close(LEAT_WINDOW(data)->controller);
}

static void refresh_sources(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    leat_camera_group_refresh(LEAT_WINDOW(data)->camera_group);
}

static void start_recording(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    leat_recording_group_start(LEAT_WINDOW(data)->recording_group);
}

static void stop_recording(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    leat_session_controller_stop_recording(LEAT_WINDOW(data)->controller);
}

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
    {.name = "start-camera", .activate = start_camera},
    {.name = "stop-camera", .activate = stop_camera},
    {.name = "close-camera", .activate = close_camera},
    {.name = "refresh-sources", .activate = refresh_sources},
    {.name = "start-recording", .activate = start_recording},
    {.name = "stop-recording", .activate = stop_recording},
    {.name = "about", .activate = show_about},
};

static void enable(LeatWindow *window, const char *name, bool enabled)
{
    GAction *action = g_action_map_lookup_action(G_ACTION_MAP(window), name);

    g_simple_action_set_enabled(G_SIMPLE_ACTION(action), enabled);
}

static void update_actions(LeatWindow *window, const LeatFigures *figures)
{
    bool running = figures->phase == LEAT_PHASE_RUNNING;
    bool recording = leat_figures_is_recording(figures);

    enable(window, "start-camera", !running);
    enable(window, "stop-camera", running);
    enable(window, "close-camera", running || !leat_live_view_is_empty(window->live_view));
    enable(window, "start-recording", running && !recording);
    enable(window, "stop-recording", recording && figures->light != LEAT_LIGHT_STOPPING);
    /* Another source would end the recording behind the user's back. */
    leat_camera_group_set_locked(window->camera_group, recording);
}

static void update(LeatWindow *window)
{
    const LeatFigures *figures = leat_session_controller_figures(window->controller);
    const LeatSourceSpec *source = leat_session_controller_source(window->controller);

    adw_window_title_set_subtitle(window->window_title, source ? source->shown : "");
    update_actions(window, figures);
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
    const LeatFigures *figures = leat_session_controller_figures(window->controller);

    if (figures->phase == LEAT_PHASE_IDLE && !window->closing)
        return GTK_WINDOW_CLASS(leat_window_parent_class)->close_request(gtk_window);
    /* The loop must go on until the stages are gone and the last frame is committed. */
    window->closing = true;
    leat_session_controller_stop(window->controller);
    gtk_widget_set_sensitive(GTK_WIDGET(window->flap), FALSE);
    gtk_spinner_start(window->closing_spinner);
    gtk_revealer_set_reveal_child(window->closing_bar, leat_figures_is_recording(figures));
    return GDK_EVENT_STOP;
}

static void leat_window_dispose(GObject *object)
{
    g_clear_object(&LEAT_WINDOW(object)->controller);
    G_OBJECT_CLASS(leat_window_parent_class)->dispose(object);
}

static void leat_window_class_init(LeatWindowClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = leat_window_dispose;
    GTK_WINDOW_CLASS(class)->close_request = leat_window_close_request;
    g_type_ensure(LEAT_TYPE_LIVE_VIEW);
    g_type_ensure(LEAT_TYPE_CAMERA_GROUP);
    g_type_ensure(LEAT_TYPE_RECORDING_GROUP);
    g_type_ensure(LEAT_TYPE_POWER_GROUP);
    gtk_widget_class_set_template_from_resource(widget_class, "/org/leat/Leat/gui/window.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatWindow, window_title);
    gtk_widget_class_bind_template_child(widget_class, LeatWindow, closing_bar);
    gtk_widget_class_bind_template_child(widget_class, LeatWindow, closing_spinner);
    gtk_widget_class_bind_template_child(widget_class, LeatWindow, toast_overlay);
    gtk_widget_class_bind_template_child(widget_class, LeatWindow, flap);
    gtk_widget_class_bind_template_child(widget_class, LeatWindow, live_view);
    gtk_widget_class_bind_template_child(widget_class, LeatWindow, camera_group);
    gtk_widget_class_bind_template_child(widget_class, LeatWindow, recording_group);
    gtk_widget_class_bind_template_child(widget_class, LeatWindow, power_group);
}

static void leat_window_init(LeatWindow *window)
{
    g_autoptr(GPropertyAction) show_controls = NULL;

    gtk_widget_init_template(GTK_WIDGET(window));
    window->controller = leat_session_controller_new();
    g_action_map_add_action_entries(G_ACTION_MAP(window), actions, G_N_ELEMENTS(actions), window);
    show_controls = g_property_action_new("show-controls", window->flap, "reveal-flap");
    g_action_map_add_action(G_ACTION_MAP(window), G_ACTION(show_controls));
}

LeatWindow *leat_window_new(AdwApplication *application, const LeatGuiOptions *options)
{
    LeatWindow *window = g_object_new(LEAT_TYPE_WINDOW, "application", application, NULL);
    LeatSessionController *controller = window->controller;

    g_signal_connect_object(controller, "changed", G_CALLBACK(update), window, G_CONNECT_SWAPPED);
    g_signal_connect_object(controller, "failed", G_CALLBACK(tell_failure), window,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(controller, "noted", G_CALLBACK(tell_note), window, G_CONNECT_SWAPPED);
    leat_live_view_set_controller(window->live_view, controller);
    leat_recording_group_set_controller(window->recording_group, controller, options->file);
    leat_power_group_set_controller(window->power_group, controller);
    leat_camera_group_set_controller(window->camera_group, controller, options->source);
    update(window);
    return window;
}
