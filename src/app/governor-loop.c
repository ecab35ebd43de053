/* SPDX-License-Identifier: MIT */
#include "app/governor-loop.h"

#include "base/clock.h"
#include "base/log.h"

#include <math.h>

struct LeatGovernorLoop {
    LeatExecutor *executor;
    LeatPipeline *pipeline;
    LeatHeartbeat *heartbeat;
    LeatTrace *trace;
    LeatGovernor governor;
    guint timer;

    LeatFrameTimes last_frame;
    bool has_frame;
    double worst_jitter_ms; /* since the last reading */
};

static double fullest_link(LeatPipeline *pipeline)
{
    LeatLinkFigures links[LEAT_PIPELINE_LINKS];
    int count = pipeline ? leat_pipeline_links(pipeline, links) : 0;
    double fullest = 0;

    for (int i = 0; i < count; i++) {
        const LeatLinkFigures *link = &links[i];

        if (link->policy != LEAT_LINK_EVERY)
            continue;
        fullest = MAX(fullest, (double)link->items / (double)MAX(link->max_items, 1));
        if (link->max_bytes > 0)
            fullest = MAX(fullest, (double)link->bytes / (double)link->max_bytes);
    }
    return fullest;
}

static gboolean on_tick(gpointer data)
{
    LeatGovernorLoop *loop = data;
    LeatGovernorReading reading = {
        .loop_gap_ms = leat_heartbeat_take_recent_max(loop->heartbeat),
        .capture_jitter_ms = loop->worst_jitter_ms,
        .link_fill = fullest_link(loop->pipeline),
    };

    loop->worst_jitter_ms = 0;
    if (leat_governor_step(&loop->governor, &reading)) {
        if (loop->executor)
            leat_executor_set_limit(loop->executor, loop->governor.limit);
        leat_log(
            LEAT_LOG_INFO,
            "governor: %u of %u workers (loop gap %.1f ms, jitter %.1f ms, links %.0f %% full)",
            loop->governor.limit, loop->governor.options.workers, reading.loop_gap_ms,
            reading.capture_jitter_ms, reading.link_fill * 100);
    }
    leat_trace_counter(loop->trace, "workers allowed", loop->governor.limit);
    return G_SOURCE_CONTINUE;
}

LeatGovernorLoop *leat_governor_loop_new(const LeatGovernorOptions *options, LeatExecutor *executor,
                                         LeatPipeline *pipeline, LeatHeartbeat *heartbeat,
                                         LeatTrace *trace)
{
    LeatGovernorLoop *loop = g_new0(LeatGovernorLoop, 1);

    loop->executor = executor;
    loop->pipeline = pipeline;
    loop->heartbeat = heartbeat;
    loop->trace = trace;
    leat_governor_init(&loop->governor, options);
    leat_heartbeat_take_recent_max(heartbeat);
    loop->timer = g_timeout_add(LEAT_GOVERNOR_MS, on_tick, loop);
    return loop;
}

void leat_governor_loop_set_pipeline(LeatGovernorLoop *loop, LeatPipeline *pipeline)
{
    if (loop->pipeline == pipeline)
        return;
    loop->pipeline = pipeline;
    loop->has_frame = false;
}

void leat_governor_loop_note_frame(LeatGovernorLoop *loop, const LeatFrameTimes *times,
                                   LeatRational rate)
{
    if (loop->has_frame && leat_rational_is_set(rate)) {
        double due_ms =
            (double)(times->seq - loop->last_frame.seq) * 1000 / leat_rational_value(rate);
        double came_ms =
            (double)(times->captured_ns - loop->last_frame.captured_ns) / LEAT_NS_PER_MS;

        loop->worst_jitter_ms = MAX(loop->worst_jitter_ms, fabs(came_ms - due_ms));
    }
    loop->last_frame = *times;
    loop->has_frame = true;
}

const LeatGovernor *leat_governor_loop_state(const LeatGovernorLoop *loop)
{
    return &loop->governor;
}

void leat_governor_loop_free(LeatGovernorLoop *loop)
{
    if (!loop)
        return;
    g_source_remove(loop->timer);
    g_free(loop);
}
