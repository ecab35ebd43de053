/* SPDX-License-Identifier: MIT */
#include "pipeline/session-ledger.h"

#include "concurrency/thread.h"

#include <glib.h>

static LeatLedger figures_of(LeatSessionLedger *ledger, bool of_recording)
{
    LeatLedger figures;
    leat_session_ledger_snapshot(ledger, of_recording, &figures, 0, NULL, NULL);
    return figures;
}

static LeatLoss *losses_of(LeatSessionLedger *ledger, bool of_recording, size_t from, size_t *count)
{
    LeatLedger figures;
    LeatLoss *losses = NULL;
    leat_session_ledger_snapshot(ledger, of_recording, &figures, from, &losses, count);
    return losses;
}

static void capture(LeatSessionLedger *ledger, int64_t count)
{
    leat_session_ledger_add(ledger, &(LeatLedger){.captured = count, .process.in = count});
}

static void test_adjoining_losses_are_one_row(void)
{
    LeatSessionLedger *ledger = leat_session_ledger_new(NULL);
    leat_session_ledger_lose(ledger, LEAT_STAGE_CAPTURE, 3, 3, 1, "full");
    leat_session_ledger_lose(ledger, LEAT_STAGE_CAPTURE, 4, 6, 3, "full");
    leat_session_ledger_lose(ledger, LEAT_STAGE_CAPTURE, 9, 9, 1, "full");
    leat_session_ledger_lose(ledger, LEAT_STAGE_CAPTURE, 10, 10, 1, "bad");
    size_t count = 0;
    LeatLoss *losses = losses_of(ledger, false, 0, &count);
    g_assert_cmpuint(count, ==, 3);
    g_assert_cmpint(losses[0].first, ==, 3);
    g_assert_cmpint(losses[0].last, ==, 6);
    g_assert_cmpint(losses[0].count, ==, 4);
    g_assert_cmpint(losses[0].wall_ns, >, 0);
    g_assert_cmpint(losses[1].first, ==, 9);
    g_assert_cmpstr(losses[2].reason, ==, "bad");
    g_assert_cmpint(figures_of(ledger, false).capture_lost, ==, 6);
    g_free(losses);
    leat_session_ledger_unref(ledger);
}

static void test_a_hole_is_a_row_without_frames(void)
{
    LeatSessionLedger *ledger = leat_session_ledger_new(NULL);
    leat_session_ledger_add_hole(ledger, 17, 2500000000, "unplugged");
    leat_session_ledger_add_hole(ledger, 17, 500000000, "unplugged");
    size_t count = 0;
    LeatLoss *losses = losses_of(ledger, false, 0, &count);
    g_assert_cmpuint(count, ==, 2);
    g_assert_cmpint(losses[0].count, ==, 0);
    g_assert_cmpint(losses[0].first, ==, 17);
    g_assert_cmpint(losses[0].duration_ns, ==, 2500000000);
    g_assert_cmpint(figures_of(ledger, false).capture_lost, ==, 0);
    g_free(losses);
    leat_session_ledger_unref(ledger);
}

static void test_a_recording_has_an_account_of_its_own(void)
{
    LeatSessionLedger *ledger = leat_session_ledger_new(NULL);
    capture(ledger, 5);
    leat_session_ledger_lose(ledger, LEAT_STAGE_CAPTURE, 5, 5, 1, "full");
    leat_session_ledger_add(ledger, &(LeatLedger){.captured = 1});
    g_assert_false(leat_session_ledger_count_processed(ledger, 0));

    leat_session_ledger_begin_recording(ledger);
    capture(ledger, 2);
    g_assert_true(leat_session_ledger_count_processed(ledger, 0));
    g_assert_true(leat_session_ledger_count_processed(ledger, 0));
    leat_session_ledger_lose(ledger, LEAT_STAGE_RECORD, 7, 7, 1, "full");
    leat_session_ledger_add(ledger, &(LeatLedger){.record.stored = 1});
    leat_session_ledger_end_recording(ledger);

    capture(ledger, 3);
    g_assert_false(leat_session_ledger_count_processed(ledger, 0));
    leat_session_ledger_lose(ledger, LEAT_STAGE_CAPTURE, 9, 9, 1, "after the end");

    LeatLedger recording = figures_of(ledger, true);
    g_assert_cmpint(recording.captured, ==, 2);
    g_assert_cmpint(recording.capture_lost, ==, 0);
    g_assert_cmpint(recording.process.in, ==, 2);
    g_assert_cmpint(recording.process.out, ==, 2);
    g_assert_cmpint(recording.record.offered, ==, 2);
    g_assert_null(leat_ledger_imbalance(&recording));
    size_t count = 0;
    LeatLoss *losses = losses_of(ledger, true, 0, &count);
    g_assert_cmpuint(count, ==, 1);
    g_assert_cmpint(losses[0].first, ==, 7);
    g_free(losses);
    g_assert_cmpint(figures_of(ledger, false).process.out, ==, 4);
    leat_session_ledger_unref(ledger);
}

