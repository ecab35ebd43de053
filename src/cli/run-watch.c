/* SPDX-License-Identifier: MIT */
#include "cli/run-watch.h"

#include "base/clock.h"
#include "base/log.h"
#include "cli/progress.h"

#include <unistd.h>

#define TICK_MS 250
#define LINE_NS LEAT_NS_PER_S /* between two lines where there is no terminal */

/* A loss that goes on is told again after this long. */
#define REPEAT_NS (5 * LEAT_NS_PER_S)

/* The rate shown is that of the last two seconds. */
#define RATE_SAMPLES 9

typedef struct {
    int64_t at_ns, captured;
} Sample;

struct LeatRunWatch {
    LeatSession *session;
    int64_t max_frames, max_duration_ns;
    bool shows_line, force;
    guint timer;

    int64_t started_ns, live_ns, recording_ns; /* 0 until then */
    int64_t next_line_ns;
    Sample samples[RATE_SAMPLES];
    unsigned sample_count;

    LeatSourceState source;
    LeatRecorderState recorder;
    bool stalled;
    size_t losses_seen; /* of the list, all but the last complete */
    int64_t last_told;  /* count of the last one when it was told */
    int64_t last_told_ns;
};

static void tell_loss(const LeatLoss *loss, int64_t count, const char *more)
{
    /* Holes are told as the source goes and comes. */
    if (loss->count == 0)
        return;
    leat_log(LEAT_LOG_WARNING, "%s%" G_GINT64_FORMAT " %s lost at %s: %s", more, count,
             count == 1 ? "frame" : "frames", leat_loss_stage_name(loss->stage), loss->reason);
}

static void tell_losses(LeatRunWatch *watch, bool at_end)
{
    size_t from = watch->losses_seen > 0 ? watch->losses_seen - 1 : 0;
    int64_t now = leat_clock_now_ns();
    LeatLedger ledger;
    LeatLoss *losses;
    size_t count;

    leat_session_ledger_snapshot(leat_pipeline_ledger(leat_session_pipeline(watch->session)), false,
                                 &ledger, from, &losses, &count);
    for (size_t i = 0; i < count; i++) {
        bool told_before = i == 0 && watch->losses_seen > 0;
        int64_t fresh = losses[i].count - (told_before ? watch->last_told : 0);

        if (told_before &&
            (fresh == 0 || (now - watch->last_told_ns < REPEAT_NS && !at_end && count == 1)))
            continue;
        tell_loss(&losses[i], fresh, told_before ? "another " : "");
        watch->last_told = losses[i].count;
        watch->last_told_ns = now;
    }
    watch->losses_seen = from + count;
    g_free(losses);
}

static void tell_source(LeatRunWatch *watch, const LeatPipelineStatus *status)
{
    double pause_s;

    if (status->source == watch->source)
        return;
    switch (status->source) {
    case LEAT_SOURCE_STATE_AWAY:
        pause_s = (double)(status->retry_at_ns - leat_clock_now_ns()) / (double)LEAT_NS_PER_S;
        leat_log(LEAT_LOG_WARNING, "the source is away: %s; trying again in %.1f s",
                 status->source_reason, MAX(pause_s, 0));
        break;
    case LEAT_SOURCE_STATE_LIVE:
        if (watch->source == LEAT_SOURCE_STATE_AWAY)
            leat_log(LEAT_LOG_WARNING, "the source is back");
        else if (!watch->live_ns)
            watch->live_ns = leat_clock_now_ns();
        break;
    case LEAT_SOURCE_STATE_FAILED:
        leat_log(LEAT_LOG_ERROR, "%s", status->source_reason);
        break;
    case LEAT_SOURCE_STATE_CONNECTING:
    case LEAT_SOURCE_STATE_ENDED:
        break;
    }
    watch->source = status->source;
}

static void tell_recorder(LeatRunWatch *watch, const LeatPipelineStatus *status)
{
    if (status->progress.stalled != watch->stalled) {
        if (status->progress.stalled)
            leat_log(LEAT_LOG_WARNING,
                     "another program has locked %s: frames wait in memory, and are lost when it "
                     "is full",
                     status->recording_file);
        watch->stalled = status->progress.stalled;
    }
    if (status->recorder == watch->recorder)
        return;
    if (status->recorder == LEAT_RECORDER_FAILED)
        leat_log(LEAT_LOG_ERROR, "recording has stopped: %s", status->recording_reason);
    if (status->recorder == LEAT_RECORDER_ON && !watch->recording_ns)
        watch->recording_ns = leat_clock_now_ns();
    watch->recorder = status->recorder;
}

void leat_run_watch_changed(LeatRunWatch *watch)
{
    LeatPipelineStatus status;

    leat_pipeline_get_status(leat_session_pipeline(watch->session), &status);
    tell_source(watch, &status);
    tell_recorder(watch, &status);
}

