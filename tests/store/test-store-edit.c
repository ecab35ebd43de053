/* SPDX-License-Identifier: MIT */
/* Recordings are renamed and deleted, in steps in which the file agrees with itself. */
#include "store-support.h"

#include "base/error.h"
#include "store/store-recordings.h"

#include <string.h>
#include <sys/stat.h>

#define KB ((size_t)1000)

static LeatStore *open_to_edit(const char *path)
{
    GError *error = NULL;
    LeatStore *store = leat_store_open_to_edit(path, &error);

    g_assert_no_error(error);
    return store;
}

static void assert_rename_fails(LeatStore *store, int64_t recording, const char *name, int code,
                                const char *text)
{
    GError *error = NULL;

    g_assert_false(leat_store_rename(store, recording, name, &error));
    g_assert_error(error, LEAT_ERROR, code);
    g_assert_nonnull(strstr(error->message, text));
    g_error_free(error);
}

static int64_t delete_some(LeatStore *store, int64_t recording)
{
    GError *error = NULL;
    int64_t left = -1;

    leat_store_delete_some(store, recording, &left, &error);
    g_assert_no_error(error);
    return left;
}

static void delete_all(LeatStore *store, int64_t recording)
{
    int64_t left = delete_some(store, recording);

    while (left > 0) {
        int64_t next = delete_some(store, recording);

        g_assert_cmpint(next, <, left);
        left = next;
    }
}

static void test_rename(Place *place, gconstpointer data)
{
    GError *error = NULL;
    LeatStore *store;

    (void)data;
    record(place->path, "one", 3, 100);
    record(place->path, "two", 3, 100);
    store = open_to_edit(place->path);
    leat_store_rename(store, 1, "Käfig 3", &error);
    g_assert_no_error(error);
    leat_store_rename(store, 2, "two", &error); /* its own */
    g_assert_no_error(error);
    assert_rename_fails(store, 2, "Käfig 3", LEAT_ERROR_EXISTS, "already");
    assert_rename_fails(store, 2, "", LEAT_ERROR_INVALID, "empty");
    assert_rename_fails(store, 2, "42", LEAT_ERROR_INVALID, "digits");
    assert_rename_fails(store, 7, "seven", LEAT_ERROR_NOT_FOUND, "no recording '7'");
    leat_store_close(store);
    assert_sql(place->path, "SELECT name FROM recording ORDER BY id", "Käfig 3\ntwo");
    assert_sound(place->path);
}

static void test_delete(Place *place, gconstpointer data)
{
    LeatStore *store;

    (void)data;
    record(place->path, "one", 40, 10 * KB);
    record(place->path, "two", 5, 100);
    store = open_to_edit(place->path);
    delete_all(store, 1);
    leat_store_close(store);
    assert_sql(place->path,
               "SELECT name, record_stored FROM recording JOIN ledger ON id = recording", "two|5");
    assert_sql(place->path, "SELECT count(*), min(recording) FROM frame", "5|2");
    assert_sound(place->path);
}

/* Its number is not given again: whoever still has it must not find another recording. */
static void test_id_is_not_given_again(Place *place, gconstpointer data)
{
    LeatStore *store;

    (void)data;
    record(place->path, "one", 3, 100);
    store = open_to_edit(place->path);
    delete_all(store, 1);
    leat_store_close(store);
    record(place->path, "one", 3, 100);
    assert_sql(place->path, "SELECT id FROM recording", "2");
}

static void test_steps_agree(Place *place, gconstpointer data)
{
    LeatStore *store;
    int64_t left;
    int steps = 0;

    (void)data;
    record(place->path, "long", 60, 1000 * KB);
    store = open_to_edit(place->path);
    while ((left = delete_some(store, 1)) > 0) {
        char *count = g_strdup_printf("%" G_GINT64_FORMAT "|%" G_GINT64_FORMAT "|%" G_GINT64_FORMAT,
                                      left, 60 - left, left);

        steps++;
        assert_sound(place->path);
        assert_sql(place->path,
                   "SELECT record_stored, record_lost, (SELECT count(*) FROM frame) FROM ledger",
                   count);
        assert_sql(place->path, "SELECT stage, reason FROM loss", "record|deleted");
        g_free(count);
    }
    g_assert_cmpint(steps, >, 3);
    assert_sql(place->path, "SELECT count(*) FROM recording", "0");
    assert_sql(place->path, "SELECT count(*) FROM loss", "0");
    assert_sound(place->path);
    leat_store_close(store);
}

/* The library keeps the room, for what is recorded next. */
static void test_room_is_used_again(Place *place, gconstpointer data)
{
    struct stat before, after;
    LeatStore *store;

    (void)data;
    record(place->path, "one", 30, 300 * KB);
    g_assert_cmpint(stat(place->path, &before), ==, 0);
    store = open_to_edit(place->path);
    delete_all(store, 1);
    leat_store_close(store);
    record(place->path, "two", 30, 300 * KB);
    g_assert_cmpint(stat(place->path, &after), ==, 0);
    g_assert_cmpint(after.st_size, <, before.st_size + 100000);
}

static void test_one_that_goes_on_is_left_alone(Place *place, gconstpointer data)
{
    LeatStoreWriter *writer = start_writer(place->path, "live", true);
    GError *error = NULL;
    LeatStore *store;
    int64_t left;

    (void)data;
    add_packets(writer, 0, 9, 100);
    wait_until_stored(writer, 10);
    store = open_to_edit(place->path);
    assert_rename_fails(store, 1, "other", LEAT_ERROR_BUSY, "is being recorded");
    g_assert_false(leat_store_delete_some(store, 1, &left, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_BUSY);
    g_error_free(error);
    finish_writer(writer, 10);
    delete_all(store, 1);
    leat_store_close(store);
    assert_sound(place->path);
}

static void test_another_recording_goes_on(Place *place, gconstpointer data)
{
    LeatStoreWriter *writer;
    LeatStore *store;
    int64_t seq = 0;

    (void)data;
    record(place->path, "old", 40, 1000 * KB);
    writer = start_writer(place->path, "live", true);
    store = open_to_edit(place->path);
    while (delete_some(store, 1) > 0) {
        add_packets(writer, seq, seq + 9, 10 * KB);
        seq += 10;
        wait_until_stored(writer, seq);
    }
    finish_writer(writer, seq);
    leat_store_close(store);
    assert_sql(place->path, "SELECT name, state FROM recording", "live|complete");
    assert_sound(place->path);
}

static void test_one_that_is_gone_is_told(Place *place, gconstpointer data)
{
    GError *error = NULL;
    LeatStore *store;
    int64_t left;

    (void)data;
    record(place->path, "one", 3, 100);
    store = open_to_edit(place->path);
    g_assert_false(leat_store_delete_some(store, 5, &left, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND);
    g_error_free(error);
    leat_store_close(store);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TEST("/edit/a-recording-is-renamed", test_rename);
    ADD_TEST("/edit/a-recording-is-deleted", test_delete);
    ADD_TEST("/edit/its-number-is-not-given-again", test_id_is_not_given_again);
    ADD_TEST("/edit/between-two-steps-the-file-agrees-with-itself", test_steps_agree);
    ADD_TEST("/edit/the-room-is-used-again", test_room_is_used_again);
    ADD_TEST("/edit/a-recording-that-goes-on-is-left-alone", test_one_that_goes_on_is_left_alone);
    ADD_TEST("/edit/another-recording-goes-on-meanwhile", test_another_recording_goes_on);
    ADD_TEST("/edit/one-that-is-gone-is-told", test_one_that_is_gone_is_told);
    return g_test_run();
}
