/* SPDX-License-Identifier: MIT */
#include "gui/settings.h"

#include <glib.h>
#include <glib/gstdio.h>

typedef struct {
    char *folder, *path;
    LeatSettings *settings;
    bool loaded;
} Fixture;

static void set_loaded(void *data)
{
    ((Fixture *)data)->loaded = true;
}

static void load(Fixture *fixture)
{
    fixture->loaded = false;
    fixture->settings = leat_settings_new(fixture->path);
    leat_settings_load(fixture->settings, set_loaded, fixture);
    while (!fixture->loaded)
        g_main_context_iteration(NULL, TRUE);
}

static void set_up(Fixture *fixture, gconstpointer content)
{
    g_autoptr(GError) error = NULL;

    fixture->folder = g_dir_make_tmp("leat-settings-XXXXXX", &error);
    g_assert_no_error(error);
    fixture->path = g_build_filename(fixture->folder, "leat", "studio.ini", NULL);
    if (content) {
        g_autofree char *folder = g_path_get_dirname(fixture->path);

        g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
        g_file_set_contents(fixture->path, content, -1, &error);
        g_assert_no_error(error);
    }
    load(fixture);
}

static void tear_down(Fixture *fixture, gconstpointer content)
{
    g_autofree char *folder = g_path_get_dirname(fixture->path);

    leat_settings_free(fixture->settings);
    g_unlink(fixture->path);
    g_rmdir(folder);
    g_rmdir(fixture->folder);
    g_free(fixture->path);
    g_free(fixture->folder);
}

static void check_defaults(Fixture *fixture, gconstpointer content)
{
    g_autofree char *page = leat_settings_text(fixture->settings, LEAT_SETTING_PAGE);
    g_autofree char *library = leat_settings_text(fixture->settings, LEAT_SETTING_LIBRARY);

    g_assert_cmpint(leat_settings_number(fixture->settings, LEAT_SETTING_WIDTH), ==, 1280);
    g_assert_true(leat_settings_flag(fixture->settings, LEAT_SETTING_THREADING));
    g_assert_cmpstr(page, ==, "live");
    g_assert_null(library);
}

/* Stores what was set and reads it again. */
static void store_and_load(Fixture *fixture)
{
    leat_settings_flush(fixture->settings);
    while (!g_file_test(fixture->path, G_FILE_TEST_EXISTS))
        g_main_context_iteration(NULL, TRUE);
    leat_settings_free(fixture->settings);
    load(fixture);
}

static void what_is_set_is_there_again(Fixture *fixture, gconstpointer content)
{
    g_autofree char *library = NULL;

    leat_settings_set_number(fixture->settings, LEAT_SETTING_WIDTH, 700);
    leat_settings_set_flag(fixture->settings, LEAT_SETTING_THREADING, false);
    leat_settings_set_text(fixture->settings, LEAT_SETTING_LIBRARY, "/a b/=;#\n\"ü.leat");
    store_and_load(fixture);
    library = leat_settings_text(fixture->settings, LEAT_SETTING_LIBRARY);
    g_assert_cmpint(leat_settings_number(fixture->settings, LEAT_SETTING_WIDTH), ==, 700);
    g_assert_false(leat_settings_flag(fixture->settings, LEAT_SETTING_THREADING));
    g_assert_cmpstr(library, ==, "/a b/=;#\n\"ü.leat");
}

static void what_cannot_be_kept_leaves_what_was(Fixture *fixture, gconstpointer content)
{
    g_autofree char *library = NULL;

    leat_settings_set_text(fixture->settings, LEAT_SETTING_LIBRARY, "/first.leat");
    leat_settings_set_text(fixture->settings, LEAT_SETTING_LIBRARY, "/\xff.leat");
    library = leat_settings_text(fixture->settings, LEAT_SETTING_LIBRARY);
    g_assert_cmpstr(library, ==, "/first.leat");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/settings/what is set is there again", Fixture, NULL, set_up,
               what_is_set_is_there_again, tear_down);
    g_test_add("/settings/what cannot be kept leaves what was", Fixture, NULL, set_up,
               what_cannot_be_kept_leaves_what_was, tear_down);
    g_test_add("/settings/no file has defaults", Fixture, NULL, set_up, check_defaults, tear_down);
    g_test_add("/settings/a damaged file has defaults", Fixture, "[[\xff", set_up, check_defaults,
               tear_down);
    g_test_add("/settings/senseless values have defaults", Fixture,
               "[window]\nwidth=-1\npage=\n[recording]\nlibrary=\n[power]\nthreading=maybe\n",
               set_up, check_defaults, tear_down);
    return g_test_run();
}
