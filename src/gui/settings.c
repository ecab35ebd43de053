/* SPDX-License-Identifier: MIT */
#include "gui/settings.h"

#include "base/log.h"
#include "gui/background.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

/* A window that is being resized changes often. */
#define WRITE_AFTER_MS 1000

#define MAX_TEXT 4096

static const struct {
    const char *group, *key;
    int fallback, least, most; /* of a number; a flag is 0 or 1 */
    const char *text;          /* a text's default */
} table[LEAT_SETTINGS] = {
    [LEAT_SETTING_WIDTH] = {"window", "width", 1280, 1, 16384},
    [LEAT_SETTING_HEIGHT] = {"window", "height", 800, 1, 16384},
    [LEAT_SETTING_MAXIMIZED] = {"window", "maximized", false},
    [LEAT_SETTING_PAGE] = {"window", "page", .text = "live"},
    [LEAT_SETTING_CONTROLS] = {"window", "controls", true},
    [LEAT_SETTING_STYLE] = {"window", "style", .text = "system"},
    [LEAT_SETTING_LIBRARY] = {"recording", "library"},
    [LEAT_SETTING_RECORD_RATE] = {"recording", "rate"},
    [LEAT_SETTING_CODEC] = {"recording", "codec"},
    [LEAT_SETTING_SOURCE] = {"camera", "source"},
    [LEAT_SETTING_THREADING] = {"power", "threading", true},
    [LEAT_SETTING_CLASSES] = {"labels", "classes"},
    [LEAT_SETTING_LABEL_PAST] = {"labels", "past", 3, 1, 30},
    [LEAT_SETTING_CARRY_ON] = {"labels", "carry-on", false},
    [LEAT_SETTING_MODEL] = {"model", "name"},
    [LEAT_SETTING_MODEL_LIBRARY] = {"model", "library"},
};

struct LeatSettings {
    char *path;
    GKeyFile *values;
    LeatBackground *io; /* the reading, or a writing */
    void (*loaded)(void *data);
    void *loaded_data;
    guint write_id;    /* when it is due */
    bool changed;      /* since the last writing began */
    bool write_at_end; /* of the one that goes on */
    bool held;         /* the application */
};

LeatSettings *leat_settings_new(const char *path)
{
    LeatSettings *settings = g_new0(LeatSettings, 1);

    settings->path = g_strdup(path);
    settings->values = g_key_file_new();
    return settings;
}

static void hold(LeatSettings *settings, bool held)
{
    GApplication *application = g_application_get_default();

    if (!application || settings->held == held)
        return;
    settings->held = held;
    if (held)
        g_application_hold(application);
    else
        g_application_release(application);
}

void leat_settings_free(LeatSettings *settings)
{
    if (!settings)
        return;
    g_clear_handle_id(&settings->write_id, g_source_remove);
    leat_background_free(settings->io);
    g_key_file_unref(settings->values);
    g_free(settings->path);
    g_free(settings);
}

