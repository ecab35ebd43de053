/* SPDX-License-Identifier: MIT */
#include "store-support.h"

#include "base/error.h"
#include "concurrency/thread.h"

#include <string.h>

/* The numbers that a walk gives, joined by spaces. Free with g_free. */
static char *walk(LeatStore *store, int64_t first, int64_t last, bool from_key)
{
    GString *numbers = g_string_new(NULL);
    GError *error = NULL;
    LeatStoreCursor *cursor = leat_store_packets(store, 1, first, last, from_key, &error);
    LeatPacket packet;
    bool got;

    g_assert_no_error(error);
    while (leat_store_cursor_next(cursor, &packet, &got, &error) && got)
        g_string_append_printf(numbers, "%s%" G_GINT64_FORMAT, numbers->len ? " " : "",
                               packet.times.seq);
    g_assert_no_error(error);
    g_assert_true(leat_store_cursor_next(cursor, &packet, &got, &error) && !got);
    leat_store_cursor_free(cursor);
    return g_string_free(numbers, FALSE);
}

static void assert_walk(LeatStore *store, int64_t first, int64_t last, bool from_key,
                        const char *expected)
{
    char *numbers = walk(store, first, last, from_key);

    g_assert_cmpstr(numbers, ==, expected);
    g_free(numbers);
}

/* Each a key frame (I), or not (P), or shown before the one stored before it (B). */
static void record_groups(const char *path, const char *kinds, const int *order, int count)
{
    LeatStoreWriter *writer = start_writer(path, NULL, true);

    for (int i = 0; i < count; i++) {
        LeatPacket packet = make_packet(order[i], 100);
        GError *error = NULL;

        packet.key = kinds[i] == 'I';
        packet.dts = i - 2;
        leat_store_writer_add(writer, &packet, &error);
        g_assert_no_error(error);
        g_free((void *)packet.data);
    }
    finish_writer(writer, count);
}

static void test_ranges(Place *place, gconstpointer data)
{
    static const int order[] = {0, 1, 2, 4, 5, 6, 8, 9};
    LeatStore *store;

    (void)data;
    record_groups(place->path, "IPPIPPIP", order, 8);
    store = open_store(place->path);
    assert_walk(store, INT64_MIN, INT64_MAX, false, "0 1 2 4 5 6 8 9");
    assert_walk(store, 2, 5, false, "2 4 5");
    assert_walk(store, 3, 3, false, "");
    assert_walk(store, 3, 7, false, "4 5 6");
    assert_walk(store, 5, 5, true, "4 5");
    assert_walk(store, 3, 4, true, "0 1 2 4");
    assert_walk(store, 6, INT64_MAX, true, "4 5 6 8 9");
    assert_walk(store, 100, INT64_MAX, false, "");
    assert_walk(store, 5, 4, false, "");
    assert_walk(store, -5, 1, true, "0 1");
    leat_store_close(store);
    assert_sound(place->path);
}

/* Frames come in decoding order, and those shown before a key frame that follow it, too. */
static void test_reordered(Place *place, gconstpointer data)
{
    static const int order[] = {0, 3, 1, 2, 6, 4, 5, 9, 7, 8, 12, 10, 11};
    LeatStore *store;
    GError *error = NULL;
    int64_t seq;

    (void)data;
    record_groups(place->path, "IPBBIBBIBBIBB", order, 13);
    store = open_store(place->path);
    assert_walk(store, INT64_MIN, INT64_MAX, false, "0 3 1 2 6 4 5 9 7 8 12 10 11");
    assert_walk(store, 2, 5, false, "3 2 4 5");
    assert_walk(store, 4, 5, true, "0 3 1 2 4 5");
    assert_walk(store, 7, 7, true, "6 4 5 7");
    assert_sound(place->path);
    g_assert_true(leat_store_seq_at(store, 1, 4 * LEAT_NS_PER_S / 30, &seq, &error));
    g_assert_cmpint(seq, ==, 4);
    leat_store_close(store);
}

