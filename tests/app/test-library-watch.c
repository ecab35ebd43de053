/* SPDX-License-Identifier: MIT */
/* A library is listed anew when it changes, errors are told, and thumbnails come. */
#include "app/library-edit.h"
#include "app/library-watch.h"
#include "app/session.h"
#include "base/error.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#define FRAMES 12

/* A folder of its own, and what the watch told of the library in it. */
typedef struct {
    char *folder, *path;
    LeatLibraryWatch *watch;
    int lists;
    int64_t count; /* recordings in the last list; -1 when the file is not there */
    char *name;    /* of the last recording */
    int error;     /* the last list's, or -1 */
    int thumbnails, width, height;
    bool stopped;
} Place;

static void listed(const char *path, GPtrArray *recordings, const GError *error, void *data)
{
    Place *place = data;

    g_assert_cmpstr(path, ==, place->path);
    place->lists++;
    place->error = error ? error->code : -1;
    place->count = recordings ? (int64_t)recordings->len : -1;
    g_clear_pointer(&place->name, g_free);
    if (recordings && recordings->len > 0)
        place->name = g_strdup(((LeatRecording *)recordings->pdata[recordings->len - 1])->name);
    if (recordings)
        g_ptr_array_unref(recordings);
}

static void thumbnail(const char *path, int64_t recording, LeatFrame *picture, void *data)
{
    Place *place = data;

    g_assert_cmpstr(path, ==, place->path);
    g_assert_cmpint(recording, >, 0);
    place->thumbnails++;
    place->width = picture ? leat_frame_width(picture) : 0;
    place->height = picture ? leat_frame_height(picture) : 0;
    if (picture)
        g_assert_cmpstr(leat_frame_pixel_format(picture), ==, "bgra");
}

static void stopped(void *data)
{
    ((Place *)data)->stopped = true;
}

static void turn(void)
{
    g_main_context_iteration(NULL, TRUE);
}

static void set_up(Place *place, gconstpointer data)
{
    LeatLibraryWatchCallbacks callbacks = {listed, thumbnail, stopped, place};
    GError *error = NULL;

    (void)data;
    place->folder = g_dir_make_tmp("leat-watch-XXXXXX", NULL);
    place->path = g_build_filename(place->folder, "library.leat", NULL);
    place->watch = leat_library_watch_new(&callbacks, 80, 80, NULL, &error);
    g_assert_no_error(error);
}

static void tear_down(Place *place, gconstpointer data)
{
    (void)data;
    if (place->watch) {
        leat_library_watch_stop(place->watch);
        while (!place->stopped)
            turn();
    }
    leat_library_watch_free(place->watch);
    g_remove(place->path);
    g_assert_cmpint(g_rmdir(place->folder), ==, 0);
    g_free(place->folder);
    g_free(place->path);
    g_free(place->name);
}

static void on_changed(void *data)
{
    (void)data;
    g_main_context_wakeup(NULL);
}

static void record(Place *place, const char *name)
{
    const char *const texts[][2] = {
        {"source", "test:64x48@30"}, {"pace", "fast"}, {"frames", G_STRINGIFY(FRAMES)},
        {"record", place->path},     {"name", name},
    };
    LeatSessionOptions options;
    LeatPipelineStatus status = {0};
    GError *error = NULL;
    LeatSession *session;

    leat_session_options_init(&options);
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        g_assert_true(leat_session_options_set(&options, texts[i][0], texts[i][1], NULL));
    session = leat_session_new(&options, &(LeatSessionCallbacks){.changed = on_changed}, &error);
    g_assert_no_error(error);
    g_assert_true(leat_session_start(session, &error));
    while (!status.finished) {
        turn();
        leat_pipeline_get_status(leat_session_pipeline(session), &status);
    }
    g_assert_true(leat_session_close(session, &error));
    leat_session_options_clear(&options);
}

static void wait_for_count(Place *place, int64_t count)
{
    while (place->lists == 0 || place->count != count)
        turn();
}

static void test_changes_are_seen(Place *place, gconstpointer data)
{
    GError *error = NULL;

    (void)data;
    leat_library_watch_set_path(place->watch, place->path);
    wait_for_count(place, -1);
    g_assert_cmpint(place->error, ==, -1); /* that it is not there yet is no error */
    leat_library_watch_set_close(place->watch, true);
    record(place, "one");
    wait_for_count(place, 1);
    record(place, "two");
    wait_for_count(place, 2);
    g_assert_cmpstr(place->name, ==, "two");
    leat_library_rename(place->path, 2, "second", &error);
    g_assert_no_error(error);
    while (strcmp(place->name, "second") != 0)
        turn();
}

static void test_asked_to_look_it_looks(Place *place, gconstpointer data)
{
    int lists;

    (void)data;
    record(place, "one");
    leat_library_watch_set_path(place->watch, place->path);
    wait_for_count(place, 1);
    lists = place->lists;
    leat_library_watch_refresh(place->watch);
    while (place->lists == lists)
        turn();
}

static void test_a_broken_file_is_told(Place *place, gconstpointer data)
{
    (void)data;
    g_assert_true(
        g_file_set_contents(place->path, "this is no library at all, not by far", -1, NULL));
    leat_library_watch_set_path(place->watch, place->path);
    while (place->lists == 0)
        turn();
    g_assert_cmpint(place->error, ==, LEAT_ERROR_CORRUPT);
    g_assert_cmpint(place->count, ==, -1);
}

static void test_thumbnails_come(Place *place, gconstpointer data)
{
    (void)data;
    record(place, "one");
    leat_library_watch_set_path(place->watch, place->path);
    leat_library_watch_want_thumbnail(place->watch, 1);
    while (place->thumbnails == 0)
        turn();
    g_assert_cmpint(place->width, ==, 80);
    g_assert_cmpint(place->height, ==, 60);
    leat_library_watch_want_thumbnail(place->watch, 9); /* there is none: told too */
    while (place->thumbnails == 1)
        turn();
    g_assert_cmpint(place->width, ==, 0);
}

static void test_more_than_can_wait_are_given_up(Place *place, gconstpointer data)
{
    (void)data;
    record(place, "one");
    leat_library_watch_set_path(place->watch, place->path);
    for (int i = 0; i < 3 * LEAT_LIBRARY_WATCH_WAITING; i++)
        leat_library_watch_want_thumbnail(place->watch, 1);
    while (place->thumbnails == 0)
        turn();
}

static void on_gone(void *gone)
{
    *(bool *)gone = true;
}

static void test_let_go_it_ends_by_itself(Place *place, gconstpointer data)
{
    bool gone = false;

    (void)data;
    leat_library_watch_set_path(place->watch, place->path);
    leat_library_watch_let_go(g_steal_pointer(&place->watch), on_gone, &gone);
    while (!gone)
        turn();
    g_assert_false(place->stopped);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/watch/let-go-it-ends-by-itself", Place, NULL, set_up,
               test_let_go_it_ends_by_itself, tear_down);
    g_test_add("/watch/changes-are-seen", Place, NULL, set_up, test_changes_are_seen, tear_down);
    g_test_add("/watch/asked-to-look-it-looks", Place, NULL, set_up, test_asked_to_look_it_looks,
               tear_down);
    g_test_add("/watch/a-broken-file-is-told", Place, NULL, set_up, test_a_broken_file_is_told,
               tear_down);
    g_test_add("/watch/thumbnails-come", Place, NULL, set_up, test_thumbnails_come, tear_down);
    g_test_add("/watch/more-than-can-wait-are-given-up", Place, NULL, set_up,
               test_more_than_can_wait_are_given_up, tear_down);
    return g_test_run();
}
