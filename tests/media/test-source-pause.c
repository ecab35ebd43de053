/* SPDX-License-Identifier: MIT */
/* Sources that are held still and go on. (A camera's pause is in test-camera-device.c.) */
#include "source-support.h"

#include <string.h>

/* Long against what a frame takes, short for whoever waits for a test. */
#define PAUSE_NS (LEAT_NS_PER_S / 2)

/* Reads frames, which must be numbered without a hole; the last one's times. */
static LeatFrameTimes read_frames(LeatSource *source, int64_t from, int count)
{
    LeatFrameTimes times = {0};
    GError *error = NULL;

    for (int i = 0; i < count; i++) {
        LeatSourceItem item = {.type = LEAT_SOURCE_ITEM_NOTE};
        /* A server on a busy machine may send odd times; it is said, and harmless. */
        while (item.type == LEAT_SOURCE_ITEM_NOTE) {
            bool good = leat_source_read(source, &item, &error);
            g_assert_no_error(error);
            g_assert_true(good);
        }
        g_assert_cmpint((int)item.type, ==, (int)LEAT_SOURCE_ITEM_FRAME);
        times = leat_frame_times(item.frame);
        g_assert_cmpint(times.seq, ==, from + i);
        leat_frame_unref(item.frame);
    }
    return times;
}

/* Pauses as the capture stage does: what comes by itself is thrown away. */
static void pause_for(LeatSource *source, int64_t ns)
{
    g_autoptr(LeatCancel) nothing = leat_cancel_new(NULL, NULL);
    int64_t end_ns = leat_clock_now_ns() + ns;
    bool skipped = true;

    g_assert_true(leat_source_pause(source));
    while (skipped && leat_clock_now_ns() < end_ns)
        skipped = leat_source_skip(source);
    leat_cancel_wait(nothing, MAX(end_ns - leat_clock_now_ns(), 0));
    leat_source_resume(source);
}

/* It neither hurries to make up for the pause nor leaves a frame out. */
static void keeps_its_pace(const char *text)
{
    LeatSourceRequest request = {.realtime = true};
    GError *error = NULL;
    g_autoptr(LeatSource) source = open_source(text, &request, NULL, &error);

    g_assert_no_error(error);
    read_frames(source, 0, 5);
    pause_for(source, PAUSE_NS);
    int64_t resumed_ns = leat_clock_now_ns();
    LeatFrameTimes first = read_frames(source, 5, 1);
    g_assert_cmpint(first.captured_ns - resumed_ns, <, PAUSE_NS);
    LeatFrameTimes last = read_frames(source, 6, 10);
    g_assert_cmpint(last.captured_ns - first.captured_ns, >=, 10 * LEAT_NS_PER_S / 50);
}

static void test_pattern(void)
{
    keeps_its_pace("test:160x120@50");
}

static void test_lavfi(void)
{
    keeps_its_pace("lavfi:testsrc=size=160x120:rate=50");
}

static void test_file(void)
{
    g_autofree char *file = make_video("v.mkv", "-f lavfi -i testsrc=size=160x120:rate=50:"
                                                "duration=1 -c:v mpeg4 -bf 2");

    keeps_its_pace(file);
}

/* The pictures between are gone, and what comes next is new, whole, and there at once. */
static void test_live_stream(void)
{
    Server server = server_start("../support/rtsp_server.py", 0, NULL);
    g_autofree char *address = g_strdup_printf("rtsp://127.0.0.1:%d/live", server.port);
    LeatSourceRequest request = {.reconnect = true};
    GError *error = NULL;
    g_autoptr(LeatSource) source = open_source(address, &request, NULL, &error);

    g_assert_no_error(error);
    LeatFrameTimes before = read_frames(source, 0, 10);
    pause_for(source, 2 * PAUSE_NS);
    int64_t resumed_ns = leat_clock_now_ns();
    LeatFrameTimes after = read_frames(source, 10, 1);
    g_assert_cmpint(after.captured_ns, >=, resumed_ns);
    int64_t gap_ns = leat_ticks_to_ns(after.pts - before.pts, after.time_base);
    g_assert_cmpint(gap_ns, >, PAUSE_NS);
    read_frames(source, 11, 10);
    server_stop(&server);
}

/* Lost in the pause: told once somebody wants frames again. */
static void test_server_gone(void)
{
    Server server = server_start("../support/rtsp_server.py", 0, NULL);
    g_autofree char *address = g_strdup_printf("rtsp://127.0.0.1:%d/live", server.port);
    LeatSourceRequest request = {.reconnect = true};
    GError *error = NULL;
    LeatSourceItem item;
    int port = server.port;
    g_autoptr(LeatSource) source = open_source(address, &request, NULL, &error);

    g_assert_no_error(error);
    read_frames(source, 0, 5);
    g_assert_true(leat_source_pause(source));
    server_stop(&server);
    while (leat_source_skip(source))
        ;
    leat_source_resume(source);
    g_assert_true(leat_source_read(source, &item, NULL));
    g_assert_cmpint((int)item.type, ==, (int)LEAT_SOURCE_ITEM_AWAY);
    server = server_start("../support/rtsp_server.py", port, NULL);
    while (item.type == LEAT_SOURCE_ITEM_AWAY)
        g_assert_true(leat_source_read(source, &item, NULL));
    g_assert_cmpint((int)item.type, ==, (int)LEAT_SOURCE_ITEM_BACK);
    read_frames(source, 5, 5);
    server_stop(&server);
}

static void test_cancel(void)
{
    Server server = server_start("../support/rtsp_server.py", 0, NULL);
    g_autofree char *address = g_strdup_printf("rtsp://127.0.0.1:%d/live", server.port);
    g_autoptr(LeatCancel) cancel = leat_cancel_new(NULL, NULL);
    g_autoptr(LeatSource) source = open_source(address, NULL, cancel, NULL);

    g_assert_nonnull(source);
    read_frames(source, 0, 2);
    g_assert_true(leat_source_pause(source));
    CancelLater *later = cancel_later(cancel, LEAT_NS_PER_S / 5);
    while (leat_source_skip(source))
        ;
    g_assert_cmpint(cancel_later_finish(later), <=, CANCEL_BOUND_NS);
    server_stop(&server);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    temp_init();
    g_test_add_func("/source-pause/the-test-pattern-keeps-its-pace", test_pattern);
    g_test_add_func("/source-pause/a-graph-keeps-its-pace", test_lavfi);
    g_test_add_func("/source-pause/a-file-stays-at-its-place", test_file);
    g_test_add_func("/source-pause/a-live-stream-goes-on-with-what-is-live", test_live_stream);
    g_test_add_func("/source-pause/a-server-that-went-is-told-afterwards", test_server_gone);
    g_test_add_func("/source-pause/skipping-obeys-the-cancel", test_cancel);
    int failed = g_test_run();
    temp_finish();
    return failed;
}
