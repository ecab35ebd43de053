/* SPDX-License-Identifier: MIT */
#include "store-support.h"

#include "base/clock.h"
#include "base/error.h"
#include "store/store-label.h"
#include "store/store-range.h"

#include <math.h>
#include <string.h>

/* A store that may be changed, of a file with a recording of 100 frames. */
static LeatStore *prepare(const Place *place)
{
    GError *error = NULL;
    LeatStore *store;

    record(place->path, "a", 100, 50);
    store = leat_store_open_to_edit(place->path, &error);
    g_assert_no_error(error);
    return store;
}

static void label(LeatStore *store, const char *name, double value, int64_t first, int64_t last)
{
    char *copy = g_strdup(name);
    LeatLabel added = {.recording = 1,
                       .name = copy,
                       .has_value = !isnan(value),
                       .value = value,
                       .first = first,
                       .last = last};
    GError *error = NULL;

    leat_store_add_label(store, &added, &error);
    g_assert_no_error(error);
    g_free(copy);
}

static void class(LeatStore *store, const char *name, int64_t first, int64_t last)
{
    label(store, name, NAN, first, last);
}

static void test_later_wins(Place *place, gconstpointer data)
{
    g_autoptr(LeatStore) store = prepare(place);

    (void)data;
    class(store, "empty", 0, 99);
    class(store, "mouse", 20, 39);
    assert_stored_labels(store, "empty 0-19, mouse 20-39, empty 40-99");
    class(store, "bird", 30, 49);
    assert_stored_labels(store, "empty 0-19, mouse 20-29, bird 30-49, empty 50-99");
    class(store, "mouse", 0, 99);
    assert_stored_labels(store, "mouse 0-99");
    assert_sound(place->path);
}

static void test_neighbours_become_one(Place *place, gconstpointer data)
{
    g_autoptr(LeatStore) store = prepare(place);

    (void)data;
    class(store, "empty", 0, 9);
    class(store, "empty", 20, 29);
    assert_stored_labels(store, "empty 0-9, empty 20-29");
    class(store, "empty", 10, 19);
    assert_stored_labels(store, "empty 0-29");
    class(store, "empty", 5, 6);
    assert_stored_labels(store, "empty 0-29");
}

static void test_numbers_are_by_name(Place *place, gconstpointer data)
{
    g_autoptr(LeatStore) store = prepare(place);

    (void)data;
    class(store, "empty", 0, 99);
    label(store, "gauge", 3.5, 10, 19);
    label(store, "heat", 20, 10, 19);
    label(store, "gauge", 4, 15, 29);
    assert_stored_labels(store, "empty 0-99, gauge=3.5 10-14, heat=20 10-19, gauge=4 15-29");
    label(store, "gauge", 4, 30, 39);
    assert_stored_labels(store, "empty 0-99, gauge=3.5 10-14, heat=20 10-19, gauge=4 15-39");
    assert_sound(place->path);
}

static void test_removing(Place *place, gconstpointer data)
{
    g_autoptr(LeatStore) store = prepare(place);
    GError *error = NULL;
    int64_t removed = 0;

    (void)data;
    class(store, "empty", 0, 99);
    label(store, "gauge", 1, 0, 49);
    g_assert_true(leat_store_remove_label(store, 1, "empty", 40, 59, &removed, &error));
    g_assert_cmpint(removed, ==, 20);
    assert_stored_labels(store, "empty 0-39, gauge=1 0-49, empty 60-99");
    g_assert_true(leat_store_remove_label(store, 1, NULL, 30, 200, &removed, &error));
    assert_stored_labels(store, "empty 0-29, gauge=1 0-29");
    g_assert_true(leat_store_remove_label(store, 1, "nothing", 0, 99, &removed, &error));
    g_assert_cmpint(removed, ==, 0);
}

static void test_undo(Place *place, gconstpointer data)
{
    g_autoptr(LeatStore) store = prepare(place);
    GError *error = NULL;
    g_autoptr(GPtrArray) before = NULL;

    (void)data;
    class(store, "empty", 0, 49);
    class(store, "mouse", 20, 29);
    before = leat_store_labels(store, 1, &error);
    class(store, "bird", 0, 99);
    assert_stored_labels(store, "bird 0-99");
    g_assert_true(leat_store_set_labels(store, 1, before, &error));
    g_assert_no_error(error);
    assert_stored_labels(store, "empty 0-19, mouse 20-29, empty 30-49");
}

