/* SPDX-License-Identifier: MIT */
#include "gui/figures.h"

#include "base/clock.h"

#include <string.h>

/* Commits come every LEAT_STORE_COMMIT_NS while frames do; a few may be late. */
#define FRESH_NS (2 * LEAT_NS_PER_S)

/* Before this much is known, a forecast would only frighten. */
#define FORECAST_AFTER_NS (2 * LEAT_NS_PER_S)

void leat_figures_reset(LeatFigures *figures)
{
    *figures = (LeatFigures){.full_in_ns = -1, .loop_gap_ms = -1};
}

LeatRecordingLight leat_recording_light(const LeatPipelineStatus *status,
                                        int64_t record_interval_ns, int64_t now_ns)
{
    switch (status->recorder) {
    case LEAT_RECORDER_OFF:
        return LEAT_LIGHT_OFF;
    case LEAT_RECORDER_STARTING:
        return status->paused ? LEAT_LIGHT_PAUSED : LEAT_LIGHT_STARTING;
    case LEAT_RECORDER_STOPPING:
        return LEAT_LIGHT_STOPPING;
    case LEAT_RECORDER_FAILED:
        return LEAT_LIGHT_FAILED;
    case LEAT_RECORDER_ON:
        break;
    }
    if (status->progress.stalled)
        return LEAT_LIGHT_STALLED;
    if (status->paused)
        return LEAT_LIGHT_PAUSED;
    if (now_ns - MAX(status->progress.last_commit_ns, status->resumed_ns) >
        FRESH_NS + 2 * record_interval_ns)
        return LEAT_LIGHT_WAITING;
    return LEAT_LIGHT_ON;
}

bool leat_figures_is_recording(const LeatFigures *figures)
{
    return figures->light != LEAT_LIGHT_OFF && figures->light != LEAT_LIGHT_FAILED;
}

bool leat_figures_is_live(const LeatFigures *figures)
{
    return figures->phase == LEAT_PHASE_RUNNING && !figures->held;
}

void leat_figures_begin_recording(LeatFigures *figures, LeatRational record_rate)
{
    figures->recording_began_ns = figures->recorded_until_ns = leat_clock_now_ns();
    figures->recorded_ns = 0;
    figures->recording_lost = 0;
    figures->full_in_ns = -1;
    figures->record_interval_ns =
        leat_rational_is_set(record_rate)
            ? (int64_t)((double)LEAT_NS_PER_S / leat_rational_value(record_rate))
            : 0;
}

static int64_t lost_of(LeatSessionLedger *ledger, bool of_recording, int64_t *captured)
{
    LeatLedger account;

    leat_session_ledger_snapshot(ledger, of_recording, &account, 0, NULL, NULL);
    if (captured)
        *captured = account.captured;
    return leat_ledger_lost(&account);
}

void leat_figures_read_status(LeatFigures *figures, LeatSession *session)
{
    LeatPipeline *pipeline = leat_session_pipeline(session);
    LeatSessionLedger *ledger = leat_pipeline_ledger(pipeline);

    leat_pipeline_get_status(pipeline, &figures->status);
    figures->light =
        leat_recording_light(&figures->status, figures->record_interval_ns, leat_clock_now_ns());
    figures->lost = lost_of(ledger, false, &figures->captured);
    if (figures->recording_began_ns)
        figures->recording_lost = lost_of(ledger, true, NULL);
}

static void read_rate(LeatFigures *figures, int64_t now_ns)
{
    LeatReading *first = &figures->readings[0];
    int64_t elapsed_ns;

    if (figures->reading_count == LEAT_READINGS)
        memmove(first, first + 1, sizeof figures->readings - sizeof *first);
    else
        figures->reading_count++;
    figures->readings[figures->reading_count - 1] = (LeatReading){now_ns, figures->captured};
    elapsed_ns = now_ns - first->at_ns;
    figures->rate = 0;
    if (elapsed_ns > 0)
        figures->rate =
            (double)(figures->captured - first->count) * (double)LEAT_NS_PER_S / (double)elapsed_ns;
}

static void read_recording(LeatFigures *figures, int64_t now_ns)
{
    const LeatStoreProgress *progress = &figures->status.progress;

    if (figures->light != LEAT_LIGHT_PAUSED)
        figures->recorded_ns += now_ns - figures->recorded_until_ns;
    figures->recorded_until_ns = now_ns;
    figures->full_in_ns = -1;
    if (figures->light == LEAT_LIGHT_ON && figures->recorded_ns > FORECAST_AFTER_NS &&
        progress->bytes > 0)
        figures->full_in_ns =
            (int64_t)((double)progress->disk_free / (double)progress->bytes *
                      (double)(figures->recorded_ns + figures->status.pre_roll_ns));
}

void leat_figures_read_meters(LeatFigures *figures, LeatSession *session)
{
    int64_t now_ns = leat_clock_now_ns();

    leat_figures_read_status(figures, session);
    read_rate(figures, now_ns);
    if (leat_figures_is_recording(figures))
        read_recording(figures, now_ns);
    figures->loop_gap_ms = leat_heartbeat_take_recent_max(leat_session_heartbeat(session));
}
