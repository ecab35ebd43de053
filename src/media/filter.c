/* SPDX-License-Identifier: MIT */
#include "media/filter.h"

#include "base/error.h"
#include "media/filter-internal.h"
#include "media/frame-internal.h"

#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/mathematics.h>
#include <stdlib.h>
#include <string.h>

/* How far back an input frame is looked for when the graph made a frame of its own. */
#define REMEMBERED 64

struct LeatFilter {
    /* Set once. */
    LeatFilterOptions options; /* strings are the filter's */
    bool converts_only;        /* no graph and no rate: a frame that fits may pass as it is */

    LeatFilterGraph graph;
    LeatFilterInput input; /* that the graph is for */
    LeatFrame *waiting;    /* for the graph to be emptied and replaced by one that fits it */
    LeatFrame *passing;    /* needs nothing done */

    LeatFrameTimes given[REMEMBERED]; /* of the last input frames */
    int64_t given_count;
    bool any_out;
    int64_t last_seq; /* of the last frame out */
    LeatFrame *last;  /* the last picture out: the graph may give it again */
};

static const LeatFilterInput nominal = {640, 480, AV_PIX_FMT_YUV420P, {1, 30}, {1, 1}};

bool leat_filter_check(const LeatFilterOptions *options, GError **error)
{
    LeatFilterGraph graph = {0};
    bool good = leat_filter_graph_build(&graph, options, &nominal, error);
    leat_filter_graph_clear(&graph);
    return good;
}

LeatFilter *leat_filter_new(const LeatFilterOptions *options, GError **error)
{
    if (!leat_filter_check(options, error))
        return NULL;
    LeatFilter *filter = calloc(1, sizeof *filter);
    if (!filter)
        return leat_error_no_memory(error, sizeof *filter, "a filter");
    filter->options = *options;
    filter->options.graph = g_strdup(options->graph ? options->graph : "");
    filter->options.pixel_formats = (const char *const *)g_strdupv((char **)options->pixel_formats);
    filter->converts_only = !*filter->options.graph && !leat_rational_is_set(options->rate);
    return filter;
}

void leat_filter_free(LeatFilter *filter)
{
    if (!filter)
        return;
    leat_filter_graph_clear(&filter->graph);
    leat_frame_unref(filter->waiting);
    leat_frame_unref(filter->passing);
    leat_frame_unref(filter->last);
    g_free((char *)filter->options.graph);
    g_strfreev((char **)filter->options.pixel_formats);
    free(filter);
}

static bool fits(const LeatFilterOptions *options, const LeatFrame *frame)
{
    if ((options->width && options->width != leat_frame_width(frame)) ||
        (options->height && options->height != leat_frame_height(frame)))
        return false;
    const char *format = leat_frame_pixel_format(frame);
    return !options->pixel_formats || g_strv_contains(options->pixel_formats, format);
}

static LeatFilterInput input_of(const LeatFrame *frame)
{
    const AVFrame *picture = leat_frame_picture(frame);
    return (LeatFilterInput){
        .width = picture->width,
        .height = picture->height,
        .format = (enum AVPixelFormat)picture->format,
        .time_base = leat_frame_times(frame).time_base,
        .sample_aspect = picture->sample_aspect_ratio,
    };
}

static bool same_input(const LeatFilterInput *a, const LeatFilterInput *b)
{
    return a->width == b->width && a->height == b->height && a->format == b->format &&
           a->time_base.num == b->time_base.num && a->time_base.den == b->time_base.den &&
           a->sample_aspect.num == b->sample_aspect.num &&
           a->sample_aspect.den == b->sample_aspect.den;
}

/* The times of the input frame that a picture comes from: its own where the graph carried them
 * through, else those of the input nearest in time. */