static void test_a_loss_after_the_end_that_is_the_recorders_counts(void)
{
    LeatSessionLedger *ledger = leat_session_ledger_new(NULL);
    leat_session_ledger_begin_recording(ledger);
    leat_session_ledger_lose(ledger, LEAT_STAGE_RECORD, 1, 1, 1, "full");
    leat_session_ledger_end_recording(ledger);
    leat_session_ledger_lose(ledger, LEAT_STAGE_RECORD, 2, 2, 1, "full");
    size_t count = 0;
    LeatLoss *losses = losses_of(ledger, true, 1, &count);
    g_assert_cmpuint(count, ==, 1);
    g_assert_cmpint(losses[0].first, ==, 2);
    g_free(losses);
    leat_session_ledger_unref(ledger);
}

static void test_the_list_of_losses_is_bounded_and_its_sums_stay_true(void)
{
    LeatSessionLedger *ledger = leat_session_ledger_new(NULL);
    enum { MANY = 60000 };
    for (int i = 0; i < MANY; i++)
        leat_session_ledger_lose(ledger, (LeatLossStage)(i % 3), i, i, 1, "this and that");
    size_t count = 0;
    LeatLoss *losses = losses_of(ledger, false, 0, &count);
    g_assert_cmpuint(count, <=, 20000 + LEAT_LOSS_ROWS_THAT_GROW);
    int64_t sum[3] = {0};
    for (size_t i = 0; i < count; i++)
        sum[losses[i].stage] += losses[i].count;
    for (int i = 0; i < 3; i++)
        g_assert_cmpint(sum[i], ==, MANY / 3);
    g_assert_cmpint(losses[count - 1].last, >, 59990);
    g_free(losses);
    leat_session_ledger_unref(ledger);
}

/* Frames 0 to 9, of which 3 was lost at capture and 8 was refused by the record link. */
static LeatSessionLedger *with_pre_roll(void)
{
    LeatSessionLedger *ledger = leat_session_ledger_new(NULL);
    g_assert_cmpint(leat_session_ledger_set_pre_roll(ledger, true), ==, 0);
    for (int64_t seq = 0; seq < 10; seq++) {
        if (seq == 3) {
            leat_session_ledger_add(ledger, &(LeatLedger){.captured = 1});
            leat_session_ledger_lose(ledger, LEAT_STAGE_CAPTURE, 3, 3, 1, "full");
            continue;
        }
        capture(ledger, 1);
        g_assert_true(leat_session_ledger_count_processed(ledger, seq));
        if (seq == 8)
            leat_session_ledger_refuse(ledger, seq, "slow");
    }
    g_assert_cmpuint(leat_session_ledger_offers(ledger), ==, 9);
    return ledger;
}

static void assert_losses(LeatSessionLedger *ledger, size_t expected)
{
    size_t count = 0;
    g_free(losses_of(ledger, true, 0, &count));
    g_assert_cmpuint(count, ==, expected);
}

static void test_a_recording_begins_with_the_pre_roll(void)
{
    LeatSessionLedger *ledger = with_pre_roll();
    /* 0 to 6 were taken, of which 0 and 1 have aged out and 4 was skipped; 7 and 9 are in the link.
     */
    LeatPreRollAccount kept = {.first = 2, .taken = 4, .skipped = 1, .ever = 6};
    g_assert_true(leat_session_ledger_begin_with_pre_roll(ledger, &kept));
    LeatLedger figures = figures_of(ledger, true);
    g_assert_cmpint(figures.record.offered, ==, 7);
    g_assert_cmpint(figures.process.out, ==, 7);
    g_assert_cmpint(figures.record.skipped, ==, 1);
    g_assert_cmpint(figures.record.lost, ==, 1);
    g_assert_cmpint(figures.captured, ==, 8);
    g_assert_cmpint(figures.capture_lost, ==, 1);
    g_assert_cmpint(figures.process.in, ==, 7);
    assert_losses(ledger, 2);
    leat_session_ledger_add(ledger, &(LeatLedger){.record.stored = 5});
    leat_session_ledger_end_recording(ledger);
    figures = figures_of(ledger, true);
    g_assert_null(leat_ledger_imbalance(&figures));
    leat_session_ledger_unref(ledger);
}

static void test_older_losses_are_not_the_recordings(void)
{
    LeatSessionLedger *ledger = with_pre_roll();
    LeatPreRollAccount kept = {.first = 9, .taken = 1, .ever = 8};
    leat_session_ledger_add_hole(ledger, 9, 1, "before it");
    g_assert_true(leat_session_ledger_begin_with_pre_roll(ledger, &kept));
    LeatLedger figures = figures_of(ledger, true);
    g_assert_cmpint(figures.record.offered, ==, 1);
    g_assert_cmpint(figures.record.lost, ==, 0);
    g_assert_cmpint(figures.captured, ==, 1);
    assert_losses(ledger, 0);
    leat_session_ledger_unref(ledger);
}

