/* SPDX-License-Identifier: MIT */
#include "media/source-reconnect.h"

#include "base/clock.h"
#include "base/error.h"

#include <libavutil/mathematics.h>
#include <stdlib.h>

#define FIRST_PAUSE_NS (LEAT_NS_PER_S / 2)
#define LONGEST_PAUSE_NS (10 * LEAT_NS_PER_S)
#define GOOD_STRETCH_NS (2 * LEAT_NS_PER_S)

typedef struct {
    /* Set by the first opening. */
    const LeatSourceOps *ops;
    const LeatSourceSpec *spec;
    LeatSourceSpec *same_again; /* or NULL, then `spec` serves for reopening too */
    const LeatSourceRequest *request;
    LeatCancel *cancel;
    LeatRational time_base; /* of all frames */

    void *inner;             /* NULL while away */
    LeatSourceFormat format; /* as last opened */
    int64_t next_seq;

    /* Being away. */
    char *cause;          /* of the hole */
    int64_t pause_ns;     /* before the next attempt */
    int64_t retry_at_ns;  /* CLOCK_MONOTONIC */
    int64_t last_good_ns; /* the last frame, or the last opening */

    /* The frames since it was opened last. */
    int64_t stretch_start_ns; /* 0 when none came yet */

    /* Timestamps as handed out. */
    bool has_frame, reopened, has_shift;
    int64_t last_pts, last_captured_ns;
    int64_t shift; /* ticks that are added since it was opened last */
} ReconnectSource;

static void note_opened(ReconnectSource *source)
{
    source->format = (LeatSourceFormat){0};
    source->ops->format(source->inner, &source->format);
    source->last_good_ns = leat_clock_now_ns();
    source->stretch_start_ns = 0;
    source->has_shift = false;
}

static void reconnect_close(void *state)
{
    ReconnectSource *source = state;
    if (source->inner)
        source->ops->close(source->inner);
    leat_source_spec_free(source->same_again);
    g_free(source->cause);
    free(source);
}

static void *reconnect_open(const LeatSourceSpec *spec, const LeatSourceRequest *request,
                            int64_t first_seq, LeatCancel *cancel, GError **error)
{
    ReconnectSource *source = calloc(1, sizeof *source);
    if (!source)
        return leat_error_no_memory(error, sizeof *source, "a source");
    *source = (ReconnectSource){
        .ops = leat_source_ops(spec->kind),
        .spec = spec,
        .request = request,
        .cancel = cancel,
        .next_seq = first_seq,
        .pause_ns = FIRST_PAUSE_NS,
    };
    source->inner = source->ops->open(spec, request, first_seq, cancel, error);
    if (!source->inner) {
        reconnect_close(source);
        return NULL;
    }
    note_opened(source);
    source->time_base = source->format.time_base;
    if (source->ops->same_again)
        source->same_again = source->ops->same_again(source->inner);
    return source;
}

/* Tells that it is away, because of `failure`, which is freed; the next read waits and opens. False
 * with the failure as the error when no opening can help. */
static bool go_away(ReconnectSource *source, GError *failure, LeatSourceItem *item, GError **error)
{
    if (!source->format.live || g_error_matches(failure, LEAT_ERROR, LEAT_ERROR_CANCELLED) ||
        g_error_matches(failure, LEAT_ERROR, LEAT_ERROR_NO_MEMORY)) {
        g_propagate_error(error, failure);
        return false;
    }
    if (!source->cause)
        source->cause = g_strdup(failure->message);
    leat_source_item_set(item, LEAT_SOURCE_ITEM_AWAY, "%s", failure->message);
    item->retry_ns = source->pause_ns;
    source->retry_at_ns = leat_clock_deadline_ns(source->pause_ns);
    source->pause_ns = MIN(source->pause_ns * 2, LONGEST_PAUSE_NS);
    g_error_free(failure);
    return true;
}

