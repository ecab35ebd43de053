/* SPDX-License-Identifier: MIT */
/* Live streams whose servers go away and come back. */
#include "source-support.h"

#include <string.h>

static const LeatSourceRequest reopening = {.reconnect = true};

typedef struct {
    int64_t next_seq, last_pts, last_captured_ns;
    LeatRational time_base;
} Follower;

static void follow(Follower *follower, const LeatSourceItem *item)
{
    if (item->type == LEAT_SOURCE_ITEM_LOST) {
        g_assert_cmpint(item->first, ==, follower->next_seq);
        follower->next_seq = item->last + 1;
    }
    if (item->type != LEAT_SOURCE_ITEM_FRAME)
        return;
    LeatFrameTimes times = leat_frame_times(item->frame);
    g_assert_cmpint(times.seq, ==, follower->next_seq);
    if (follower->next_seq > 0)
        g_assert_cmpint(times.pts, >, follower->last_pts);
    if (leat_rational_is_set(follower->time_base))
        g_assert_cmpint(times.time_base.den, ==, follower->time_base.den);
    *follower = (Follower){times.seq + 1, times.pts, times.captured_ns, times.time_base};
    leat_frame_unref(item->frame);
}

/* Reads until an item of that type, at most `limit` items. */
static LeatSourceItem read_until(LeatSource *source, LeatSourceItemType type, int limit,
                                 Follower *follower)
{
    GError *error = NULL;
    LeatSourceItem item;
    do {
        g_assert_cmpint(limit--, >, 0);
        bool ok = leat_source_read(source, &item, &error);
        g_assert_no_error(error);
        g_assert_true(ok);
        follow(follower, &item);
    } while (item.type != type);
    return item;
}

static void read_frames(LeatSource *source, int count, Follower *follower)
{
    while (count-- > 0)
        read_until(source, LEAT_SOURCE_ITEM_FRAME, 100, follower);
}

static void test_server_restarts(void)
{
    Server server = server_start("../support/rtsp_server.py", 0, NULL);
    int port = server.port;
    g_autofree char *address = g_strdup_printf("rtsp://user:secret@127.0.0.1:%d/live", port);
    g_autoptr(LeatSource) source = open_source(address, &reopening, NULL, NULL);
    g_assert_nonnull(source);
    Follower follower = {0};
    read_frames(source, 15, &follower);

    server_stop(&server);
    int64_t stopped_ns = leat_clock_now_ns();
    LeatSourceItem away = read_until(source, LEAT_SOURCE_ITEM_AWAY, 1000, &follower);
    g_assert_cmpint(away.retry_ns, ==, LEAT_NS_PER_S / 2);
    g_assert_null(strstr(away.reason, "secret"));
    g_assert_nonnull(strstr(away.reason, "user:***@"));
    Follower before = follower;

    LeatSourceItem again = read_until(source, LEAT_SOURCE_ITEM_AWAY, 1, &follower);
    g_assert_cmpint(again.retry_ns, ==, LEAT_NS_PER_S);
    g_assert_nonnull(strstr(again.reason, "connection refused"));

    server = server_start("../support/rtsp_server.py", port, NULL);
    LeatSourceItem back = read_until(source, LEAT_SOURCE_ITEM_BACK, 4, &follower);
    int64_t away_ns = leat_clock_now_ns() - before.last_captured_ns;
    g_assert_cmpint(back.duration_ns, <=, away_ns);
    g_assert_cmpint(back.duration_ns, >, away_ns - LEAT_NS_PER_S / 2);
    g_assert_cmpint(back.duration_ns, >, leat_clock_now_ns() - stopped_ns - LEAT_NS_PER_S / 2);
    g_assert_cmpstr(back.reason, ==, away.reason);
    g_assert_cmpint(follower.next_seq, ==, before.next_seq);

    read_frames(source, 1, &follower);
    int64_t gap_ns = leat_ticks_to_ns(follower.last_pts - before.last_pts, before.time_base);
    g_assert_cmpint(gap_ns, >=, back.duration_ns - 10 * LEAT_NS_PER_MS);
    read_frames(source, 10, &follower);
    server_stop(&server);
}