static void test_a_pre_roll_that_is_not_used_counts_nowhere(void)
{
    LeatSessionLedger *ledger = with_pre_roll();
    g_assert_cmpint(leat_session_ledger_begin_recording(ledger), ==, 10);
    /* One that was counted before, and comes to the link only now. */
    leat_session_ledger_refuse(ledger, 9, "slow");
    LeatLedger figures = figures_of(ledger, true);
    g_assert_cmpint(figures.record.offered, ==, 0);
    g_assert_cmpint(figures.record.lost, ==, 0);
    g_assert_cmpint(figures.captured, ==, 0);
    leat_session_ledger_unref(ledger);
}

/* One that leaves no row for the oldest. */
static void test_a_pre_roll_whose_losses_are_too_many_is_not_used(void)
{
    LeatSessionLedger *ledger = leat_session_ledger_new(NULL);
    leat_session_ledger_set_pre_roll(ledger, true);
    for (int64_t seq = 0; seq < 4000; seq++) {
        capture(ledger, 1);
        leat_session_ledger_count_processed(ledger, seq);
        if (seq % 2)
            leat_session_ledger_refuse(ledger, seq, "slow");
    }
    LeatPreRollAccount kept = {.first = 10, .taken = 1995, .ever = 2000};
    g_assert_false(leat_session_ledger_begin_with_pre_roll(ledger, &kept));
    kept = (LeatPreRollAccount){.first = 3000, .taken = 500, .ever = 2000};
    g_assert_true(leat_session_ledger_begin_with_pre_roll(ledger, &kept));
    g_assert_cmpint(figures_of(ledger, true).record.offered, ==, 1000);
    leat_session_ledger_unref(ledger);
}

enum { ROUNDS = 20000 };

static void count_frames(void *data)
{
    LeatSessionLedger *ledger = data;
    for (int i = 0; i < ROUNDS; i++) {
        leat_session_ledger_add(ledger, &(LeatLedger){.captured = 1});
        if (i % 4 == 0)
            leat_session_ledger_lose(ledger, LEAT_STAGE_CAPTURE, i, i, 1, "full");
        else
            leat_session_ledger_add(ledger, &(LeatLedger){.process.in = 1});
        if (leat_session_ledger_count_processed(ledger, 0))
            leat_session_ledger_add(ledger, &(LeatLedger){.record.skipped = 1});
    }
}

static void test_threads_that_count_at_once_agree_in_the_end(void)
{
    LeatSessionLedger *ledger = leat_session_ledger_new(NULL);
    leat_session_ledger_begin_recording(ledger);
    LeatThread *threads[4];
    for (int i = 0; i < 4; i++) {
        threads[i] = leat_thread_new("counter", LEAT_THREAD_NORMAL, count_frames, ledger, NULL);
        g_assert_true(leat_thread_start(threads[i], NULL));
    }
    for (int i = 0; i < 4; i++)
        leat_thread_free(threads[i]);
    LeatLedger figures = figures_of(ledger, false);
    g_assert_cmpint(figures.captured, ==, 4 * ROUNDS);
    g_assert_cmpint(figures.record.offered, ==, 4 * ROUNDS);
    g_assert_null(leat_ledger_imbalance(&figures));
    leat_session_ledger_unref(ledger);
}

static void test_an_imbalance_is_told_with_its_figures(void)
{
    LeatLedger figures = {.captured = 3, .process.in = 1, .capture_lost = 1};
    char *fault = leat_ledger_imbalance(&figures);
    g_assert_cmpstr(fault, ==, "captured = process.in + lost at capture does not hold: 3 is not 2");
    g_free(fault);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/session-ledger/adjoining-losses-are-one-row",
                    test_adjoining_losses_are_one_row);
    g_test_add_func("/session-ledger/a-hole-is-a-row-without-frames",
                    test_a_hole_is_a_row_without_frames);
    g_test_add_func("/session-ledger/a-recording-has-an-account-of-its-own",
                    test_a_recording_has_an_account_of_its_own);
    g_test_add_func("/session-ledger/a-loss-after-the-end-that-is-the-recorders-counts",
                    test_a_loss_after_the_end_that_is_the_recorders_counts);
    g_test_add_func("/session-ledger/the-list-of-losses-is-bounded-and-its-sums-stay-true",
                    test_the_list_of_losses_is_bounded_and_its_sums_stay_true);
    g_test_add_func("/session-ledger/threads-that-count-at-once-agree-in-the-end",
                    test_threads_that_count_at_once_agree_in_the_end);
    g_test_add_func("/session-ledger/an-imbalance-is-told-with-its-figures",
                    test_an_imbalance_is_told_with_its_figures);
    g_test_add_func("/session-ledger/a-recording-begins-with-the-pre-roll",
                    test_a_recording_begins_with_the_pre_roll);
    g_test_add_func("/session-ledger/older-losses-are-not-the-recordings",
                    test_older_losses_are_not_the_recordings);
    g_test_add_func("/session-ledger/a-pre-roll-that-is-not-used-counts-nowhere",
                    test_a_pre_roll_that_is_not_used_counts_nowhere);
    g_test_add_func("/session-ledger/a-pre-roll-whose-losses-are-too-many-is-not-used",
                    test_a_pre_roll_whose_losses_are_too_many_is_not_used);
    return g_test_run();
}
