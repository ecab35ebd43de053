/* SPDX-License-Identifier: MIT */
#include "pipeline/capture-stage.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"

#include <stdlib.h>

struct LeatCaptureStage {
    /* Set once. */
    const LeatStageContext *context;
    LeatSourceSpec *spec;
    LeatSourceRequest request;
    char *pixel_format;
    int64_t max_frames, max_duration_ns;
    LeatPauseSwitch *pause;
    LeatFilterChoice *choice;
    LeatLink *out;

    /* The stage's own. */
    LeatSource *source;
    int64_t captured;     /* lost ones included: the next sequence number */
    int64_t first_pts_ns; /* of the first frame, for max_duration_ns */
    bool has_first;
    int64_t away_since_ns; /* 0 while the source is there */
    char away_reason[160];
    int64_t paused_since_ns; /* 0 while it is not */
};

LeatCaptureStage *leat_capture_stage_new(const LeatStageContext *context,
                                         const LeatPipelineOptions *options, LeatPauseSwitch *pause,
                                         LeatFilterChoice *choice, LeatLink *out, GError **error)
{
    LeatCaptureStage *stage = calloc(1, sizeof(*stage));
    if (!stage)
        return leat_error_no_memory(error, sizeof(*stage), "the capture stage");
    stage->context = context;
    stage->spec = leat_source_spec_copy(options->spec);
    stage->pixel_format = g_strdup(options->pixel_format);
    stage->request = (LeatSourceRequest){
        .width = options->width,
        .height = options->height,
        .rate = options->rate,
        .pixel_format = stage->pixel_format,
        .realtime = options->pace == LEAT_PACE_LIVE,
        .reconnect = true,
    };
    stage->max_frames = options->max_frames;
    stage->max_duration_ns = options->max_duration_ns;
    stage->pause = pause;
    stage->choice = choice;
    stage->out = out;
    return stage;
}

void leat_capture_stage_free(LeatCaptureStage *stage)
{
    if (!stage)
        return;
    leat_source_close(stage->source);
    leat_source_spec_free(stage->spec);
    g_free(stage->pixel_format);
    free(stage);
}

/* The source has given nothing for that long, in front of the next frame, if one comes. */
static void add_hole(LeatCaptureStage *stage, int64_t duration_ns, const char *reason)
{
    leat_session_ledger_add_hole(stage->context->ledger, stage->captured, duration_ns, reason);
}

static LeatStep end(LeatCaptureStage *stage)
{
    if (stage->away_since_ns > 0)
        add_hole(stage, leat_clock_now_ns() - stage->away_since_ns, stage->away_reason);
    stage->away_since_ns = 0;
    leat_source_close(stage->source);
    stage->source = NULL;
    leat_link_close(stage->out);
    return LEAT_STEP_END;
}

/* Ends after an error of the source. A cancel is an ordinary end. */
static LeatStep end_with(LeatCaptureStage *stage, GError *failure)
{
    if (g_error_matches(failure, LEAT_ERROR, LEAT_ERROR_CANCELLED))
        leat_status_board_ended(stage->context->board);
    else
        leat_status_board_source_failed(stage->context->board, failure);
    g_error_free(failure);
    return end(stage);
}

static void tell_format(LeatCaptureStage *stage)
{
    LeatSourceFormat format = leat_source_format(stage->source);
    leat_filter_choice_set_source(stage->choice, &format);
    leat_status_board_live(stage->context->board, &format);
}

static LeatStep open_source(LeatCaptureStage *stage)
{
    GError *failure = NULL;
    leat_status_board_connecting(stage->context->board);
    stage->source = leat_source_open(stage->spec, &stage->request, stage->context->stop, &failure);
    if (!stage->source)
        return end_with(stage, failure);
    tell_format(stage);
    return LEAT_STEP_DONE;
}

/* Whether the frame lies behind what was asked for. */
static bool is_past_limits(LeatCaptureStage *stage, const LeatFrameTimes *times)
{
    int64_t pts_ns = leat_ticks_to_ns(times->pts, times->time_base);
    if (!stage->has_first) {
        stage->has_first = true;
        stage->first_pts_ns = pts_ns;
    }
    return (stage->max_frames > 0 && stage->captured >= stage->max_frames) ||
           (stage->max_duration_ns > 0 && pts_ns - stage->first_pts_ns >= stage->max_duration_ns);
}

static void lose(LeatCaptureStage *stage, int64_t first, int64_t last, int64_t count,
                 const char *reason)
{
    leat_session_ledger_lose(stage->context->ledger, LEAT_STAGE_CAPTURE, first, last, count,
                             reason);
}

