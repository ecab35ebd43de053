/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "pipeline/heartbeat.h"

#define HOLD_NS (40 * LEAT_NS_PER_MS)

typedef struct {
    GMainLoop *loop;
    int64_t held_from_ns, held_until_ns;
    int64_t from_ns, gap_ns; /* what was told */
} Hold;

static gboolean hold(gpointer data)
{
    Hold *hold = data;

    hold->held_from_ns = leat_clock_now_ns();
    do
        hold->held_until_ns = leat_clock_now_ns();
    while (hold->held_until_ns - hold->held_from_ns < HOLD_NS);
    return G_SOURCE_REMOVE;
}

static void told(void *data, int64_t from_ns, int64_t gap_ns)
{
    Hold *hold = data;

    /* On a busy machine there may be others before. */
    if (!hold->held_until_ns)
        return;
    hold->from_ns = from_ns;
    hold->gap_ns = gap_ns;
    g_main_loop_quit(hold->loop);
}

static void a_long_gap_is_told(void)
{
    Hold held = {.loop = g_main_loop_new(NULL, FALSE)};
    g_autoptr(GError) error = NULL;
    LeatHeartbeat *heartbeat = leat_heartbeat_new(NULL, &error);

    g_assert_no_error(error);
    leat_heartbeat_tell(heartbeat, HOLD_NS, told, &held);
    g_timeout_add(1, hold, &held);
    g_main_loop_run(held.loop);
    g_assert_cmpint(held.from_ns, <=, held.held_from_ns);
    g_assert_cmpint(held.from_ns + held.gap_ns, >=, held.held_until_ns);
    g_assert_cmpint(leat_histogram_max(leat_heartbeat_histogram(heartbeat)), >=, held.gap_ns);
    leat_heartbeat_free(heartbeat);
    g_main_loop_unref(held.loop);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/heartbeat/a-long-gap-is-told", a_long_gap_is_told);
    return g_test_run();
}
