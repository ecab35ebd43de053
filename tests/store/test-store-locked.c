/* SPDX-License-Identifier: MIT */
/* Another program, sqlite3's shell, has the library locked. */
#include "store-support.h"

#include "base/error.h"
#include "concurrency/thread.h"

#include <string.h>

static Shell *lock(const char *path)
{
    Shell *shell = shell_start(path);

    shell_say(shell, "BEGIN IMMEDIATE;");
    return shell;
}

static void unlock(Shell *shell)
{
    shell_say(shell, "COMMIT;");
    shell_end(shell);
}

static void nothing_lost(Place *place, bool threaded)
{
    LeatStoreWriter *writer = start_writer(place->path, NULL, threaded);
    Shell *shell = lock(place->path);
    int64_t seq = 0, until, first, last;

    add_packets(writer, 0, 9, 10000);
    seq = 10;
    /* Two seconds of a live recording. */
    for (until = leat_clock_now_ns() + 2 * LEAT_NS_PER_S; leat_clock_now_ns() < until; seq++) {
        add_packets(writer, seq, seq, 10000);
        g_usleep(33000);
    }
    g_assert_true(leat_store_writer_progress(writer).stalled);
    g_assert_false(leat_store_writer_progress(writer).failed);
    g_assert_cmpint(leat_store_writer_progress(writer).stored, ==, 0);
    unlock(shell);
    g_assert_true(leat_store_writer_flush(writer, 10 * LEAT_NS_PER_S, NULL));
    g_assert_false(leat_store_writer_progress(writer).stalled);
    g_assert_cmpint(leat_store_writer_progress(writer).stored, ==, seq);
    g_assert_cmpint(leat_store_writer_lost(writer, &first, &last), ==, 0);
    finish_writer(writer, seq);
    assert_sound(place->path);
}

static void test_thread(Place *place, gconstpointer data)
{
    (void)data;
    nothing_lost(place, true);
}

static void test_no_thread(Place *place, gconstpointer data)
{
    (void)data;
    nothing_lost(place, false);
}

static void give_up(Place *place, bool threaded)
{
    LeatStoreWriter *writer = start_writer(place->path, NULL, threaded);
    LeatLedger ledger = make_ledger(30);
    LeatPacket packet = make_packet(30, 1000);
    int64_t first, last, start;
    GError *error = NULL;
    LeatLoss loss;
    Shell *shell;

    add_packets(writer, 0, 9, 1000);
    g_assert_true(leat_store_writer_flush(writer, LEAT_NS_PER_S, NULL));
    shell = lock(place->path);
    add_packets(writer, 10, 29, 1000);
    start = leat_clock_now_ns();
    g_assert_false(leat_store_writer_flush(writer, 300 * LEAT_NS_PER_MS, &error));
    g_assert_cmpint(leat_clock_now_ns() - start, >=, 300 * LEAT_NS_PER_MS);
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_LOCKED);
    g_clear_error(&error);
    g_assert_true(leat_store_writer_progress(writer).failed);
    g_assert_cmpint(leat_store_writer_progress(writer).stored, ==, 10);
    g_assert_cmpint(leat_store_writer_lost(writer, &first, &last), ==, 20);
    g_assert_cmpint(first, ==, 10);
    g_assert_cmpint(last, ==, 29);
    g_assert_false(leat_store_writer_add(writer, &packet, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_LOCKED);
    g_clear_error(&error);
    g_free((void *)packet.data);
    unlock(shell);

    loss = (LeatLoss){
        .stage = LEAT_STAGE_RECORD, .reason = "locked", .first = 10, .last = 29, .count = 20};
    ledger.record.stored = 10;
    ledger.record.lost = 20;
    leat_store_writer_set_ledger(writer, &ledger, &loss, 0, 1);
    g_assert_true(leat_store_writer_finish(writer, &error));
    g_assert_no_error(error);
    assert_sound(place->path);
    assert_sql(place->path, "SELECT state, frames, lost FROM recordings", "complete|10|20");
    assert_sql(place->path, "SELECT reason, first_seq, last_seq, count FROM loss",
               "locked|10|29|20");
}