static void test_cancel_while_away(void)
{
    GError *error = NULL;
    g_autoptr(LeatCancel) cancel = leat_cancel_new(NULL, NULL);
    Server server = server_start("../support/rtsp_server.py", 0, NULL);
    g_autofree char *address = g_strdup_printf("rtsp://127.0.0.1:%d/live", server.port);
    g_autoptr(LeatSource) source = open_source(address, &reopening, cancel, &error);
    g_assert_no_error(error);
    server_stop(&server);
    Follower follower = {0};
    LeatSourceItem item = {0};
    while (item.retry_ns < 2 * LEAT_NS_PER_S)
        item = read_until(source, LEAT_SOURCE_ITEM_AWAY, 1000, &follower);

    CancelLater *later = cancel_later(cancel, LEAT_NS_PER_S / 5);
    g_assert_false(leat_source_read(source, &item, &error));
    g_assert_cmpint(cancel_later_finish(later), <=, CANCEL_BOUND_NS);
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_CANCELLED);
    g_clear_error(&error);
    g_assert_false(leat_source_read(source, &item, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_CANCELLED);
    g_error_free(error);
}

/* A stream that ends as soon as it is opened does not get a short pause each time. */
static void test_pauses_grow(void)
{
    g_autofree char *file = make_video("live.ts", "-f lavfi -i testsrc2=size=160x120:rate=30:"
                                                  "duration=1 -pix_fmt yuv420p -c:v mpeg2video");
    g_autofree char *folder = g_path_get_dirname(file);
    Server server = server_start("http_server.py", 0, folder);
    g_autofree char *address = g_strdup_printf("http://127.0.0.1:%d/stream/live.ts", server.port);
    g_autoptr(LeatSource) source = open_source(address, &reopening, NULL, NULL);
    g_assert_nonnull(source);
    g_assert_true(leat_source_format(source).live);
    Follower follower = {0};
    int64_t pause_ns = LEAT_NS_PER_S / 2;
    for (int i = 1; i <= 3; i++) {
        LeatSourceItem away = read_until(source, LEAT_SOURCE_ITEM_AWAY, 1000, &follower);
        g_assert_cmpint(away.retry_ns, ==, pause_ns);
        g_assert_nonnull(strstr(away.reason, "ended"));
        g_assert_cmpint(follower.next_seq, ==, 30 * i);
        if (i < 3)
            read_until(source, LEAT_SOURCE_ITEM_BACK, 1, &follower);
        pause_ns *= 2;
    }
    server_stop(&server);
}

static void test_first_opening(void)
{
    GError *error = NULL;
    int64_t start_ns = leat_clock_now_ns();
    g_assert_null(open_source("rtsp://127.0.0.1:1/x", &reopening, NULL, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_LOST);
    g_assert_cmpint(leat_clock_now_ns() - start_ns, <, 5 * LEAT_NS_PER_S);
    g_error_free(error);
}

static void test_not_asked(void)
{
    Server server = server_start("../support/rtsp_server.py", 0, NULL);
    g_autofree char *address = g_strdup_printf("rtsp://127.0.0.1:%d/live", server.port);
    g_autoptr(LeatSource) source = open_source(address, NULL, NULL, NULL);
    g_assert_nonnull(source);
    server_stop(&server);
    g_autoptr(Reading) reading = read_all(source, 0, false);
    g_assert_false(reading->ended);
    g_assert_error(reading->error, LEAT_ERROR, LEAT_ERROR_LOST);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    temp_init();
    g_test_add_func("/source-reconnect/goes-on-when-the-server-is-back", test_server_restarts);
    g_test_add_func("/source-reconnect/obeys-the-cancel-while-away", test_cancel_while_away);
    g_test_add_func("/source-reconnect/pauses-grow-while-it-keeps-failing", test_pauses_grow);
    g_test_add_func("/source-reconnect/a-wrong-address-is-told-at-once", test_first_opening);
    g_test_add_func("/source-reconnect/fails-where-reopening-was-not-asked", test_not_asked);
    int failed = g_test_run();
    temp_finish();
    return failed;
}
