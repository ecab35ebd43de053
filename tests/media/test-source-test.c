/* SPDX-License-Identifier: MIT */
#include "media/test-pattern.h"
#include "source-support.h"

#include <string.h>

static LeatSourceFormat format_of(const char *text, const LeatSourceRequest *request)
{
    GError *error = NULL;
    g_autoptr(LeatSource) source = open_source(text, request, NULL, &error);
    g_assert_no_error(error);
    return leat_source_format(source);
}

static void test_defaults(void)
{
    LeatSourceFormat format = format_of("test", NULL);
    g_assert_cmpint(format.width, ==, 640);
    g_assert_cmpint(format.height, ==, 480);
    g_assert_cmpfloat(leat_rational_value(format.rate), ==, 30.0);
    g_assert_cmpint(format.time_base.num, ==, 1);
    g_assert_cmpint(format.time_base.den, ==, 30);
    g_assert_cmpstr(format.pixel_format, ==, "yuv420p");
    g_assert_true(format.live);
}

static void test_request_wins(void)
{
    LeatSourceRequest request = {.width = 64, .height = 32, .rate = {25, 2}};
    LeatSourceFormat named = format_of("test:320x240@5", NULL);
    LeatSourceFormat asked = format_of("test:320x240@5", &request);
    g_assert_cmpint(named.width, ==, 320);
    g_assert_cmpfloat(leat_rational_value(named.rate), ==, 5.0);
    g_assert_cmpint(asked.width, ==, 64);
    g_assert_cmpint(asked.height, ==, 32);
    g_assert_cmpfloat(leat_rational_value(asked.rate), ==, 12.5);
}

static void test_refuses(void)
{
    static const LeatSourceRequest bad[] = {
        {.width = 100000, .height = 100000},
        {.width = -1, .height = 5},
        {.rate = {-1, 1}},
        {.rate = {0, 5}},
        {.rate = {1000000, 1}},
        {.rate = {5, 0}},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(open_source("test", &bad[i], NULL, &error));
        g_assert_error(error, LEAT_ERROR, LEAT_ERROR_INVALID);
        g_assert_nonnull(strstr(error->message, "cannot open source test: "));
    }
}

static void test_numbers(void)
{
    g_autoptr(LeatSource) source = open_source("test:320x240@25", NULL, NULL, NULL);
    LeatSourceItem item;
    for (int64_t i = 0; i < 50; i++) {
        g_assert_true(leat_source_read(source, &item, NULL));
        g_assert_cmpint((int)item.type, ==, (int)LEAT_SOURCE_ITEM_FRAME);
        LeatFrameTimes times = leat_frame_times(item.frame);
        int64_t number = -1, time_ms = -1;
        int stride;
        const uint8_t *luma = leat_frame_plane(item.frame, 0, &stride);
        g_assert_true(leat_test_pattern_read(luma, stride, 320, 240, &number, &time_ms));
        g_assert_cmpint(number, ==, i);
        g_assert_cmpint(time_ms, ==, i * 40);
        g_assert_cmpint(times.seq, ==, i);
        g_assert_cmpint(times.pts, ==, i);
        leat_frame_unref(item.frame);
    }
}

static void test_same_pixels(void)
{
    g_autoptr(LeatSource) one = open_source("test:160x120", NULL, NULL, NULL);
    g_autoptr(LeatSource) two = open_source("test:160x120", NULL, NULL, NULL);
    g_autoptr(Reading) first = read_all(one, 20, true);
    g_autoptr(Reading) second = read_all(two, 20, true);
    for (unsigned i = 0; i < 20; i++)
        g_assert_cmpstr(first->md5->pdata[i], ==, second->md5->pdata[i]);
    g_assert_cmpstr(first->md5->pdata[0], !=, first->md5->pdata[1]);
}

static void test_pace(void)
{
    LeatSourceRequest request = {.realtime = true};
    g_autoptr(LeatSource) source = open_source("test:64x48@100", &request, NULL, NULL);
    int64_t start_ns = leat_clock_now_ns();
    g_autoptr(Reading) reading = read_all(source, 31, false);
    g_assert_cmpint(reading->frames, ==, 31);
    g_assert_cmpint(leat_clock_now_ns() - start_ns, >=, 300 * LEAT_NS_PER_MS);
}

static void test_cancel(void)
{
    LeatSourceRequest request = {.realtime = true};
    assert_obeys_cancel("test:64x48@0.1", &request);
    assert_obeys_cancel("test:64x48", NULL);
}

static void test_cancelled_before(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(LeatCancel) cancel = leat_cancel_new(NULL, NULL);
    leat_cancel_trigger(cancel);
    g_assert_null(open_source("test", NULL, cancel, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_CANCELLED);
}

static void test_frame_outlives(void)
{
    LeatSource *source = open_source("test:64x48", NULL, NULL, NULL);
    LeatSourceItem item;
    g_assert_true(leat_source_read(source, &item, NULL));
    leat_source_close(source);
    leat_source_close(NULL);
    g_assert_cmpint(leat_frame_width(item.frame), ==, 64);
    int stride;
    g_assert_nonnull(leat_frame_plane(item.frame, 0, &stride));
    leat_frame_unref(item.frame);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/source-test/is-640x480-at-30-unless-told", test_defaults);
    g_test_add_func("/source-test/the-request-wins-over-the-spec", test_request_wins);
    g_test_add_func("/source-test/refuses-impossible-sizes-and-rates", test_refuses);
    g_test_add_func("/source-test/frames-carry-their-number-and-time", test_numbers);
    g_test_add_func("/source-test/two-runs-give-the-same-pixels", test_same_pixels);
    g_test_add_func("/source-test/keeps-the-pace-of-the-clock-when-asked", test_pace);
    g_test_add_func("/source-test/obeys-the-cancel", test_cancel);
    g_test_add_func("/source-test/does-not-open-when-already-cancelled", test_cancelled_before);
    g_test_add_func("/source-test/a-frame-outlives-its-source", test_frame_outlives);
    return g_test_run();
}