static void test_times(Place *place, gconstpointer data)
{
    static const int order[] = {10, 11, 15};
    GError *error = NULL;
    LeatStore *store;
    int64_t seq;

    (void)data;
    record_groups(place->path, "III", order, 3);
    finish_writer(start_writer(place->path, "empty", true), 0);
    store = open_store(place->path);
    g_assert_true(leat_store_seq_at(store, 1, 0, &seq, &error));
    g_assert_cmpint(seq, ==, 10);
    g_assert_true(leat_store_seq_at(store, 1, -LEAT_NS_PER_S, &seq, &error));
    g_assert_cmpint(seq, ==, 10);
    g_assert_true(leat_store_seq_at(store, 1, 4 * LEAT_NS_PER_S / 30, &seq, &error));
    g_assert_cmpint(seq, ==, 11);
    g_assert_true(leat_store_seq_at(store, 1, 5 * LEAT_NS_PER_S / 30, &seq, &error));
    g_assert_cmpint(seq, ==, 15);
    g_assert_true(leat_store_seq_at(store, 1, INT64_MAX, &seq, &error));
    g_assert_cmpint(seq, ==, 15);
    g_assert_false(leat_store_seq_at(store, 2, 0, &seq, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_assert_false(leat_store_seq_at(store, 9, 0, &seq, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_assert_null(leat_store_packets(store, 9, 0, 1, false, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND);
    g_clear_error(&error);
    leat_store_close(store);
}

static void test_description(Place *place, gconstpointer data)
{
    static uint8_t extradata[] = {1, 0, 255};
    LeatStoreWriterOptions options = {.path = place->path,
                                      .name = "a",
                                      .source = "rtsp://me:***@host/",
                                      .filter = "scale=640:-2",
                                      .record_rate = {5, 2}};
    LeatStreamInfo stream = make_stream();
    GError *error = NULL;
    LeatStoreWriter *writer = leat_store_writer_open(&options, &error);
    LeatRecording *recording;
    LeatStore *store;

    (void)data;
    g_assert_no_error(error);
    stream.sample_aspect = (LeatRational){4, 3};
    stream.rate = (LeatRational){0, 0};
    stream.extradata = extradata;
    stream.extradata_size = sizeof(extradata);
    g_assert_true(leat_store_writer_begin(writer, &stream, &error));
    finish_writer(writer, 0);
    store = open_store(place->path);
    recording = leat_store_find(store, "a", &error);
    g_assert_no_error(error);
    g_assert_cmpstr(recording->source, ==, options.source);
    g_assert_cmpstr(recording->filter, ==, options.filter);
    g_assert_cmpstr(recording->leat_version, ==, LEAT_VERSION);
    g_assert_cmpint(recording->record_rate.num, ==, 5);
    g_assert_cmpint(recording->record_rate.den, ==, 2);
    g_assert_cmpstr(recording->stream.codec, ==, "mjpeg");
    g_assert_cmpstr(recording->stream.pixel_format, ==, "yuvj422p");
    g_assert_cmpint(recording->stream.width, ==, 640);
    g_assert_cmpint(recording->stream.height, ==, 480);
    g_assert_cmpint(recording->stream.color_range, ==, 2);
    g_assert_cmpint(recording->stream.color_space, ==, 5);
    g_assert_cmpint(recording->stream.sample_aspect.num, ==, 4);
    g_assert_cmpint(recording->stream.time_base.den, ==, 30);
    g_assert_false(leat_rational_is_set(recording->stream.rate));
    g_assert_cmpmem(recording->stream.extradata, recording->stream.extradata_size, extradata,
                    sizeof(extradata));
    g_assert_cmpint(ABS(leat_clock_wall_ns() - recording->started_wall_ns), <, 60 * LEAT_NS_PER_S);
    g_assert_cmpint(recording->frames, ==, 0);
    leat_recording_free(recording);
    leat_store_close(store);
    assert_sound(place->path);
}

typedef struct {
    const char *path;
    int64_t frames;
} Reading;

/* Follows a recording while it is written, to its end. */
static void follow(void *data)
{
    Reading *reading = data;
    LeatStore *store = open_store(reading->path);
    GError *error = NULL;
    LeatStoreCursor *cursor = leat_store_packets(store, 1, INT64_MIN, INT64_MAX, false, &error);
    int64_t seq = 0;

    g_assert_no_error(error);
    while (seq < reading->frames) {
        LeatPacket packet;
        bool got;

        g_assert_true(leat_store_cursor_next(cursor, &packet, &got, &error));
        if (got)
            assert_packet_is(&packet, seq++, 20000);
    }
    leat_store_cursor_free(cursor);
    leat_store_close(store);
}

static void test_follow(Place *place, gconstpointer data)
{
    LeatStoreWriter *writer = start_writer(place->path, NULL, true);
    Reading reading = {place->path, 500};
    LeatThread *threads[2];
    GError *error = NULL;
    char *contents;

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(threads); i++) {
        threads[i] = leat_thread_new("follow", LEAT_THREAD_NORMAL, follow, &reading, &error);
        g_assert_no_error(error);
        g_assert_true(leat_thread_start(threads[i], &error));
    }
    for (int64_t seq = 0; seq < 500; seq += 50) {
        add_packets(writer, seq, seq + 49, 20000);
        wait_until_stored(writer, seq + 50);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
        leat_thread_free(threads[i]);
    finish_writer(writer, 500);
    assert_sound(place->path);
    contents = place_contents(place);
    g_assert_cmpstr(contents, ==, "test.leat");
    g_free(contents);
}

/* A reader that stops in the middle keeps nothing from being cleared away. */
static void test_idle_reader(Place *place, gconstpointer data)
{
    LeatStoreWriter *writer = start_writer(place->path, NULL, true);
    LeatStoreCursor *cursor;
    GError *error = NULL;
    LeatPacket packet;
    LeatStore *store;
    bool got;

    (void)data;
    add_packets(writer, 0, 9, 60000);
    g_assert_true(leat_store_writer_flush(writer, LEAT_NS_PER_S, NULL));
    store = open_store(place->path);
    cursor = leat_store_packets(store, 1, INT64_MIN, INT64_MAX, false, &error);
    g_assert_no_error(error);
    g_assert_true(leat_store_cursor_next(cursor, &packet, &got, &error) && got);
    add_packets(writer, 10, 1009, 60000);
    g_assert_true(leat_store_writer_flush(writer, LEAT_FOREVER, NULL));
    assert_packet_is(&packet, 0, 60000);
    /* 60 MB went through a journal that is bounded. */
    g_assert_cmpint(leat_store_writer_progress(writer).file_bytes, <, 80 * 1000 * 1000);
    leat_store_cursor_free(cursor);
    leat_store_close(store);
    finish_writer(writer, 1010);
}

static void test_losses(Place *place, gconstpointer data)
{
    static const LeatLoss losses[] = {
        {LEAT_STAGE_CAPTURE, "dropped by the driver", 3, 4, 2, 5, 0},
        {LEAT_STAGE_RECORD, "the writer was busy", 7, 7, 1, 6, 0},
    };
    LeatStoreWriter *writer = start_writer(place->path, NULL, true);
    LeatLedger ledger = make_ledger(5);
    LeatLoss grown = losses[1];
    GError *error = NULL;
    LeatStore *store;
    GArray *read;

    (void)data;
    /* One grows after it was committed, one is given before a commit and then again. */
    leat_store_writer_set_ledger(writer, &ledger, losses, 0, 2);
    g_assert_true(leat_store_writer_flush(writer, LEAT_NS_PER_S, NULL));
    grown.last = 8;
    grown.count = 2;
    leat_store_writer_set_ledger(writer, &ledger, &grown, 1, 1);
    grown.last = 9;
    grown.count = 3;
    leat_store_writer_set_ledger(writer, &ledger, &grown, 1, 1);
    add_packets(writer, 0, 2, 100);
    leat_store_writer_finish(writer, &error);
    g_assert_no_error(error);
    store = open_store(place->path);
    read = leat_store_losses(store, 1, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(read->len, ==, 2);
    g_assert_cmpstr(g_array_index(read, LeatLoss, 0).reason, ==, "dropped by the driver");
    g_assert_cmpint(g_array_index(read, LeatLoss, 0).wall_ns, ==, 5);
    g_assert_cmpint(g_array_index(read, LeatLoss, 1).stage, ==, LEAT_STAGE_RECORD);
    g_assert_cmpint(g_array_index(read, LeatLoss, 1).count, ==, 3);
    g_array_unref(read);
    leat_store_close(store);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TEST("/store-read/gives-a-range-or-from-its-key-frame", test_ranges);
    ADD_TEST("/store-read/gives-reordered-frames-in-decoding-order", test_reordered);
    ADD_TEST("/store-read/finds-the-frame-at-a-time", test_times);
    ADD_TEST("/store-read/tells-what-a-decoder-must-know", test_description);
    ADD_TEST("/store-read/two-readers-follow-a-writer", test_follow);
    ADD_TEST("/store-read/an-idle-reader-holds-nothing-up", test_idle_reader);
    ADD_TEST("/store-read/tells-losses-as-they-last-were", test_losses);
    return g_test_run();
}
