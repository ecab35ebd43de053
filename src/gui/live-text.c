/* SPDX-License-Identifier: MIT */
#include "gui/live-text.h"

#include "base/clock.h"

#include <glib/gi18n.h>

static char *reconnecting(const LeatPipelineStatus *status)
{
    int64_t left_ns = status->retry_at_ns - leat_clock_now_ns();
    int left_s = (int)((left_ns + LEAT_NS_PER_S - 1) / LEAT_NS_PER_S);

    if (left_ns <= 0)
        return g_strdup_printf(_("Reconnecting: %s"), status->source_reason);
    return g_strdup_printf(_("Reconnecting in %d s: %s"), left_s, status->source_reason);
}

char *leat_live_state(const LeatFigures *figures)
{
    const LeatPipelineStatus *status = &figures->status;

    if (figures->phase == LEAT_PHASE_STOPPING)
        return g_strdup(_("Stopping…"));
    if (figures->held)
        return g_strdup(_("Stopped"));
    switch (status->source) {
    case LEAT_SOURCE_STATE_CONNECTING:
        return g_strdup(_("Connecting…"));
    case LEAT_SOURCE_STATE_LIVE:
        return g_strdup(status->format.live ? _("Live") : _("Playing"));
    case LEAT_SOURCE_STATE_AWAY:
        return reconnecting(status);
    case LEAT_SOURCE_STATE_ENDED:
        return g_strdup(_("Ended"));
    case LEAT_SOURCE_STATE_FAILED:
        break;
    }
    return g_strdup(_("Failed"));
}

char *leat_live_figures(const LeatFigures *figures)
{
    const LeatPipelineStatus *status = &figures->status;
    g_autofree char *lost = g_strdup_printf("%" G_GINT64_FORMAT, figures->lost);

    if (figures->held || figures->phase == LEAT_PHASE_IDLE)
        /* Translators: width and height in pixels, and frames that were lost. */
        return g_strdup_printf(_("%d × %d · %s lost"), status->out_width, status->out_height, lost);
    /* Translators: width and height in pixels, and frames that were lost. */
    return g_strdup_printf(_("%d × %d · %.1f frames/s · %s lost"), status->out_width,
                           status->out_height, figures->rate, lost);
}

LeatEmptyText leat_live_empty(const LeatFigures *figures)
{
    const LeatPipelineStatus *status = &figures->status;
    LeatEmptyText text = {"camera-video-symbolic", _("No Picture"), NULL, false};

    if (status->source == LEAT_SOURCE_STATE_FAILED) {
        text.icon = "camera-disabled-symbolic";
        text.title = _("No Picture From This Source");
        text.description = g_strdup(status->source_reason);
        text.retry = true;
    } else if (figures->phase == LEAT_PHASE_IDLE) {
        text.description = g_strdup(_("Choose a source and press Start"));
    } else {
        text.title = _("Waiting for the First Picture");
        text.description = leat_live_state(figures);
    }
    return text;
}