static double rate_now(LeatRunWatch *watch, int64_t captured)
{
    Sample *samples = watch->samples;
    Sample *last;

    if (watch->sample_count == RATE_SAMPLES) {
        for (unsigned i = 1; i < RATE_SAMPLES; i++)
            samples[i - 1] = samples[i];
        watch->sample_count--;
    }
    last = &samples[watch->sample_count++];
    *last = (Sample){leat_clock_now_ns(), captured};
    if (last->at_ns == samples[0].at_ns)
        return 0;
    return (double)(captured - samples[0].captured) * (double)LEAT_NS_PER_S /
           (double)(last->at_ns - samples[0].at_ns);
}

static char *rough_time(double seconds)
{
    if (seconds < 3600)
        return leat_format_duration((int64_t)(seconds * (double)LEAT_NS_PER_S));
    if (seconds < 48.0 * 3600)
        return g_strdup_printf("%.0f h", seconds / 3600);
    return g_strdup_printf("%.0f days", seconds / (24.0 * 3600));
}

static void append_recording(const LeatRunWatch *watch, const LeatPipelineStatus *status,
                             GString *line)
{
    const LeatStoreProgress *progress = &status->progress;
    char *size;
    double rate;

    if (status->recorder == LEAT_RECORDER_OFF || progress->last_commit_ns == 0)
        return;
    size = leat_format_bytes((uint64_t)progress->file_bytes);
    g_string_append_printf(line, " | file %s", size);
    g_free(size);
    rate = (double)progress->bytes / (double)(leat_clock_now_ns() - watch->recording_ns);
    if (watch->recording_ns && rate > 0 && status->recorder == LEAT_RECORDER_ON) {
        char *left = rough_time((double)progress->disk_free / rate / (double)LEAT_NS_PER_S);

        g_string_append_printf(line, ", disk full in %s", left);
        g_free(left);
    }
}

/* How far it is, where that can be said. */
static void append_progress(const LeatRunWatch *watch, const LeatPipelineStatus *status,
                            int64_t captured, GString *line)
{
    const LeatSourceFormat *format = &status->format;
    int64_t elapsed = leat_clock_now_ns() - watch->live_ns;
    int64_t total = watch->max_frames, done = captured;
    char *left;

    if (!watch->live_ns)
        return;
    if (format->frames > 0 && (total == 0 || format->frames < total))
        total = format->frames;
    if (total == 0 && format->live && watch->max_duration_ns > 0) {
        total = watch->max_duration_ns;
        done = elapsed;
    }
    if (total == 0)
        return;
    left = leat_progress_left(elapsed, done, total);
    g_string_append_printf(line, "%3d %% %s%s| ",
                           (int)(MIN((double)done / (double)total, 1.0) * 100), left,
                           *left ? " " : "");
    g_free(left);
}

static void show_line(LeatRunWatch *watch)
{
    GString *line = g_string_new(NULL);
    LeatPipelineStatus status;
    LeatSessionReport report;
    int64_t lost;

    leat_session_report(watch->session, &report);
    status = report.status;
    lost = leat_ledger_lost(&report.ledger);
    if (status.source == LEAT_SOURCE_STATE_CONNECTING)
        g_string_append_printf(line, "opening %s", report.source);
    else {
        append_progress(watch, &status, report.ledger.captured, line);
        g_string_append_printf(line, "%.1f/s | captured %" G_GINT64_FORMAT,
                               rate_now(watch, report.ledger.captured), report.ledger.captured);
        if (status.recorder != LEAT_RECORDER_OFF)
            g_string_append_printf(line, ", stored %" G_GINT64_FORMAT, report.ledger.record.stored);
        g_string_append_printf(line, ", lost %" G_GINT64_FORMAT " | latency %.1f ms", lost,
                               report.latency_ms.p50);
        append_recording(watch, &status, line);
    }
    leat_log_set_status(line->str, watch->force);
    g_string_free(line, TRUE);
    leat_session_report_clear(&report);
}

static gboolean on_tick(gpointer data)
{
    LeatRunWatch *watch = data;
    int64_t now = leat_clock_now_ns();

    leat_run_watch_changed(watch);
    tell_losses(watch, false);
    if (watch->shows_line && now >= watch->next_line_ns) {
        watch->next_line_ns = now + (isatty(STDERR_FILENO) ? 0 : LINE_NS);
        show_line(watch);
    }
    return G_SOURCE_CONTINUE;
}

LeatRunWatch *leat_run_watch_new(LeatSession *session, int64_t max_frames, int64_t max_duration_ns,
                                 bool progress)
{
    LeatRunWatch *watch = g_new0(LeatRunWatch, 1);

    watch->session = session;
    watch->max_frames = max_frames;
    watch->max_duration_ns = max_duration_ns;
    watch->force = progress;
    watch->shows_line = progress || isatty(STDERR_FILENO);
    watch->started_ns = leat_clock_now_ns();
    watch->timer = g_timeout_add(TICK_MS, on_tick, watch);
    return watch;
}

void leat_run_watch_free(LeatRunWatch *watch)
{
    if (!watch)
        return;
    g_source_remove(watch->timer);
    leat_run_watch_changed(watch);
    tell_losses(watch, true);
    if (watch->shows_line)
        leat_log_set_status(NULL, FALSE);
    g_free(watch);
}
