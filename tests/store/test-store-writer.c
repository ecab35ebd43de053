/* SPDX-License-Identifier: MIT */
#include "store-support.h"

#include "base/error.h"
#include "faults.h"

#include <string.h>

/* Nothing is asked of the writer, and still it commits. */
static void test_commits(Place *place, gconstpointer data)
{
    LeatStoreWriter *writer = start_writer(place->path, NULL, true);
    LeatLedger ledger = make_ledger(5);
    LeatStoreProgress progress;

    (void)data;
    leat_store_writer_set_ledger(writer, &ledger, NULL, 0, 0);
    add_packets(writer, 0, 4, 1000);
    wait_until_stored(writer, 5);
    progress = leat_store_writer_progress(writer);
    g_assert_cmpint(progress.stored, ==, 5);
    g_assert_cmpint(progress.bytes, ==, 5000);
    g_assert_cmpint(progress.file_bytes, >, 5000);
    g_assert_cmpint(progress.disk_free, >, 0);
    g_assert_cmpint(progress.last_commit_ns, >, 0);
    g_assert_cmpint(progress.last_commit_ns, <=, leat_clock_now_ns());
    g_assert_false(progress.stalled || progress.failed);
    assert_sql(place->path, "SELECT state, frames FROM recordings", "recording|5");
    finish_writer(writer, 5);
}

/* What is in flight at a commit is not in the file's sums, so that they agree at any time. */
static void test_settled(Place *place, gconstpointer data)
{
    LeatStoreWriter *writer = start_writer(place->path, NULL, true);
    LeatLedger ledger = make_ledger(5);

    (void)data;
    ledger.captured = 40;
    ledger.record.offered = 20;
    ledger.record.skipped = 2;
    ledger.present.offered = 9;
    ledger.present.presented = 7;
    ledger.present.replaced = 1;
    add_packets(writer, 0, 4, 1000);
    leat_store_writer_set_ledger(writer, &ledger, NULL, 0, 0);
    g_assert_true(leat_store_writer_flush(writer, LEAT_NS_PER_S, NULL));
    assert_sound(place->path);
    assert_sql(place->path,
               "SELECT captured, record_offered, record_stored, record_skipped, present_offered "
               "FROM ledger",
               "5|7|5|2|8");
    finish_writer(writer, 5);
}

