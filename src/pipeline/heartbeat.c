/* SPDX-License-Identifier: MIT */
#include "pipeline/heartbeat.h"

#include "base/clock.h"
#include "base/error.h"

#include <stdlib.h>

struct LeatHeartbeat {
    LeatHistogram *gaps;
    GSource *timer;
    int64_t last_ns;
    int64_t recent_max_ns;
    LeatHeartbeatGapFunc tell; /* NULL: nobody is told */
    void *tell_data;
    int64_t tell_least_ns;
};

static gboolean beat(gpointer data)
{
    LeatHeartbeat *heartbeat = data;
    int64_t now = leat_clock_now_ns();
    int64_t last = heartbeat->last_ns;
    int64_t gap = now - last;

    heartbeat->last_ns = now;
    leat_histogram_record(heartbeat->gaps, gap);
    heartbeat->recent_max_ns = MAX(heartbeat->recent_max_ns, gap);
    if (heartbeat->tell && gap >= heartbeat->tell_least_ns)
        heartbeat->tell(heartbeat->tell_data, last, gap);
    return G_SOURCE_CONTINUE;
}

LeatHeartbeat *leat_heartbeat_new(GMainContext *context, GError **error)
{
    LeatHeartbeat *heartbeat = calloc(1, sizeof(*heartbeat));
    if (!heartbeat)
        return leat_error_no_memory(error, sizeof(*heartbeat), "the heartbeat");
    heartbeat->gaps = leat_histogram_new(error);
    if (!heartbeat->gaps) {
        free(heartbeat);
        return NULL;
    }
    heartbeat->last_ns = leat_clock_now_ns();
    heartbeat->timer = g_timeout_source_new(LEAT_HEARTBEAT_MS);
    g_source_set_priority(heartbeat->timer, G_PRIORITY_HIGH);
    g_source_set_callback(heartbeat->timer, beat, heartbeat, NULL);
    g_source_attach(heartbeat->timer, context);
    return heartbeat;
}

void leat_heartbeat_free(LeatHeartbeat *heartbeat)
{
    if (!heartbeat)
        return;
    g_source_destroy(heartbeat->timer);
    g_source_unref(heartbeat->timer);
    leat_histogram_free(heartbeat->gaps);
    free(heartbeat);
}

LeatHistogramSummary leat_heartbeat_summary(const LeatHeartbeat *heartbeat)
{
    return leat_histogram_summary(heartbeat->gaps);
}

const LeatHistogram *leat_heartbeat_histogram(const LeatHeartbeat *heartbeat)
{
    return heartbeat->gaps;
}

void leat_heartbeat_tell(LeatHeartbeat *heartbeat, int64_t least_ns, LeatHeartbeatGapFunc func,
                         void *data)
{
    heartbeat->tell = func;
    heartbeat->tell_data = data;
    heartbeat->tell_least_ns = least_ns;
}

double leat_heartbeat_take_recent_max(LeatHeartbeat *heartbeat)
{
    double max_ms = (double)heartbeat->recent_max_ns / LEAT_NS_PER_MS;
    heartbeat->recent_max_ns = 0;
    return max_ms;
}
