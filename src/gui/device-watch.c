/* SPDX-License-Identifier: MIT */
#include "gui/device-watch.h"

#include "base/log.h"

#include <gio/gio.h>

#define FOLDER "/dev"
#define PREFIX "video"
#define QUIET_MS 300

struct LeatDeviceWatch {
    void (*changed)(void *data);
    void *data;
    GFileMonitor *monitor; /* NULL where there is none */
    guint quiet_id;
};

static gboolean is_quiet(gpointer data)
{
    LeatDeviceWatch *watch = data;

    watch->quiet_id = 0;
    watch->changed(watch->data);
    return G_SOURCE_REMOVE;
}

static void on_changed(LeatDeviceWatch *watch, GFile *file)
{
    g_autofree char *name = g_file_get_basename(file);

    if (!g_str_has_prefix(name, PREFIX))
        return;
    g_clear_handle_id(&watch->quiet_id, g_source_remove);
    watch->quiet_id = g_timeout_add(QUIET_MS, is_quiet, watch);
}

LeatDeviceWatch *leat_device_watch_new(void (*changed)(void *data), void *data)
{
    LeatDeviceWatch *watch = g_new0(LeatDeviceWatch, 1);
    g_autoptr(GFile) folder = g_file_new_for_path(FOLDER);
    g_autoptr(GError) error = NULL;

    watch->changed = changed;
    watch->data = data;
    watch->monitor = g_file_monitor_directory(folder, G_FILE_MONITOR_NONE, NULL, &error);
    if (watch->monitor)
        g_signal_connect_swapped(watch->monitor, "changed", G_CALLBACK(on_changed), watch);
    else
        leat_log(LEAT_LOG_WARNING, "cameras that come and go are not noticed: %s", error->message);
    return watch;
}

void leat_device_watch_free(LeatDeviceWatch *watch)
{
    if (!watch)
        return;
    g_clear_handle_id(&watch->quiet_id, g_source_remove);
    if (watch->monitor)
        g_signal_handlers_disconnect_by_func(watch->monitor, on_changed, watch);
    g_clear_object(&watch->monitor);
    g_free(watch);
}
