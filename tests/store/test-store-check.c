/* SPDX-License-Identifier: MIT */
/* Each kind of fault, made by sqlite3's shell in a sound file, is found and named. */
#include "store-support.h"

#include "base/error.h"
#include "concurrency/thread.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Ten frames, and a loss of each kind besides. */
static void make_library(const char *path)
{
    static const LeatLoss losses[] = {
        {LEAT_STAGE_CAPTURE, "driver", 10, 12, 3, 5, 0},
        {LEAT_STAGE_CAPTURE, "away", 15, 15, 0, 6, LEAT_NS_PER_S},
        {LEAT_STAGE_PROCESS, "filter", 13, 13, 1, 7, 0},
        {LEAT_STAGE_RECORD, "full", 14, 15, 2, 8, 0},
    };
    LeatStoreWriter *writer = start_writer(path, "a", true);
    LeatLedger ledger = make_ledger(10);
    GError *error = NULL;

    ledger.captured = 16;
    ledger.capture_lost = 3;
    ledger.process.in = 13;
    ledger.process.lost = 1;
    ledger.process.out = 12;
    ledger.record.offered = 12;
    ledger.record.lost = 2;
    add_packets(writer, 0, 9, 1000);
    leat_store_writer_set_ledger(writer, &ledger, losses, 0, G_N_ELEMENTS(losses));
    leat_store_writer_finish(writer, &error);
    g_assert_no_error(error);
}

static void assert_fault(const Place *place, const char *sql, const char *fault)
{
    char *saved = NULL, *faults;
    GError *error = NULL;
    gsize size;

    g_file_get_contents(place->path, &saved, &size, &error);
    g_assert_no_error(error);
    assert_sql(place->path, sql, "");
    faults = faults_of(place->path);
    if (!strstr(faults, fault))
        g_error("after '%s' it says '%s', and not '%s'", sql, faults, fault);
    g_free(faults);
    g_file_set_contents(place->path, saved, (gssize)size, &error);
    g_assert_no_error(error);
    g_free(saved);
}

static void test_sound(Place *place, gconstpointer data)
{
    (void)data;
    make_library(place->path);
    assert_sound(place->path);
    assert_sql(place->path, "SELECT frames, lost FROM recordings", "10|6");
}

static void test_frames(Place *place, gconstpointer data)
{
    (void)data;
    make_library(place->path);
    assert_fault(place, "DELETE FROM frame WHERE seq = 4",
                 "recording 'a': its ledger says 10 frames stored, and there are 9");
    assert_fault(place, "DELETE FROM frame WHERE seq = 4",
                 "10000 bytes stored, and there are 9000");
    assert_fault(place, "DELETE FROM frame WHERE seq = 9", "its frames go from 0 to 8");
    assert_fault(place, "UPDATE frame SET pts = 3 WHERE seq = 4",
                 "frame 4 is to be shown at 3, not after frame 3 (3)");
    assert_fault(place, "UPDATE frame SET dts = 3 WHERE seq = 4", "frame 4 is to be decoded at 3");
    assert_fault(place, "UPDATE frame SET key = 0 WHERE seq = 0", "its first frame, 0, is no key");
    assert_fault(place, "UPDATE frame SET pts = 9223372036854775807 WHERE seq = 9",
                 "frame 9 has an impossible time");
    assert_fault(place,
                 "PRAGMA ignore_check_constraints = ON; UPDATE frame SET seq = -1 WHERE seq = 0",
                 "frame -1 has a negative number");
    assert_fault(place,
                 "PRAGMA ignore_check_constraints = ON; UPDATE frame SET data = x'' WHERE seq = 5",
                 "frame 5 has a packet of 0 bytes");
    assert_fault(place, "PRAGMA foreign_keys = OFF; UPDATE frame SET recording = 2 WHERE seq = 5",
                 "a row of table 'frame' belongs to no recording");
}

static void test_ledger(Place *place, gconstpointer data)
{
    (void)data;
    make_library(place->path);
    assert_fault(place, "UPDATE ledger SET captured = 17",
                 "captured = process.in + lost at capture does not hold: 17 is not 16");
    assert_fault(place, "UPDATE ledger SET record_skipped = 1",
                 "record.offered = stored + skipped + lost does not hold");
    assert_fault(place, "UPDATE ledger SET present_replaced = 1", "present.offered");
    assert_fault(place, "UPDATE ledger SET predict_offered = 1", "predict.offered");
    assert_fault(place, "UPDATE ledger SET process_out = 13",
                 "13 frames left the process stage, and 12 were offered");
    assert_fault(place, "UPDATE ledger SET record_stored = 11", "11 frames stored");
    assert_fault(place, "UPDATE ledger SET captured = -1", "a value of its column 'captured'");
    assert_fault(place, "UPDATE ledger SET last_pts = -1", "a value of its column 'last_pts'");
    assert_fault(place, "DELETE FROM ledger", "a value of its column 'captured'");
}