static void assert_refused(LeatStore *store, const LeatLabel *bad, const char *text)
{
    GError *error = NULL;

    g_assert_false(leat_store_add_label(store, bad, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_INVALID);
    g_assert_nonnull(strstr(error->message, text));
    g_clear_error(&error);
}

static void test_bad_ones(Place *place, gconstpointer data)
{
    g_autoptr(LeatStore) store = prepare(place);
    g_autofree char *too_long = g_strnfill(10000, 'x');
    char lines[] = "a\nb", empty[] = "", latin[] = "caf\xe9", good[] = "gauge";

    (void)data;
    assert_refused(store, &(LeatLabel){.recording = 1, .name = too_long}, "too long");
    assert_refused(store, &(LeatLabel){.recording = 1, .name = lines}, "control characters");
    assert_refused(store, &(LeatLabel){.recording = 1, .name = empty}, "is empty");
    assert_refused(store, &(LeatLabel){.recording = 1, .name = latin}, "UTF-8");
    assert_refused(store,
                   &(LeatLabel){.recording = 1, .name = good, .has_value = true, .value = NAN},
                   "not a number");
    assert_refused(store,
                   &(LeatLabel){.recording = 1, .name = good, .has_value = true, .value = INFINITY},
                   "infinite");
    assert_refused(store, &(LeatLabel){.recording = 1, .name = good, .first = 5, .last = 4},
                   "is empty");
    assert_stored_labels(store, "");
}

static void test_ranges(Place *place, gconstpointer data)
{
    g_autoptr(LeatStore) store = prepare(place);
    GError *error = NULL;
    int64_t first, last, count;

    (void)data;
    /* 30 frames a second, and frame 15 is at half a second. */
    g_assert_true(
        leat_store_range_at(store, 1, LEAT_NS_PER_S / 2, LEAT_NS_PER_S, &first, &last, &error));
    g_assert_cmpint(first, ==, 15);
    g_assert_cmpint(last, ==, 29);
    g_assert_true(
        leat_store_range_at(store, 1, LEAT_NS_PER_S / 2 + 1, LEAT_FOREVER, &first, &last, &error));
    g_assert_cmpint(first, ==, 16);
    g_assert_cmpint(last, ==, 99);
    g_assert_true(
        leat_store_range_at(store, 1, 10 * LEAT_NS_PER_S, LEAT_FOREVER, &first, &last, &error));
    g_assert_cmpint(last, <, first);
    assert_sql(place->path, "DELETE FROM frame WHERE seq BETWEEN 20 AND 24", "");
    g_assert_true(leat_store_frames_between(store, 1, 20, 29, &first, &last, &count, &error));
    g_assert_cmpint(first, ==, 25);
    g_assert_cmpint(last, ==, 29);
    g_assert_cmpint(count, ==, 5);
    g_assert_true(leat_store_frames_between(store, 1, 500, 600, &first, &last, &count, &error));
    g_assert_cmpint(count, ==, 0);
}

static void test_gone_with_the_recording(Place *place, gconstpointer data)
{
    g_autoptr(LeatStore) store = prepare(place);

    (void)data;
    class(store, "empty", 0, 99);
    assert_sql(place->path, "PRAGMA foreign_keys = ON; DELETE FROM recording", "");
    assert_stored_labels(store, "");
}

/* What another program writes into the table is told, and not believed. */
static void test_damage(Place *place, gconstpointer data)
{
    char *faults;

    (void)data;
    record(place->path, "a", 10, 50);
    assert_sql(place->path,
               "INSERT INTO label VALUES (1, 1, 'a', NULL, 0, 9, 0), (2, 1, 'b', NULL, 5, 6, 0)",
               "");
    faults = faults_of(place->path);
    g_assert_cmpstr(faults, ==, "recording 'a': labels 'a' and 'b' are both on frame 5");
    g_free(faults);
    assert_sql(place->path,
               "DELETE FROM label WHERE id = 2; UPDATE label SET name = 'x' || char(10)", "");
    assert_sound(place->path);
    assert_sql(place->path, "UPDATE label SET name = CAST(zeroblob(300) AS TEXT)", "");
    faults = faults_of(place->path);
    g_assert_nonnull(strstr(faults, "label 1 has impossible values"));
    g_free(faults);
}

static void test_old_file(Place *place, gconstpointer data)
{
    g_autofree char *read = g_strdup_printf(".read %s", g_getenv("VERSION_1"));
    LeatStore *store;

    (void)data;
    assert_sql(place->path, read, "wal");
    store = open_store(place->path);
    assert_stored_labels(store, "");
    leat_store_close(store);
    store = leat_store_open_to_edit(place->path, NULL);
    class(store, "empty", 0, 1);
    assert_stored_labels(store, "empty 0-1");
    leat_store_close(store);
    assert_sound(place->path);
}

static void test_no_file(Place *place, gconstpointer data)
{
    GError *error = NULL;

    (void)data;
    g_assert_null(leat_store_open_to_edit(place->path, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_assert_false(g_file_test(place->path, G_FILE_TEST_EXISTS));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TEST("/store-label/a-later-class-takes-the-place-of-others", test_later_wins);
    ADD_TEST("/store-label/neighbours-that-say-the-same-become-one", test_neighbours_become_one);
    ADD_TEST("/store-label/numbers-are-told-apart-by-name", test_numbers_are_by_name);
    ADD_TEST("/store-label/removing-leaves-the-rest", test_removing);
    ADD_TEST("/store-label/labels-can-be-set-back", test_undo);
    ADD_TEST("/store-label/bad-ones-are-refused", test_bad_ones);
    ADD_TEST("/store-label/ranges-are-found-by-time-and-by-frame", test_ranges);
    ADD_TEST("/store-label/they-go-with-their-recording", test_gone_with_the_recording);
    ADD_TEST("/store-label/damage-is-told", test_damage);
    ADD_TEST("/store-label/an-old-file-has-none-until-it-gets-some", test_old_file);
    ADD_TEST("/store-label/a-file-that-is-not-there-is-not-made", test_no_file);
    return g_test_run();
}