static LeatFrameTimes origin_of(const LeatFilter *filter, const AVFrame *picture,
                                AVRational time_base)
{
    LeatFrameTimes times = {0};
    if (picture->opaque_ref && picture->opaque_ref->size >= sizeof times) {
        memcpy(&times, picture->opaque_ref->data, sizeof times);
        return times;
    }
    if (picture->pts == AV_NOPTS_VALUE)
        return filter->given[(filter->given_count - 1) % REMEMBERED];
    uint64_t best = UINT64_MAX;
    int64_t first = MAX(0, filter->given_count - REMEMBERED);
    for (int64_t i = first; i < filter->given_count; i++) {
        const LeatFrameTimes *given = &filter->given[i % REMEMBERED];
        int64_t there =
            av_rescale_q(given->pts, leat_av_rational(given->time_base), AV_TIME_BASE_Q);
        int64_t here = av_rescale_q(picture->pts, time_base, AV_TIME_BASE_Q);
        /* A graph may give any time at all: the distance of two may not fit with a sign. */
        uint64_t distance =
            here > there ? (uint64_t)here - (uint64_t)there : (uint64_t)there - (uint64_t)here;
        if (distance < best) {
            best = distance;
            times = *given;
        }
    }
    return times;
}

static bool shares_pixels(const LeatFrame *frame, const AVFrame *picture)
{
    const AVFrame *other = leat_frame_picture(frame);
    return other->buf[0]->buffer == picture->buf[0]->buffer && other->data[0] == picture->data[0] &&
           other->width == picture->width && other->height == picture->height;
}

/* A graph may give any number for a time. Further than this from zero, 285 years, it means none. */
#define FURTHEST_US (INT64_C(1) << 53)

static void drop_absurd_time(AVFrame *picture, AVRational time_base)
{
    int64_t us =
        picture->pts == AV_NOPTS_VALUE ? 0 : av_rescale_q(picture->pts, time_base, AV_TIME_BASE_Q);
    if (us < -FURTHEST_US || us > FURTHEST_US)
        picture->pts = AV_NOPTS_VALUE;
}

/* Takes `picture` over. */
static LeatFrame *finish_picture(LeatFilter *filter, AVFrame *picture, GError **error)
{
    AVRational time_base = av_buffersink_get_time_base(filter->graph.sink);
    drop_absurd_time(picture, time_base);
    LeatFrameTimes times = origin_of(filter, picture, time_base);
    times.pts = picture->pts != AV_NOPTS_VALUE
                    ? picture->pts
                    : av_rescale_q(times.pts, leat_av_rational(times.time_base), time_base);
    times.time_base = leat_rational_from_av(time_base);
    if (filter->any_out && times.seq <= filter->last_seq)
        times.seq = filter->last_seq + 1;
    av_buffer_unref(&picture->opaque_ref);

    /* A picture given twice is one for our counts too: two frames over one buffer of libav's would
     * meet in a count that sanitizers cannot see. */
    if (filter->last && shares_pixels(filter->last, picture)) {
        av_frame_free(&picture);
    } else {
        leat_frame_unref(filter->last);
        filter->last = leat_frame_wrap(picture, &times, error);
        if (!filter->last)
            return NULL;
    }
    LeatFrame *frame = leat_frame_with_times(filter->last, &times, error);
    if (frame) {
        filter->any_out = true;
        filter->last_seq = times.seq;
    }
    return frame;
}

static bool pull(LeatFilter *filter, LeatFrame **frame, GError **error)
{
    AVFrame *picture = av_frame_alloc();
    if (!picture) {
        leat_error_no_memory(error, sizeof *picture, "a picture's description");
        return false;
    }
    GString *heard = g_string_new(NULL);
    leat_av_listen(heard);
    int result = av_buffersink_get_frame(filter->graph.sink, picture);
    if (result >= 0) {
        leat_av_listen_end(heard);
        *frame = finish_picture(filter, picture, error);
        return *frame != NULL;
    }
    av_frame_free(&picture);
    if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) {
        leat_av_listen_end(heard);
        return true;
    }
    return leat_av_error_set_heard(error, result, heard, "filter '%s' failed",
                                   filter->options.graph);
}

