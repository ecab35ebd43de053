/* SPDX-License-Identifier: MIT */
/* What the rows of the window offer to choose from. */
#include "gui/mode-choice.h"
#include "gui/source-choice.h"
#include "gui/string-list.h"

#include "media/source.h"

static void count_call(int *calls)
{
    ++*calls;
}

/* Counts the changes of a list. */
static void watch(gpointer list, int *changes)
{
    *changes = 0;
    g_signal_connect_swapped(list, "items-changed", G_CALLBACK(count_call), changes);
}

static void expect_texts(GtkStringList *list, const char *expected)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < g_list_model_get_n_items(G_LIST_MODEL(list)); i++)
        g_string_append_printf(text, " %s", gtk_string_list_get_string(list, i));
    g_assert_cmpstr(text->str, ==, expected);
}

static void texts_that_are_there_are_left_alone(void)
{
    static const char *const first[] = {"usual", "one", "two", NULL};
    static const char *const same[] = {"one", "two", NULL}, *const fewer[] = {"one", NULL},
                             *const none[] = {NULL};
    g_autoptr(GtkStringList) list = gtk_string_list_new(first);
    int changes;

    watch(list, &changes);
    g_assert_false(leat_string_list_set(list, 1, same));
    g_assert_cmpint(changes, ==, 0);
    g_assert_true(leat_string_list_set(list, 1, fewer));
    expect_texts(list, " usual one");
    g_assert_true(leat_string_list_set(list, 1, same));
    expect_texts(list, " usual one two");
    g_assert_true(leat_string_list_set(list, 1, none));
    g_assert_false(leat_string_list_set(list, 1, none));
    expect_texts(list, " usual");
    g_assert_cmpint(changes, ==, 3);
}

/* The sources of a machine, as leat_source_list tells of them. */

static void free_info(gpointer data)
{
    LeatSourceInfo *info = data;

    g_free(info->spec);
    g_free(info->name);
    g_strfreev(info->formats);
    g_free(info);
}

static void add_info(GPtrArray *found, LeatSourceKind kind, const char *spec, const char *name)
{
    LeatSourceInfo *info = g_new0(LeatSourceInfo, 1);

    info->kind = kind;
    info->spec = g_strdup(spec);
    info->name = g_strdup(name);
    info->formats = g_strsplit("MJPG 640x480@30", "|", -1);
    g_ptr_array_add(found, info);
}

static GPtrArray *find_sources(bool camera)
{
    GPtrArray *found = g_ptr_array_new_with_free_func(free_info);

    if (camera)
        add_info(found, LEAT_SOURCE_CAMERA, "/dev/video0", "Eye");
    add_info(found, LEAT_SOURCE_TEST, "test", "Test pattern");
    return found;
}

static void expect_sources(GListStore *choices, const char *expected)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < g_list_model_get_n_items(G_LIST_MODEL(choices)); i++) {
        g_autoptr(GObject) choice = g_list_model_get_item(G_LIST_MODEL(choices), i);
        g_autofree char *name = NULL;

        g_object_get(choice, "name", &name, NULL);
        g_string_append_printf(text, "|%s", name);
    }
    g_assert_cmpstr(text->str, ==, expected);
}

static void a_search_that_finds_the_same_leaves_the_sources_alone(void)
{
    g_autoptr(GListStore) choices = g_list_store_new(LEAT_TYPE_SOURCE_CHOICE);
    g_autoptr(GPtrArray) found = find_sources(true), again = find_sources(true);
    int changes;

    watch(choices, &changes);
    leat_source_choices_fill(choices, found, NULL);
    expect_sources(choices, "|Eye|Test pattern|File or address…");
    leat_source_choices_fill(choices, again, NULL);
    g_assert_cmpint(changes, ==, 1);
}

static void a_chosen_camera_that_goes_is_told_and_comes_back(void)
{
    g_autoptr(GListStore) choices = g_list_store_new(LEAT_TYPE_SOURCE_CHOICE);
    g_autoptr(GPtrArray) with = find_sources(true), without = find_sources(false);
    g_autoptr(LeatSourceChoice) kept = NULL, gone = NULL;

    leat_source_choices_fill(choices, with, NULL);
    kept = g_list_model_get_item(G_LIST_MODEL(choices), 0);
    leat_source_choices_fill(choices, without, kept);
    expect_sources(choices, "|Eye (not there)|Test pattern|File or address…");
    gone = g_list_model_get_item(G_LIST_MODEL(choices), 0);
    leat_source_choices_fill(choices, without, gone);
    expect_sources(choices, "|Eye (not there)|Test pattern|File or address…");
    leat_source_choices_fill(choices, with, gone);
    expect_sources(choices, "|Eye|Test pattern|File or address…");
    leat_source_choices_fill(choices, without, NULL);
    expect_sources(choices, "|Test pattern|File or address…");
}

static void the_usual_source_is_the_best_then_a_camera(void)
{
    g_autoptr(GListStore) choices = g_list_store_new(LEAT_TYPE_SOURCE_CHOICE);
    g_autoptr(GPtrArray) with = find_sources(true), without = find_sources(false);
    GListModel *model = G_LIST_MODEL(choices);

    leat_source_choices_fill(choices, with, NULL);
    g_assert_cmpuint(leat_source_choices_best(model, "test"), ==, 1);
    g_assert_cmpuint(leat_source_choices_best(model, "/dev/video9"), ==, 0);
    g_assert_cmpuint(leat_source_choices_best(model, NULL), ==, 0);
    g_assert_cmpuint(leat_source_choices_find(model, "/nowhere/film.mkv"), ==, 2);
    leat_source_choices_fill(choices, without, NULL);
    g_assert_cmpuint(leat_source_choices_best(model, NULL), ==, 0);
}

static void expect_modes(char **modes, const char *expected)
{
    g_autofree char *text = g_strjoinv(" ", modes);

    g_assert_cmpstr(text, ==, expected);
    g_strfreev(modes);
}

static void a_cameras_modes_are_told_once_the_largest_first(void)
{
    static const char *const formats[] = {"YUYV 640x480@30", "MJPG 640x480@15",
                                          "MJPG 1280x720@30000/1001", "senseless", NULL};

    expect_modes(leat_mode_sizes(formats), "1280x720 640x480");
    expect_modes(leat_mode_rates(formats, NULL), "30 30000/1001 15");
    expect_modes(leat_mode_rates(formats, "640x480"), "30 15");
    expect_modes(leat_mode_rates(formats, "320x240"), "");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/choices/texts-that-are-there-are-left-alone",
                    texts_that_are_there_are_left_alone);
    g_test_add_func("/choices/a-search-that-finds-the-same-leaves-the-sources-alone",
                    a_search_that_finds_the_same_leaves_the_sources_alone);
    g_test_add_func("/choices/a-chosen-camera-that-goes-is-told-and-comes-back",
                    a_chosen_camera_that_goes_is_told_and_comes_back);
    g_test_add_func("/choices/the-usual-source-is-the-best-then-a-camera",
                    the_usual_source_is_the_best_then_a_camera);
    g_test_add_func("/choices/a-cameras-modes-are-told-once-the-largest-first",
                    a_cameras_modes_are_told_once_the_largest_first);
    return g_test_run();
}