static void test_give_up(Place *place, gconstpointer data)
{
    (void)data;
    give_up(place, true);
}

static void test_give_up_no_thread(Place *place, gconstpointer data)
{
    (void)data;
    give_up(place, false);
}

/* Its memory is bounded: what does not fit any more, waits outside. */
static void fill(void *data)
{
    LeatStoreWriter *writer = data;
    LeatPacket packet = make_packet(0, 1000 * 1000);
    GError *error = NULL;

    while (leat_store_writer_add(writer, &packet, &error))
        packet.times.seq++;
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_CANCELLED);
    g_assert_cmpint(packet.times.seq, >=, 32);
    g_assert_cmpint(packet.times.seq, <=, 50);
    g_error_free(error);
    g_free((void *)packet.data);
}

static void abort_add(Place *place, bool threaded)
{
    LeatStoreWriter *writer = start_writer(place->path, NULL, threaded);
    Shell *shell = lock(place->path);
    GError *error = NULL;
    LeatThread *thread = leat_thread_new("fill", LEAT_THREAD_NORMAL, fill, writer, &error);

    g_assert_no_error(error);
    g_assert_true(leat_thread_start(thread, &error));
    wait_until_stalled(writer);
    while (leat_thread_get_info(thread).state != LEAT_THREAD_WAITING)
        g_usleep(1000);
    leat_store_writer_abort(writer);
    leat_thread_free(thread);
    g_assert_false(leat_store_writer_flush(writer, LEAT_NS_PER_S, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_CANCELLED);
    g_clear_error(&error);
    g_assert_false(leat_store_writer_finish(writer, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_CANCELLED);
    g_clear_error(&error);
    unlock(shell);
    assert_sound(place->path);
}

static void test_abort(Place *place, gconstpointer data)
{
    (void)data;
    abort_add(place, true);
}

static void test_abort_no_thread(Place *place, gconstpointer data)
{
    (void)data;
    abort_add(place, false);
}

static void test_no_end(Place *place, gconstpointer data)
{
    LeatStoreWriter *writer = start_writer(place->path, NULL, true);
    LeatRecording *recording;
    GError *error = NULL;
    LeatStore *store;
    Shell *shell;

    (void)data;
    add_packets(writer, 0, 9, 1000);
    g_assert_true(leat_store_writer_flush(writer, LEAT_NS_PER_S, NULL));
    shell = lock(place->path);
    add_packets(writer, 10, 19, 1000);
    leat_store_writer_flush(writer, 0, NULL);
    g_assert_false(leat_store_writer_finish(writer, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_LOCKED);
    g_clear_error(&error);
    store = open_store(place->path);
    recording = leat_store_find(store, "1", &error);
    g_assert_no_error(error);
    g_assert_cmpint(recording->state, ==, LEAT_RECORDING_INTERRUPTED);
    g_assert_cmpint(recording->frames, ==, 10);
    leat_recording_free(recording);
    leat_store_close(store);
    unlock(shell);
    assert_sound(place->path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TEST("/store-locked/nothing-is-lost-in-two-seconds", test_thread);
    ADD_TEST("/store-locked/nothing-is-lost-without-a-thread", test_no_thread);
    ADD_TEST("/store-locked/a-flush-gives-up-and-says-what-is-lost", test_give_up);
    ADD_TEST("/store-locked/a-flush-gives-up-without-a-thread", test_give_up_no_thread);
    ADD_TEST("/store-locked/abort-frees-an-add-that-waits-for-room", test_abort);
    ADD_TEST("/store-locked/abort-frees-an-add-without-a-thread", test_abort_no_thread);
    ADD_TEST("/store-locked/a-recording-that-cannot-be-ended-is-interrupted", test_no_end);
    return g_test_run();
}