static bool push(LeatFilter *filter, LeatFrame *frame, GError **error)
{
    LeatFrameTimes times = leat_frame_times(frame);
    AVFrame *picture = leat_frame_lend(frame, error);
    if (!picture)
        return false;
    av_buffer_unref(&picture->opaque_ref);
    picture->opaque_ref = av_buffer_alloc(sizeof times);
    if (!picture->opaque_ref) {
        av_frame_free(&picture);
        leat_error_no_memory(error, sizeof times, "a frame's times");
        return false;
    }
    memcpy(picture->opaque_ref->data, &times, sizeof times);
    filter->given[filter->given_count++ % REMEMBERED] = times;
    int result = av_buffersrc_add_frame(filter->graph.source, picture);
    av_frame_free(&picture);
    return result >= 0 ||
           leat_av_error_set(error, result, "filter '%s' failed on frame %" G_GINT64_FORMAT,
                             filter->options.graph, times.seq);
}

static bool push_to_new_graph(LeatFilter *filter, LeatFrame *frame, GError **error)
{
    leat_filter_graph_clear(&filter->graph);
    LeatFilterInput input = input_of(frame);
    if (!leat_filter_graph_build(&filter->graph, &filter->options, &input, error))
        return false;
    filter->input = input;
    return push(filter, frame, error);
}

/* When the last frame given ends, in its ticks: when the next begins, or as long after it as it
 * came after the one before. */
static int64_t end_of_last(const LeatFilter *filter, const LeatFrame *next)
{
    const LeatFrameTimes *last = &filter->given[(filter->given_count - 1) % REMEMBERED];
    int64_t interval = 0;
    if (next) {
        LeatFrameTimes times = leat_frame_times(next);
        interval = av_rescale_q(times.pts, leat_av_rational(times.time_base),
                                leat_av_rational(last->time_base)) -
                   last->pts;
    } else if (filter->given_count > 1) {
        interval = last->pts - filter->given[(filter->given_count - 2) % REMEMBERED].pts;
    }
    return last->pts + MAX(interval, 1);
}

/* Tells the graph that no more will come, or nothing that fits it before `next`. */
static bool end(LeatFilter *filter, const LeatFrame *next, GError **error)
{
    if (!filter->graph.graph || filter->given_count == 0)
        return true;
    int result = av_buffersrc_close(filter->graph.source, end_of_last(filter, next), 0);
    return result >= 0 ||
           leat_av_error_set(error, result, "filter '%s' failed", filter->options.graph);
}

bool leat_filter_send(LeatFilter *filter, LeatFrame *frame, GError **error)
{
    if (filter->waiting || filter->passing) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "cannot filter a frame before all that came of the last one was received");
        return false;
    }
    if (!frame)
        return end(filter, NULL, error);
    if (filter->converts_only && fits(&filter->options, frame)) {
        filter->passing = leat_frame_ref(frame);
        return true;
    }
    LeatFilterInput input = input_of(frame);
    if (!leat_rational_is_set(input.time_base)) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "cannot filter frame %" G_GINT64_FORMAT ": it has no time base",
                    leat_frame_times(frame).seq);
        return false;
    }
    if (!filter->graph.graph)
        return push_to_new_graph(filter, frame, error);
    if (same_input(&filter->input, &input))
        return push(filter, frame, error);
    if (!end(filter, frame, error))
        return false;
    filter->waiting = leat_frame_ref(frame);
    return true;
}

bool leat_filter_receive(LeatFilter *filter, LeatFrame **frame, GError **error)
{
    *frame = g_steal_pointer(&filter->passing);
    if (*frame || !filter->graph.graph)
        return true;
    bool pulled = pull(filter, frame, error);
    if (*frame || !filter->waiting)
        return pulled;
    g_autoptr(LeatFrame) waiting = g_steal_pointer(&filter->waiting);
    if (!pulled) {
        /* The old graph's error is told; what the new one says comes with the next call. */
        push_to_new_graph(filter, waiting, NULL);
        return false;
    }
    return push_to_new_graph(filter, waiting, error) && pull(filter, frame, error);
}