static bool come_back(ReconnectSource *source, LeatSourceItem *item, GError **error)
{
    GError *failure = NULL;
    const LeatSourceSpec *spec = source->same_again ? source->same_again : source->spec;

    leat_cancel_wait(source->cancel, source->retry_at_ns - leat_clock_now_ns());
    if (!leat_cancel_check(source->cancel, error))
        return false;
    source->inner =
        source->ops->open(spec, source->request, source->next_seq, source->cancel, &failure);
    if (!source->inner)
        return go_away(source, failure, item, error);

    int64_t since_ns = source->last_good_ns;
    note_opened(source);
    source->reopened = true;
    leat_source_item_set(item, LEAT_SOURCE_ITEM_BACK, "%s", source->cause);
    item->duration_ns = source->last_good_ns - since_ns;
    g_clear_pointer(&source->cause, g_free);
    return true;
}

/* After a reopening timestamps start anew, maybe in another time base. */
static bool shift_times(ReconnectSource *source, LeatSourceItem *item, GError **error)
{
    LeatFrameTimes times = leat_frame_times(item->frame);
    AVRational from = {times.time_base.num, times.time_base.den};
    AVRational to = {source->time_base.num, source->time_base.den};
    int64_t pts = av_rescale_q(times.pts, from, to);

    if (!source->has_shift) {
        int64_t gap =
            leat_ns_to_ticks(times.captured_ns - source->last_captured_ns, source->time_base);
        source->shift = source->has_frame ? source->last_pts + gap - pts : 0;
        source->has_shift = true;
    }
    times.pts = pts + source->shift;
    if (source->has_frame && times.pts <= source->last_pts)
        times.pts = source->last_pts + 1;
    times.time_base = source->time_base;

    LeatFrame *shifted = leat_frame_with_times(item->frame, &times, error);
    leat_frame_unref(item->frame);
    item->frame = shifted;
    return shifted != NULL;
}

static bool note_frame(ReconnectSource *source, LeatSourceItem *item, GError **error)
{
    if (source->reopened && !shift_times(source, item, error))
        return false;

    LeatFrameTimes times = leat_frame_times(item->frame);
    source->next_seq = times.seq + 1;
    source->has_frame = true;
    source->last_pts = times.pts;
    source->last_captured_ns = source->last_good_ns = times.captured_ns;
    if (!source->stretch_start_ns)
        source->stretch_start_ns = times.captured_ns;
    if (times.captured_ns - source->stretch_start_ns >= GOOD_STRETCH_NS)
        source->pause_ns = FIRST_PAUSE_NS;
    return true;
}

static bool reconnect_read(void *state, LeatSourceItem *item, GError **error)
{
    ReconnectSource *source = state;
    GError *failure = NULL;

    if (!source->inner)
        return come_back(source, item, error);
    if (!source->ops->read(source->inner, item, &failure)) {
        source->ops->close(source->inner);
        source->inner = NULL;
        return go_away(source, failure, item, error);
    }
    if (item->type == LEAT_SOURCE_ITEM_LOST)
        source->next_seq = item->last + 1;
    return item->type != LEAT_SOURCE_ITEM_FRAME || note_frame(source, item, error);
}

static bool reconnect_pause(void *state)
{
    ReconnectSource *source = state;
    return !source->inner || !source->ops->pause || source->ops->pause(source->inner);
}

/* A failure is told by the first reading after it is resumed. */
static bool reconnect_skip(void *state)
{
    ReconnectSource *source = state;
    return source->inner && source->ops->skip && source->ops->skip(source->inner);
}

static void reconnect_resume(void *state)
{
    ReconnectSource *source = state;

    if (!source->inner)
        return;
    /* What was stopped is no hole. */
    source->last_good_ns = leat_clock_now_ns();
    source->stretch_start_ns = 0;
    if (source->ops->resume)
        source->ops->resume(source->inner);
}

static void reconnect_format(const void *state, LeatSourceFormat *format)
{
    const ReconnectSource *source = state;
    *format = source->format;
    format->time_base = source->time_base;
}

const LeatSourceOps leat_source_reconnect_ops = {
    .open = reconnect_open,
    .read = reconnect_read,
    .format = reconnect_format,
    .pause = reconnect_pause,
    .skip = reconnect_skip,
    .resume = reconnect_resume,
    .close = reconnect_close,
};
