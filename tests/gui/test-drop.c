/* SPDX-License-Identifier: MIT */
/* What is dropped on the window, as the places that it opens. */
#include "gui/drop.h"

/* The places, joined by '|'. */
static GString *places;

static void note_place(GtkWidget *widget, const char *location)
{
    g_assert_null(widget);
    g_string_append_printf(places, "%s%s", places->len > 0 ? "|" : "", location);
}

static void assert_opens(const GValue *value, const char *expected)
{
    places = g_string_new(NULL);
    g_assert_true(leat_drop_take(value, NULL, note_place));
    g_assert_cmpstr(places->str, ==, expected);
    g_string_free(places, TRUE);
}

/* As a file manager gives it; `uris` ends with NULL. */
static void assert_files_open(const char *const *uris, const char *expected)
{
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_object_unref);
    GValue value = G_VALUE_INIT;

    for (; *uris; uris++)
        g_ptr_array_add(files, g_file_new_for_uri(*uris));
    g_value_init(&value, GDK_TYPE_FILE_LIST);
    g_value_take_boxed(&value, gdk_file_list_new_from_array((GFile **)files->pdata, files->len));
    assert_opens(&value, expected);
    g_value_unset(&value);
}

static void a_library_and_a_video_are_paths(void)
{
    const char *const library[] = {"file:///data/a%20b.leat", NULL};
    const char *const video[] = {"file:///data/%C3%BC.mkv", NULL};

    assert_files_open(library, "/data/a b.leat");
    assert_files_open(video, "/data/ü.mkv");
}

static void several_come_in_their_order(void)
{
    const char *const files[] = {"file:///b.mkv", "file:///a.leat", "file:///c.mp4", NULL};
    const char *const none[] = {NULL};

    assert_files_open(files, "/b.mkv|/a.leat|/c.mp4");
    assert_files_open(none, "");
}

static void what_is_not_local_keeps_its_address(void)
{
    const char *const files[] = {"https://camera.local/live.m3u8", NULL};

    assert_files_open(files, "https://camera.local/live.m3u8");
}

static void a_folder_is_told_by_its_path(void)
{
    const char *const files[] = {"file:///data/", NULL};

    assert_files_open(files, "/data");
}

static void a_single_file_is_one_too(void)
{
    GValue value = G_VALUE_INIT;

    g_value_init(&value, G_TYPE_FILE);
    g_value_take_object(&value, g_file_new_for_path("/data/a.leat"));
    assert_opens(&value, "/data/a.leat");
    g_value_unset(&value);
}

static void of_a_text_the_first_line_counts(void)
{
    GValue value = G_VALUE_INIT;

    g_value_init(&value, G_TYPE_STRING);
    g_value_set_static_string(&value, "  rtsp://camera.local/stream \r\nmore");
    assert_opens(&value, "rtsp://camera.local/stream");
    g_value_set_static_string(&value, " \n");
    assert_opens(&value, "");
    g_value_set_static_string(&value, NULL);
    assert_opens(&value, "");
    g_value_unset(&value);
}

static void anything_else_is_refused(void)
{
    GValue value = G_VALUE_INIT;

    g_value_init(&value, G_TYPE_INT);
    g_assert_false(leat_drop_take(&value, NULL, note_place));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/drop/a library and a video are paths", a_library_and_a_video_are_paths);
    g_test_add_func("/drop/several come in their order", several_come_in_their_order);
    g_test_add_func("/drop/what is not local keeps its address",
                    what_is_not_local_keeps_its_address);
    g_test_add_func("/drop/a folder is told by its path", a_folder_is_told_by_its_path);
    g_test_add_func("/drop/a single file is one too", a_single_file_is_one_too);
    g_test_add_func("/drop/of a text the first line counts", of_a_text_the_first_line_counts);
    g_test_add_func("/drop/anything else is refused", anything_else_is_refused);
    return g_test_run();
}