static void test_losses(Place *place, gconstpointer data)
{
    (void)data;
    make_library(place->path);
    assert_fault(place, "DELETE FROM loss WHERE n = 0", "loss 0 is missing");
    assert_fault(place, "DELETE FROM loss WHERE n = 3",
                 "2 frames lost at record, and its losses add up to 0");
    assert_fault(place, "UPDATE loss SET stage = 'process' WHERE n = 0",
                 "its ledger says 1 frames lost at process, and its losses add up to 4");
    assert_fault(place, "UPDATE loss SET count = 4 WHERE n = 0",
                 "loss 0 is of 4 frames from 10 to 12");
    assert_fault(place, "UPDATE loss SET last_seq = 9 WHERE n = 0", "which cannot be");
    assert_fault(place, "UPDATE loss SET duration_ns = -1 WHERE n = 1", "negative length");
    assert_fault(place, "UPDATE loss SET reason = '' WHERE n = 1", "no reason");
    assert_fault(place, "UPDATE loss SET first_seq = 8, last_seq = 9 WHERE n = 3",
                 "frame 8 is stored, and loss 3 has it too");
    assert_fault(place,
                 "PRAGMA ignore_check_constraints = ON; UPDATE loss SET stage = 'x' WHERE n = 1",
                 "loss 1 is at no stage");
}

static void test_recording(Place *place, gconstpointer data)
{
    (void)data;
    make_library(place->path);
    assert_fault(place, "UPDATE recording SET width = 1000000", "a value of its column 'width'");
    assert_fault(place, "UPDATE recording SET time_base_den = 9999999999", "'time_base_den'");
    assert_fault(place,
                 "PRAGMA ignore_check_constraints = ON; UPDATE recording SET time_base_num = 0",
                 "'time_base_num'");
    assert_fault(place, "PRAGMA ignore_check_constraints = ON; UPDATE recording SET state = 'x'",
                 "a value of its column 'state'");
    assert_fault(place, "UPDATE recording SET codec = printf('%050d', 1)", "'codec'");
    assert_fault(place, "UPDATE recording SET rate_den = 0", "'rate_den'");
    assert_fault(place, "UPDATE recording SET name = CAST(x'ff' AS TEXT)", "'name'");
    assert_fault(place, "UPDATE recording SET extradata = zeroblob(20000000)", "'extradata'");
}

/* A wrong ledger that is given is stored as it is, or a check could never find one. */
static void test_wrong_ledger(Place *place, gconstpointer data)
{
    LeatStoreWriter *writer = start_writer(place->path, "a", true);
    LeatLedger ledger = make_ledger(10);
    GError *error = NULL;
    char *faults;

    (void)data;
    add_packets(writer, 0, 8, 1000);
    leat_store_writer_set_ledger(writer, &ledger, NULL, 0, 0);
    leat_store_writer_finish(writer, &error);
    g_assert_no_error(error);
    faults = faults_of(place->path);
    g_assert_cmpstr(faults, ==,
                    "recording 'a': its ledger does not balance: record.offered = stored + skipped "
                    "+ lost does not hold: 10 is not 9");
    g_free(faults);
}

