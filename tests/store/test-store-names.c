/* SPDX-License-Identifier: MIT */
#include "store-support.h"

#include "base/error.h"

#include <string.h>

static void test_taken(Place *place, gconstpointer data)
{
    (void)data;
    record(place->path, "morning", 3, 100);
    assert_not_written(place->path, "morning", LEAT_ERROR_EXISTS, "'morning'");
    record(place->path, "Morning", 3, 100);
    assert_sql(place->path,
               "SELECT group_concat(name) FROM (SELECT name FROM recording ORDER BY id)",
               "morning,Morning");
}

/* Taken between opening and the first packet. */
static void test_taken_meanwhile(Place *place, gconstpointer data)
{
    LeatStoreWriterOptions options = {.path = place->path, .name = "a", .source = "test"};
    LeatStreamInfo stream = make_stream();
    GError *error = NULL;
    LeatStoreWriter *late = leat_store_writer_open(&options, &error);

    (void)data;
    g_assert_no_error(error);
    record(place->path, "a", 3, 100);
    g_assert_false(leat_store_writer_begin(late, &stream, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_EXISTS);
    g_clear_error(&error);
    g_assert_true(leat_store_writer_finish(late, &error));
    assert_sql(place->path, "SELECT count(*) FROM recording", "1");
}

static void test_impossible(Place *place, gconstpointer data)
{
    char *long_name = g_strnfill(300, 'x');

    (void)data;
    assert_not_written(place->path, "", LEAT_ERROR_INVALID, "is empty");
    assert_not_written(place->path, "42", LEAT_ERROR_INVALID, "only digits");
    assert_not_written(place->path, "a\nb", LEAT_ERROR_INVALID, "control characters");
    assert_not_written(place->path, "a\xc2\x9b", LEAT_ERROR_INVALID, "control characters");
    assert_not_written(place->path, "\xff\xfe", LEAT_ERROR_INVALID, "UTF-8");
    assert_not_written(place->path, long_name, LEAT_ERROR_INVALID, "too long");
    g_free(long_name);
    /* None of them made a file. */
    g_assert_false(g_file_test(place->path, G_FILE_TEST_EXISTS));
}

static void test_any_language(Place *place, gconstpointer data)
{
    static const char *const names[] = {"Mäuse, Käfig 3", "朝", "it's \"quoted\"", "-", "0x10"};
    LeatStore *store;

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        record(place->path, names[i], 1, 100);
    store = open_store(place->path);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        GError *error = NULL;
        LeatRecording *recording = leat_store_find(store, names[i], &error);

        g_assert_no_error(error);
        g_assert_cmpstr(recording->name, ==, names[i]);
        g_assert_cmpint(recording->id, ==, (int64_t)i + 1);
        leat_recording_free(recording);
    }
    leat_store_close(store);
}

static void test_default(Place *place, gconstpointer data)
{
    LeatStoreWriter *writer;

    (void)data;
    record(place->path, "recording-2", 1, 100);
    record(place->path, NULL, 1, 100);
    writer = start_writer(place->path, NULL, true);
    g_assert_cmpstr(leat_store_writer_name(writer), ==, "recording-3");
    g_assert_cmpint(leat_store_writer_id(writer), ==, 3);
    finish_writer(writer, 0);
    assert_sql(place->path,
               "SELECT group_concat(name) FROM (SELECT name FROM recording ORDER BY id)",
               "recording-2,recording-1,recording-3");
}

/* Numbers that were given once are not given again, or what refers to one would change its
 * meaning. */
static void test_ids(Place *place, gconstpointer data)
{
    (void)data;
    record(place->path, "a", 1, 100);
    record(place->path, "b", 1, 100);
    assert_sql(place->path, "PRAGMA foreign_keys = ON; DELETE FROM recording WHERE name = 'b'", "");
    record(place->path, "c", 1, 100);
    assert_sql(place->path, "SELECT id FROM recording WHERE name = 'c'", "3");
    assert_sql(place->path,
               "SELECT group_concat(recording) FROM (SELECT recording FROM frame ORDER BY id)",
               "1,3");
}

static void test_find(Place *place, gconstpointer data)
{
    LeatRecording *recording;
    GError *error = NULL;
    LeatStore *store;

    (void)data;
    record(place->path, "morning", 30, 100);
    record(place->path, "evening", 3, 100);
    store = open_store(place->path);
    recording = leat_store_find(store, "2", &error);
    g_assert_no_error(error);
    g_assert_cmpstr(recording->name, ==, "evening");
    leat_recording_free(recording);
    recording = leat_store_find(store, "morning", &error);
    g_assert_no_error(error);
    g_assert_cmpint(recording->id, ==, 1);
    g_assert_cmpint(recording->frames, ==, 30);
    g_assert_cmpint(recording->bytes, ==, 3000);
    g_assert_cmpint(recording->duration_ns, ==, LEAT_NS_PER_S);
    g_assert_cmpint(recording->state, ==, LEAT_RECORDING_COMPLETE);
    leat_recording_free(recording);
    g_assert_null(leat_store_find(store, "noon", &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND);
    g_assert_nonnull(strstr(error->message, "'noon'"));
    g_assert_nonnull(strstr(error->message, "'evening', 'morning'"));
    g_clear_error(&error);
    g_assert_null(leat_store_find(store, "3", &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND);
    g_clear_error(&error);
    leat_store_close(store);
}

static void test_list(Place *place, gconstpointer data)
{
    GError *error = NULL;
    GPtrArray *recordings;
    LeatStore *store;

    (void)data;
    record(place->path, "b", 1, 100);
    record(place->path, "a", 2, 100);
    store = open_store(place->path);
    recordings = leat_store_list(store, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(recordings->len, ==, 2);
    g_assert_cmpstr(((LeatRecording *)recordings->pdata[0])->name, ==, "b");
    g_assert_cmpstr(((LeatRecording *)recordings->pdata[1])->name, ==, "a");
    g_ptr_array_unref(recordings);
    leat_store_close(store);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TEST("/store-names/one-that-is-taken-is-refused", test_taken);
    ADD_TEST("/store-names/one-that-was-taken-meanwhile-is-refused", test_taken_meanwhile);
    ADD_TEST("/store-names/one-that-cannot-be-is-refused", test_impossible);
    ADD_TEST("/store-names/any-language-will-do", test_any_language);
    ADD_TEST("/store-names/the-default-is-the-first-free-number", test_default);
    ADD_TEST("/store-names/a-number-is-never-given-twice", test_ids);
    ADD_TEST("/store-names/found-by-number-or-name", test_find);
    ADD_TEST("/store-names/listed-in-order-of-creation", test_list);
    return g_test_run();
}