static LeatStep hand_on(LeatCaptureStage *stage, LeatFrame *frame)
{
    const LeatStageContext *context = stage->context;
    LeatFrameTimes times = leat_frame_times(frame);
    if (is_past_limits(stage, &times)) {
        leat_frame_unref(frame);
        leat_status_board_ended(context->board);
        return end(stage);
    }
    stage->captured++;
    leat_session_ledger_add(context->ledger, &(LeatLedger){.captured = 1});
    int64_t timeout_ns = context->pace == LEAT_PACE_FAST ? LEAT_FOREVER : 0;
    LeatQueueResult result = leat_link_offer(stage->out, frame, timeout_ns, NULL);
    leat_trace_slice(context->trace, "capture", times.seq, times.captured_ns, leat_clock_now_ns());
    if (result != LEAT_QUEUE_OK) {
        leat_frame_unref(frame);
        lose(stage, times.seq, times.seq, 1, "the link to the filter is full");
    }
    return LEAT_STEP_DONE;
}

/* Whether the source is held still now: it may have something to give before. */
static bool hold(LeatCaptureStage *stage)
{
    if (stage->paused_since_ns == 0 && leat_source_pause(stage->source)) {
        stage->paused_since_ns = leat_clock_now_ns();
        leat_status_board_paused(stage->context->board, true);
    }
    return stage->paused_since_ns > 0;
}

static void go_on(LeatCaptureStage *stage)
{
    if (stage->paused_since_ns == 0 || leat_cancel_is_set(stage->context->stop))
        return;
    leat_source_resume(stage->source);
    add_hole(stage, leat_clock_now_ns() - stage->paused_since_ns, "capture was stopped by hand");
    stage->paused_since_ns = 0;
    leat_status_board_paused(stage->context->board, false);
}

static LeatStep wait_to_go_on(LeatCaptureStage *stage, int64_t timeout_ns)
{
    if (leat_source_skip(stage->source))
        return LEAT_STEP_DONE;
    leat_pause_switch_wait(stage->pause, timeout_ns);
    return LEAT_STEP_IDLE;
}

LeatStep leat_capture_stage_step(LeatCaptureStage *stage, int64_t timeout_ns)
{
    const LeatStageContext *context = stage->context;
    if (!stage->source)
        return open_source(stage);
    if (leat_pause_switch_is_on(stage->pause)) {
        if (hold(stage))
            return wait_to_go_on(stage, timeout_ns);
    } else {
        go_on(stage);
    }

    LeatSourceItem item = {0};
    GError *failure = NULL;
    if (!leat_source_read(stage->source, &item, &failure))
        return end_with(stage, failure);

    switch (item.type) {
    case LEAT_SOURCE_ITEM_FRAME:
        return hand_on(stage, item.frame);
    case LEAT_SOURCE_ITEM_LOST:
        stage->captured += item.count;
        leat_session_ledger_add(context->ledger, &(LeatLedger){.captured = item.count});
        lose(stage, item.first, item.last, item.count, item.reason);
        break;
    case LEAT_SOURCE_ITEM_AWAY:
        leat_log(LEAT_LOG_WARNING, "%s: %s; trying again in %.1f s", stage->spec->shown,
                 item.reason, (double)item.retry_ns / LEAT_NS_PER_S);
        leat_status_board_away(context->board, item.reason, leat_clock_deadline_ns(item.retry_ns));
        if (stage->away_since_ns == 0) {
            stage->away_since_ns = leat_clock_now_ns();
            g_strlcpy(stage->away_reason, item.reason, sizeof(stage->away_reason));
        }
        break;
    case LEAT_SOURCE_ITEM_BACK:
        leat_log(LEAT_LOG_WARNING, "%s is back after %.1f s (%s)", stage->spec->shown,
                 (double)item.duration_ns / LEAT_NS_PER_S, item.reason);
        add_hole(stage, item.duration_ns, item.reason);
        stage->away_since_ns = 0;
        leat_session_ledger_add(context->ledger, &(LeatLedger){.reconnects = 1});
        tell_format(stage);
        break;
    case LEAT_SOURCE_ITEM_NOTE:
        leat_log(LEAT_LOG_INFO, "%s: %s", stage->spec->shown, item.reason);
        break;
    case LEAT_SOURCE_ITEM_END:
        leat_status_board_ended(context->board);
        return end(stage);
    }
    return LEAT_STEP_DONE;
}
