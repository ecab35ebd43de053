/* SPDX-License-Identifier: MIT */
#include "store-support.h"

#include "base/error.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

static void assert_frames(const char *path, int64_t recording, int64_t frames, size_t size)
{
    LeatStore *store = open_store(path);
    GError *error = NULL;
    LeatStoreCursor *cursor =
        leat_store_packets(store, recording, INT64_MIN, INT64_MAX, false, &error);
    LeatPacket packet;
    int64_t seq = 0;
    bool got;

    g_assert_no_error(error);
    while (leat_store_cursor_next(cursor, &packet, &got, &error) && got)
        assert_packet_is(&packet, seq++, size);
    g_assert_no_error(error);
    g_assert_cmpint(seq, ==, frames);
    leat_store_cursor_free(cursor);
    leat_store_close(store);
}

static void round_trip(Place *place, bool threaded)
{
    LeatStoreWriter *writer = start_writer(place->path, "morning", threaded);

    add_packets(writer, 0, 299, 20000);
    finish_writer(writer, 300);
    assert_frames(place->path, 1, 300, 20000);
    assert_sound(place->path);
}

static void test_thread(Place *place, gconstpointer data)
{
    (void)data;
    round_trip(place, true);
}

static void test_no_thread(Place *place, gconstpointer data)
{
    (void)data;
    round_trip(place, false);
}

static void test_shell(Place *place, gconstpointer data)
{
    (void)data;
    record(place->path, "morning", 90, 100);
    assert_sql(place->path, "PRAGMA integrity_check", "ok");
    assert_sql(place->path, "PRAGMA application_id", "1281712500");
    assert_sql(place->path, "PRAGMA page_size", "16384");
    assert_sql(place->path,
               "SELECT id, name, state, source, codec, width, height, frames, lost, bytes, "
               "duration_s FROM recordings",
               "1|morning|complete|test|mjpeg|640|480|90|0|9000|3.0");
    assert_sql(place->path, "SELECT count(*), min(seq), max(seq), sum(size) FROM frames",
               "90|0|89|9000");
    assert_sql(place->path, "SELECT time_s FROM frames WHERE seq = 45", "1.5");
}

static void test_leftovers(Place *place, gconstpointer data)
{
    LeatStoreWriter *writer = start_writer(place->path, NULL, true);
    struct stat status;
    char *contents;

    (void)data;
    add_packets(writer, 0, 9, 1000);
    contents = place_contents(place);
    g_assert_cmpstr(contents, ==, "test.leat test.leat-reserve test.leat-shm test.leat-wal");
    g_free(contents);
    finish_writer(writer, 10);
    contents = place_contents(place);
    g_assert_cmpstr(contents, ==, "test.leat");
    g_free(contents);
    g_assert_cmpint(stat(place->path, &status), ==, 0);
    g_assert_cmpint(status.st_mode & 07777, ==, 0600);
    assert_sound(place->path);
    contents = place_contents(place);
    g_assert_cmpstr(contents, ==, "test.leat");
    g_free(contents);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TEST("/store/gives-back-what-was-stored-by-a-thread", test_thread);
    ADD_TEST("/store/gives-back-what-was-stored-without-a-thread", test_no_thread);
    ADD_TEST("/store/is-a-database-that-others-can-read", test_shell);
    ADD_TEST("/store/leaves-one-private-file", test_leftovers);
    return g_test_run();
}
