/* SPDX-License-Identifier: MIT */
#include "gui/gui.h"

#include "base/log.h"
#include "concurrency/thread.h"
#include "gui/application.h"
#include "gui/debug.h"
#include "gui/language.h"
#include "gui/resources.h"

#include <glib-unix.h>
#include <signal.h>

/* As if the user had closed the windows, but nobody is there to be asked. */
static gboolean on_signal(gpointer application)
{
    leat_application_end(application);
    return G_SOURCE_CONTINUE;
}

int leat_gui_run(const LeatGuiOptions *options)
{
    static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
    guint watches[G_N_ELEMENTS(ends)];
    LeatApplication *application;
    LeatLoopWatch *watch;
    int status;

    leat_language_set_up();
    if (!gtk_init_check()) {
        leat_log(LEAT_LOG_ERROR, "cannot open a window: no display can be reached; set DISPLAY or "
                                 "WAYLAND_DISPLAY, or record without a window with 'leat run'");
        return 1;
    }
    leat_thread_adopt("main", LEAT_THREAD_LIVE);
    leat_gui_register_resource();
    application = leat_application_new(options);
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