static void assert_not_taken(LeatStoreWriter *writer, const LeatPacket *packet, const char *text)
{
    GError *error = NULL;

    g_assert_false(leat_store_writer_add(writer, packet, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_INVALID);
    if (!strstr(error->message, text))
        g_error("'%s' does not say '%s'", error->message, text);
    g_error_free(error);
}

static void test_nonsense(Place *place, gconstpointer data)
{
    LeatStoreWriter *writer = start_writer(place->path, NULL, true);
    LeatPacket good = make_packet(0, 100), packet = good;

    (void)data;
    packet.key = false;
    assert_not_taken(writer, &packet, "before the first key frame");
    packet = good;
    packet.size = 0;
    assert_not_taken(writer, &packet, "is empty");
    packet.size = (size_t)1 << 30;
    assert_not_taken(writer, &packet, "larger than");
    packet = good;
    packet.times.seq = -1;
    assert_not_taken(writer, &packet, "negative number");
    packet = good;
    packet.times.pts = INT64_MIN;
    assert_not_taken(writer, &packet, "no proper time");
    packet = good;
    packet.times.time_base.den = 31;
    assert_not_taken(writer, &packet, "another time base");
    add_packets(writer, 0, 0, 100);
    finish_writer(writer, 1);
    assert_sound(place->path);
    g_free((void *)good.data);
}

static void test_stream(Place *place, gconstpointer data)
{
    LeatStoreWriterOptions options = {.path = place->path, .source = "test"};
    LeatStreamInfo streams[] = {make_stream(), make_stream(), make_stream(), make_stream()};

    (void)data;
    streams[0].width = 0;
    streams[1].height = 100000;
    streams[2].time_base.num = 0;
    streams[3].codec[0] = '\0';
    for (size_t i = 0; i < G_N_ELEMENTS(streams); i++) {
        GError *error = NULL;
        LeatStoreWriter *writer = leat_store_writer_open(&options, &error);

        g_assert_no_error(error);
        g_assert_false(leat_store_writer_begin(writer, &streams[i], &error));
        g_assert_error(error, LEAT_ERROR, LEAT_ERROR_INVALID);
        g_clear_error(&error);
        g_assert_cmpint(leat_store_writer_id(writer), ==, 0);
        g_assert_true(leat_store_writer_finish(writer, NULL));
    }
    assert_sql(place->path, "SELECT count(*) FROM recording", "0");
}

/* A number that comes twice is a fault of the caller, which must not be hidden. */
static void test_twice(Place *place, gconstpointer data)
{
    LeatStoreWriter *writer = start_writer(place->path, NULL, true);
    int64_t first, last;
    GError *error = NULL;

    (void)data;
    add_packets(writer, 0, 2, 100);
    g_assert_true(leat_store_writer_flush(writer, LEAT_NS_PER_S, NULL));
    add_packets(writer, 2, 2, 100);
    g_assert_false(leat_store_writer_flush(writer, LEAT_NS_PER_S, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_INVALID);
    g_clear_error(&error);
    g_assert_cmpint(leat_store_writer_lost(writer, &first, &last), ==, 1);
    g_assert_cmpint(first, ==, 2);
    finish_writer(writer, 3);
    assert_sound(place->path);
}

/* Two recordings at a time, by writers that know nothing of one another. */
static void test_two(Place *place, gconstpointer data)
{
    LeatStoreWriter *one = start_writer(place->path, "one", true);
    LeatStoreWriter *two = start_writer(place->path, "two", true);

    (void)data;
    for (int64_t seq = 0; seq < 200; seq++) {
        add_packets(one, seq, seq, 5000);
        add_packets(two, seq, seq, 5000);
    }
    finish_writer(one, 200);
    assert_sql(place->path, "SELECT state FROM recording ORDER BY id", "complete\nrecording");
    add_packets(two, 200, 209, 5000);
    finish_writer(two, 210);
    assert_sound(place->path);
    assert_sql(place->path, "SELECT state, frames FROM recordings", "complete|200\ncomplete|210");
}

static void test_no_begin(Place *place, gconstpointer data)
{
    LeatStoreWriterOptions options = {.path = place->path, .source = "test", .threaded = true};
    GError *error = NULL;
    LeatStoreWriter *writer = leat_store_writer_open(&options, &error);
    LeatLedger ledger = {0};
    char *contents;

    (void)data;
    g_assert_no_error(error);
    g_assert_null(leat_store_writer_name(writer));
    leat_store_writer_set_ledger(writer, &ledger, NULL, 0, 0);
    g_assert_true(leat_store_writer_flush(writer, 0, &error));
    g_assert_true(leat_store_writer_finish(writer, &error));
    assert_sound(place->path);
    contents = place_contents(place);
    g_assert_cmpstr(contents, ==, "test.leat");
    g_free(contents);
}

/* Each allocation and thread in turn is refused; nothing leaks, nothing crashes, and what was said
 * to be stored is there. */
static void run_with_faults(Place *place, bool threaded)
{
    bool failed = true;

    for (int n = 1; failed; n++) {
        LeatStoreWriterOptions options = {
            .path = place->path, .source = "test", .threaded = threaded};
        LeatStreamInfo stream = make_stream();
        LeatPacket packet = make_packet(0, 5000);
        LeatLedger ledger = make_ledger(1);
        LeatStoreWriter *writer;
        GError *error = NULL;

        leat_faults_arm(n);
        writer = leat_store_writer_open(&options, &error);
        if (writer && leat_store_writer_begin(writer, &stream, &error) &&
            leat_store_writer_add(writer, &packet, &error)) {
            leat_store_writer_set_ledger(writer, &ledger, NULL, 0, 0);
            leat_store_writer_flush(writer, LEAT_NS_PER_S, &error);
        }
        failed = leat_faults_disarm();
        if (failed && error)
            g_assert_cmpint(error->code, !=, LEAT_ERROR_CORRUPT);
        g_clear_error(&error);
        if (writer)
            leat_store_writer_finish(writer, NULL);
        g_free((void *)packet.data);
    }
    assert_sql(place->path, "PRAGMA integrity_check", "ok");
    assert_sql(place->path, "SELECT state, frames FROM recordings ORDER BY id DESC LIMIT 1",
               "complete|1");
}

static void test_faults(Place *place, gconstpointer data)
{
    (void)data;
    run_with_faults(place, true);
}

static void test_faults_no_thread(Place *place, gconstpointer data)
{
    (void)data;
    run_with_faults(place, false);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TEST("/store-writer/commits-of-its-own-accord", test_commits);
    ADD_TEST("/store-writer/commits-a-ledger-that-agrees-with-itself", test_settled);
    ADD_TEST("/store-writer/refuses-packets-that-cannot-be", test_nonsense);
    ADD_TEST("/store-writer/refuses-streams-that-cannot-be", test_stream);
    ADD_TEST("/store-writer/fails-when-a-number-comes-twice", test_twice);
    ADD_TEST("/store-writer/two-write-into-one-file", test_two);
    ADD_TEST("/store-writer/leaves-no-recording-without-a-begin", test_no_begin);
    ADD_TEST("/store-writer/survives-any-failing-allocation", test_faults);
    ADD_TEST("/store-writer/survives-it-without-a-thread", test_faults_no_thread);
    return g_test_run();
}
