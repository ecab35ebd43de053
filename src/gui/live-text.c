/* SPDX-License-Identifier: MIT */
#include "gui/live-text.h"

#include "base/clock.h"

static char *reconnecting(const LeatPipelineStatus *status)
{
    int64_t left_ns = status->retry_at_ns - leat_clock_now_ns();
    int64_t left_s = (left_ns + LEAT_NS_PER_S - 1) / LEAT_NS_PER_S;

    if (left_ns <= 0)
        return g_strdup_printf("Reconnecting: %s", status->source_reason);
    return g_strdup_printf("Reconnecting in %" G_GINT64_FORMAT " s: %s", left_s,
                           status->source_reason);
}

char *leat_live_state(const LeatFigures *figures)
{
    const LeatPipelineStatus *status = &figures->status;

    if (figures->phase == LEAT_PHASE_STOPPING)
        return g_strdup("Stopping…");
    switch (status->source) {
    case LEAT_SOURCE_STATE_CONNECTING:
        return g_strdup("Connecting…");
    case LEAT_SOURCE_STATE_LIVE:
        return g_strdup(status->format.live ? "Live" : "Playing");
    case LEAT_SOURCE_STATE_AWAY:
        return reconnecting(status);
    case LEAT_SOURCE_STATE_ENDED:
        return g_strdup(figures->held ? "Stopped" : "Ended");
    case LEAT_SOURCE_STATE_FAILED:
        break;
    }
    return g_strdup("Failed");
}

char *leat_live_figures(const LeatFigures *figures)
{
    const LeatPipelineStatus *status = &figures->status;

    return g_strdup_printf("%d × %d · %.1f frames/s · %" G_GINT64_FORMAT " lost", status->out_width,
                           status->out_height, figures->rate, figures->lost);
}

LeatEmptyText leat_live_empty(const LeatFigures *figures)
{
    const LeatPipelineStatus *status = &figures->status;
    LeatEmptyText text = {"camera-video-symbolic", "No Picture", NULL, false};

    if (status->source == LEAT_SOURCE_STATE_FAILED) {
        text.icon = "camera-disabled-symbolic";
        text.title = "No Picture From This Source";
        text.description = g_strdup(status->source_reason);
        text.retry = true;
    } else if (figures->phase == LEAT_PHASE_IDLE) {
        text.description = g_strdup("Choose a source and press Start");
    } else {
        text.title = "Waiting for the First Picture";
        text.description = leat_live_state(figures);
    }
    return text;
}
