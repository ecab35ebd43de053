/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "media/test-pattern.h"
#include "pipeline/link.h"

#include <glib.h>

static LeatFrame *frame_number(int64_t number)
{
    LeatTestPattern *pattern = leat_test_pattern_new(64, 48, (LeatRational){30, 1}, NULL);
    LeatFrameTimes times = {.seq = number, .pts = number, .time_base = {1, 30}};
    LeatFrame *frame = leat_test_pattern_draw(pattern, number, &times, NULL);
    leat_test_pattern_free(pattern);
    g_assert_nonnull(frame);
    return frame;
}

static int64_t take_number(LeatLink *link)
{
    LeatFrame *frame = NULL;
    g_assert_cmpint(leat_link_take(link, &frame, 0), ==, LEAT_QUEUE_OK);
    int64_t number = leat_frame_times(frame).seq;
    leat_frame_unref(frame);
    return number;
}

static void test_every_frame_passes_in_order_and_no_more_than_fit(void)
{
    LeatLink *link = leat_link_new("test", LEAT_LINK_EVERY, (LeatQueueLimits){2, 0}, NULL, NULL);
    LeatFrame *third = frame_number(2);
    g_assert_cmpint(leat_link_offer(link, frame_number(0), 0, NULL), ==, LEAT_QUEUE_OK);
    g_assert_cmpint(leat_link_offer(link, frame_number(1), 0, NULL), ==, LEAT_QUEUE_OK);
    g_assert_cmpint(leat_link_offer(link, third, 0, NULL), ==, LEAT_QUEUE_TIMEOUT);
    g_assert_cmpint(take_number(link), ==, 0);
    g_assert_cmpint(leat_link_offer(link, third, 0, NULL), ==, LEAT_QUEUE_OK);
    g_assert_cmpint(take_number(link), ==, 1);
    g_assert_cmpint(take_number(link), ==, 2);
    LeatLinkFigures figures = leat_link_figures(link);
    g_assert_cmpuint(figures.in, ==, 3);
    g_assert_cmpuint(figures.out, ==, 3);
    g_assert_cmpuint(figures.refused, ==, 1);
    g_assert_cmpuint(figures.peak_items, ==, 2);
    leat_link_free(link);
}

static void test_bytes_bound_a_link_too(void)
{
    size_t bytes = 0;
    LeatFrame *first = frame_number(0), *second = frame_number(1);
    bytes = leat_frame_bytes(first);
    LeatLink *link =
        leat_link_new("test", LEAT_LINK_EVERY, (LeatQueueLimits){100, bytes}, NULL, NULL);
    g_assert_cmpint(leat_link_offer(link, first, 0, NULL), ==, LEAT_QUEUE_OK);
    g_assert_cmpint(leat_link_offer(link, second, 0, NULL), ==, LEAT_QUEUE_TIMEOUT);
    leat_frame_unref(second);
    g_assert_cmpuint(leat_link_figures(link).bytes, ==, bytes);
    leat_link_free(link);
}

static void test_the_latest_frame_wins_and_the_other_is_counted(void)
{
    LeatLink *link = leat_link_new("test", LEAT_LINK_LATEST, (LeatQueueLimits){1, 0}, NULL, NULL);
    bool replaced = true;
    g_assert_cmpint(leat_link_offer(link, frame_number(0), 0, &replaced), ==, LEAT_QUEUE_OK);
    g_assert_false(replaced);
    g_assert_cmpint(leat_link_offer(link, frame_number(1), 0, &replaced), ==, LEAT_QUEUE_OK);
    g_assert_true(replaced);
    g_assert_cmpint(take_number(link), ==, 1);
    g_assert_cmpuint(leat_link_figures(link).replaced, ==, 1);
    leat_link_free(link);
}

static void test_a_closed_link_gives_what_it_has_and_then_says_so(void)
{
    LeatLink *link = leat_link_new("test", LEAT_LINK_EVERY, (LeatQueueLimits){4, 0}, NULL, NULL);
    LeatFrame *late = frame_number(1), *none = NULL;
    leat_link_offer(link, frame_number(0), 0, NULL);
    leat_link_close(link);
    g_assert_cmpint(leat_link_offer(link, late, 0, NULL), ==, LEAT_QUEUE_CLOSED);
    leat_frame_unref(late);
    g_assert_cmpint(take_number(link), ==, 0);
    g_assert_cmpint(leat_link_take(link, &none, LEAT_FOREVER), ==, LEAT_QUEUE_CLOSED);
    leat_link_free(link);
}

static void test_handing_a_frame_on_copies_no_pixel(void)
{
    LeatLink *link = leat_link_new("test", LEAT_LINK_EVERY, (LeatQueueLimits){4, 0}, NULL, NULL);
    LeatFrame *frame = frame_number(0), *taken = NULL;
    int stride = 0;
    const uint8_t *pixels = leat_frame_plane(frame, 0, &stride);
    uint64_t copied = leat_frame_copied_bytes();
    leat_link_offer(link, frame, 0, NULL);
    leat_link_take(link, &taken, 0);
    g_assert_true(taken == frame);
    g_assert_true(leat_frame_plane(taken, 0, &stride) == pixels);
    g_assert_cmpuint(leat_frame_copied_bytes(), ==, copied);
    leat_frame_unref(taken);
    leat_link_free(link);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/link/every-frame-passes-in-order-and-no-more-than-fit",
                    test_every_frame_passes_in_order_and_no_more_than_fit);
    g_test_add_func("/link/bytes-bound-a-link-too", test_bytes_bound_a_link_too);
    g_test_add_func("/link/the-latest-frame-wins-and-the-other-is-counted",
                    test_the_latest_frame_wins_and_the_other_is_counted);
    g_test_add_func("/link/a-closed-link-gives-what-it-has-and-then-says-so",
                    test_a_closed_link_gives_what_it_has_and_then_says_so);
    g_test_add_func("/link/handing-a-frame-on-copies-no-pixel",
                    test_handing_a_frame_on_copies_no_pixel);
    return g_test_run();
}