static void test_one(Place *place, gconstpointer data)
{
    GPtrArray *faults = g_ptr_array_new_with_free_func(g_free);
    GError *error = NULL;
    LeatStore *store;

    (void)data;
    record(place->path, "a", 3, 100);
    record(place->path, "b", 3, 100);
    assert_sql(place->path, "DELETE FROM frame WHERE recording = 1 AND seq = 1", "");
    store = open_store(place->path);
    g_assert_true(leat_store_check(store, 2, faults, &error));
    g_assert_cmpuint(faults->len, ==, 0);
    g_assert_true(leat_store_check(store, 1, faults, &error));
    g_assert_cmpuint(faults->len, ==, 2);
    g_assert_false(leat_store_check(store, 3, faults, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_ptr_array_unref(faults);
    leat_store_close(store);
}

static void test_many(Place *place, gconstpointer data)
{
    char *faults;

    (void)data;
    record(place->path, "a", 500, 100);
    assert_sql(place->path, "UPDATE frame SET pts = 0 WHERE seq > 3", "");
    faults = faults_of(place->path);
    g_assert_nonnull(strstr(faults, "and more of that kind"));
    g_assert_cmpuint(strlen(faults), <, 3000);
    g_free(faults);
}

/* Bytes overwritten in the middle of pages, everywhere in the file. */
static void test_damage(Place *place, gconstpointer data)
{
    GError *error = NULL;
    char *whole = NULL;
    gsize size;
    int found = 0;

    (void)data;
    record(place->path, "a", 60, 3000);
    g_file_get_contents(place->path, &whole, &size, &error);
    g_assert_no_error(error);
    for (int i = 0; i < 40; i++) {
        char *damaged = g_memdup2(whole, size);
        GPtrArray *faults = g_ptr_array_new_with_free_func(g_free);
        size_t page = (size_t)g_test_rand_int_range(0, (gint32)(size / 16384)) * 16384;
        LeatStore *store;

        memset(damaged + page + g_test_rand_int_range(0, 40), g_test_rand_int_range(0, 256), 120);
        g_file_set_contents(place->path, damaged, (gssize)size, &error);
        g_assert_no_error(error);
        store = leat_store_open(place->path, NULL, &error);
        if (store)
            g_assert_true(leat_store_check(store, -1, faults, &error));
        else
            g_assert_error(error, LEAT_ERROR, LEAT_ERROR_CORRUPT);
        found += error || faults->len > 0;
        g_clear_error(&error);
        g_ptr_array_unref(faults);
        leat_store_close(store);
        g_free(damaged);
    }
    /* Not every byte matters: some lie in the free room of a page. */
    g_assert_cmpint(found, >, 1);
    g_free(whole);
}

static void test_truncated(Place *place, gconstpointer data)
{
    char *advice = g_strdup_printf("sqlite3 %s .recover", place->path);

    (void)data;
    record(place->path, "a", 60, 20000);
    g_assert_cmpint(truncate(place->path, 500000), ==, 0);
    assert_not_read(place->path, LEAT_ERROR_CORRUPT, advice);
    assert_not_written(place->path, NULL, LEAT_ERROR_CORRUPT, advice);
    g_free(advice);
}

typedef struct {
    LeatStore *store;
    GError *error;
    bool done;
} LongCheck;

static void check_long(void *data)
{
    LongCheck *check = data;
    GPtrArray *faults = g_ptr_array_new_with_free_func(g_free);

    check->done = leat_store_check(check->store, -1, faults, &check->error);
    g_ptr_array_unref(faults);
}

/* At any moment of it, the very first included. */
static void test_cancel(Place *place, gconstpointer data)
{
    (void)data;
    int quick = 0;

    record(place->path, "a", 3000, 20000);
    for (int i = 0; i < 20; i++) {
        GError *error = NULL;
        LeatCancel *cancel = leat_cancel_new(NULL, &error);
        LongCheck check = {.store = leat_store_open(place->path, cancel, &error)};
        LeatThread *thread;
        int64_t start;

        g_assert_no_error(error);
        thread = leat_thread_new("check", LEAT_THREAD_NORMAL, check_long, &check, &error);
        g_assert_no_error(error);
        g_assert_true(leat_thread_start(thread, &error));
        leat_cancel_wait(cancel, i * LEAT_NS_PER_MS / 4);
        leat_cancel_trigger(cancel);
        start = leat_clock_now_ns();
        leat_thread_free(thread);
        quick += leat_clock_now_ns() - start < LEAT_NS_PER_S / 2;
        if (!check.done)
            g_assert_error(check.error, LEAT_ERROR, LEAT_ERROR_CANCELLED);
        g_clear_error(&check.error);
        g_assert_null(leat_store_list(check.store, &error));
        g_assert_error(error, LEAT_ERROR, LEAT_ERROR_CANCELLED);
        g_clear_error(&error);
        leat_store_close(check.store);
        leat_cancel_unref(cancel);
    }
    /* A busy machine may hold up a few. */
    g_assert_cmpint(quick, >=, 15);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TEST("/store-check/finds-nothing-in-a-sound-file", test_sound);
    ADD_TEST("/store-check/finds-faults-of-frames", test_frames);
    ADD_TEST("/store-check/finds-faults-of-the-ledger", test_ledger);
    ADD_TEST("/store-check/finds-faults-of-losses", test_losses);
    ADD_TEST("/store-check/finds-faults-of-a-recording", test_recording);
    ADD_TEST("/store-check/finds-a-ledger-that-was-wrong-when-given", test_wrong_ledger);
    ADD_TEST("/store-check/checks-one-recording", test_one);
    ADD_TEST("/store-check/does-not-tell-a-thousand-alike", test_many);
    ADD_TEST("/store-check/survives-damage-anywhere", test_damage);
    ADD_TEST("/store-check/finds-that-the-end-is-missing", test_truncated);
    ADD_TEST("/store-check/can-be-cancelled-at-any-moment", test_cancel);
    return g_test_run();
}