static void *read_file(void *path)
{
    g_autoptr(GError) error = NULL;
    GKeyFile *values = g_key_file_new();

    if (!g_key_file_load_from_file(values, path, G_KEY_FILE_KEEP_COMMENTS, &error) &&
        !g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        leat_log(LEAT_LOG_WARNING, "cannot read the settings %s: %s; going on without them",
                 (const char *)path, error->message);
    return values;
}

static void file_read(void *result, void *target)
{
    LeatSettings *settings = target;

    g_clear_pointer(&settings->io, leat_background_free);
    g_key_file_unref(settings->values);
    settings->values = result;
    settings->loaded(settings->loaded_data);
}

static void unref_values(void *values)
{
    g_key_file_unref(values);
}

void leat_settings_load(LeatSettings *settings, void (*loaded)(void *data), void *data)
{
    LeatBackgroundCall call = {
        "read-settings", read_file, file_read, unref_values, g_strdup(settings->path), g_free,
    };
    g_autoptr(GError) error = NULL;

    settings->loaded = loaded;
    settings->loaded_data = data;
    settings->io = leat_background_new(&call, settings, &error);
    if (!settings->io) {
        leat_log(LEAT_LOG_WARNING, "cannot read the settings: %s", error->message);
        loaded(data);
    }
}

bool leat_settings_flag(LeatSettings *settings, LeatSetting setting)
{
    g_autoptr(GError) error = NULL;
    bool value =
        g_key_file_get_boolean(settings->values, table[setting].group, table[setting].key, &error);

    return error ? table[setting].fallback : value;
}

int leat_settings_number(LeatSettings *settings, LeatSetting setting)
{
    g_autoptr(GError) error = NULL;
    int value =
        g_key_file_get_integer(settings->values, table[setting].group, table[setting].key, &error);

    if (error || value < table[setting].least || value > table[setting].most)
        return table[setting].fallback;
    return value;
}

char *leat_settings_text(LeatSettings *settings, LeatSetting setting)
{
    g_autofree char *value =
        g_key_file_get_string(settings->values, table[setting].group, table[setting].key, NULL);

    if (!value || !*value || strlen(value) > MAX_TEXT)
        return g_strdup(table[setting].text);
    return g_steal_pointer(&value);
}

/* A writing takes the text and the path as one array. */
static void *write_file(void *data)
{
    char **work = data;
    g_autofree char *folder = g_path_get_dirname(work[0]);
    g_autoptr(GError) error = NULL;

    if (g_mkdir_with_parents(folder, 0700) != 0)
        leat_log(LEAT_LOG_WARNING, "cannot keep the settings in %s: %s", folder, g_strerror(errno));
    else if (!g_file_set_contents_full(work[0], work[1], -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                       &error))
        leat_log(LEAT_LOG_WARNING, "cannot keep the settings in %s: %s", work[0], error->message);
    return NULL;
}

static void file_written(void *result, void *target)
{
    LeatSettings *settings = target;

    g_clear_pointer(&settings->io, leat_background_free);
    if (settings->changed && settings->write_at_end)
        leat_settings_flush(settings);
    else if (!settings->changed)
        hold(settings, false);
}

static void free_work(void *work)
{
    g_strfreev(work);
}

void leat_settings_flush(LeatSettings *settings)
{
    LeatBackgroundCall call = {"write-settings", write_file, file_written, NULL, NULL, free_work};
    g_autoptr(GError) error = NULL;
    char **work;

    if (!settings->changed)
        return;
    if (settings->io) {
        settings->write_at_end = true;
        return;
    }
    g_clear_handle_id(&settings->write_id, g_source_remove);
    work = g_new0(char *, 3);
    work[0] = g_strdup(settings->path);
    work[1] = g_key_file_to_data(settings->values, NULL, NULL);
    call.data = work;
    settings->changed = false;
    settings->write_at_end = false;
    settings->io = leat_background_new(&call, settings, &error);
    if (!settings->io) {
        leat_log(LEAT_LOG_WARNING, "cannot keep the settings: %s", error->message);
        hold(settings, false);
    }
}

static gboolean write_is_due(gpointer data)
{
    LeatSettings *settings = data;

    settings->write_id = 0;
    leat_settings_flush(settings);
    return G_SOURCE_REMOVE;
}

static void note_change(LeatSettings *settings)
{
    settings->changed = true;
    hold(settings, true);
    if (!settings->write_id)
        settings->write_id = g_timeout_add(WRITE_AFTER_MS, write_is_due, settings);
}

static bool is_stored(LeatSettings *settings, LeatSetting setting)
{
    return g_key_file_has_key(settings->values, table[setting].group, table[setting].key, NULL);
}

void leat_settings_set_flag(LeatSettings *settings, LeatSetting setting, bool value)
{
    if (leat_settings_flag(settings, setting) == value)
        return;
    g_key_file_set_boolean(settings->values, table[setting].group, table[setting].key, value);
    note_change(settings);
}

void leat_settings_set_number(LeatSettings *settings, LeatSetting setting, int value)
{
    if (leat_settings_number(settings, setting) == value)
        return;
    g_key_file_set_integer(settings->values, table[setting].group, table[setting].key, value);
    note_change(settings);
}

void leat_settings_set_text(LeatSettings *settings, LeatSetting setting, const char *value)
{
    g_autofree char *now = leat_settings_text(settings, setting);

    if (value && (!g_utf8_validate(value, -1, NULL) || strlen(value) > MAX_TEXT))
        return;
    if (g_strcmp0(now, value) == 0 || (!value && !is_stored(settings, setting)))
        return;
    if (value)
        g_key_file_set_string(settings->values, table[setting].group, table[setting].key, value);
    else
        g_key_file_remove_key(settings->values, table[setting].group, table[setting].key, NULL);
    note_change(settings);
}
