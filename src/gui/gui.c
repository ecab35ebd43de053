/* SPDX-License-Identifier: MIT */
#include "gui/gui.h"

#include "base/log.h"
#include "concurrency/thread.h"
#include "gui/debug.h"
#include "gui/resources.h"
#include "gui/window.h"

#include <adwaita.h>
#include <glib-unix.h>
#include <signal.h>

#define APPLICATION_ID "org.leat.Leat"

static const struct {
    const char *action;
    const char *keys[3];
} accelerators[] = {
    {"win.start-camera", {"<Control>p"}},
    {"win.stop-camera", {"<Control>period"}},
    {"win.refresh-sources", {"F5"}},
    {"win.start-recording", {"<Control>r"}},
    {"win.stop-recording", {"<Control><Shift>r"}},
    {"win.show-controls", {"F9"}},
    {"window.close", {"<Control>w", "<Control>q"}},
};

static void start_up(GtkApplication *application)
{
    for (size_t i = 0; i < G_N_ELEMENTS(accelerators); i++)
        gtk_application_set_accels_for_action(application, accelerators[i].action,
                                              accelerators[i].keys);
    gtk_window_set_default_icon_name(APPLICATION_ID);
}

static void activate(AdwApplication *application, gpointer options)
{
    GtkWindow *window = gtk_application_get_active_window(GTK_APPLICATION(application));

    if (!window)
        window = GTK_WINDOW(leat_window_new(application, options));
    gtk_window_present(window);
}

/* As if the user had closed the window, so that nothing is lost. */
static gboolean on_signal(gpointer application)
{
    GtkWindow *window = gtk_application_get_active_window(GTK_APPLICATION(application));

    if (window)
        gtk_window_close(window);
    else
        g_application_quit(application);
    return G_SOURCE_CONTINUE;
}

int leat_gui_run(const LeatGuiOptions *options)
{
    static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
    guint watches[G_N_ELEMENTS(ends)];
    AdwApplication *application;
    LeatLoopWatch *watch;
    int status;

    if (!gtk_init_check()) {
        leat_log(LEAT_LOG_ERROR, "cannot open a window: no display can be reached; set DISPLAY or "
                                 "WAYLAND_DISPLAY, or record without a window with 'leat run'");
        return 1;
    }
    leat_thread_adopt("main", LEAT_THREAD_LIVE);
    leat_gui_register_resource();
    /* Two studios on two cameras are two programs. */
    application = adw_application_new(APPLICATION_ID, G_APPLICATION_NON_UNIQUE);
    g_signal_connect(application, "startup", G_CALLBACK(start_up), NULL);
    g_signal_connect(application, "activate", G_CALLBACK(activate), (gpointer)options);
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++)
        watches[i] = g_unix_signal_add(ends[i], on_signal, application);
    watch = leat_debug_watch_loop();
    status = g_application_run(G_APPLICATION(application), 0, NULL);
    leat_loop_watch_free(watch);
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++)
        g_source_remove(watches[i]);
    g_object_unref(application);
    leat_gui_unregister_resource();
    return status;
}
