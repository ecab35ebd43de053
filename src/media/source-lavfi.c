/* SPDX-License-Identifier: MIT */
/* A libavfilter graph with no input as a source ("testsrc2=s=1280x720:r=30"). It ends when the
 * graph does. A read returns at the cancel between two steps of the graph only: libavfilter cannot
 * be interrupted while it makes a picture. */
#include "base/clock.h"
#include "base/error.h"
#include "media/frame-internal.h"
#include "media/lavfi-graph.h"
#include "media/source-internal.h"
#include "media/source-time.h"

#include <libavfilter/buffersink.h>
#include <libavutil/pixdesc.h>
#include <stdlib.h>

typedef struct {
    const LeatSourceSpec *spec;
    LeatCancel *cancel;
    LeatSourceFormat format;
    bool paced;

    LeatLavfiGraph graph;
    LeatTimeline timeline;
    LeatPacer pacer;
    int64_t next_seq;
} LavfiSource;

static void lavfi_close(void *state)
{
    LavfiSource *source = state;
    leat_lavfi_graph_clear(&source->graph);
    free(source);
}

static bool refuse(const LavfiSource *source, GError **error, const char *cause)
{
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID, "cannot open source %s: %s",
                source->spec->shown, cause);
    return false;
}

static bool build(LavfiSource *source, GError **error)
{
    g_autofree char *refusal = NULL;
    GString *heard = g_string_new(NULL);

    leat_av_listen(heard);
    int result = leat_lavfi_graph_build(&source->graph, source->spec->target, &refusal);
    if (result < 0 && !refusal)
        return leat_av_error_set_heard(error, result, heard, "cannot open source %s",
                                       source->spec->shown);
    leat_av_listen_end(heard);
    return !refusal || refuse(source, error, refusal);
}

static bool check_size(const LavfiSource *source, GError **error)
{
    if (source->format.width <= LEAT_MAX_EDGE && source->format.height <= LEAT_MAX_EDGE)
        return true;
    g_autofree char *cause =
        g_strdup_printf("its pictures are %dx%d; Leat takes up to %dx%d px", source->format.width,
                        source->format.height, LEAT_MAX_EDGE, LEAT_MAX_EDGE);
    return refuse(source, error, cause);
}

static void *lavfi_open(const LeatSourceSpec *spec, const LeatSourceRequest *request,
                        int64_t first_seq, LeatCancel *cancel, GError **error)
{
    LavfiSource *source = calloc(1, sizeof *source);
    if (!source)
        return leat_error_no_memory(error, sizeof *source, "a source");
    source->spec = spec;
    source->cancel = cancel;
    source->paced = request->realtime;
    source->next_seq = first_seq;
    if (!build(source, error)) {
        lavfi_close(source);
        return NULL;
    }

    const char *pixels =
        av_get_pix_fmt_name((enum AVPixelFormat)av_buffersink_get_format(source->graph.sink));
    source->format = (LeatSourceFormat){
        .width = av_buffersink_get_w(source->graph.sink),
        .height = av_buffersink_get_h(source->graph.sink),
        .time_base = leat_rational_from_av(av_buffersink_get_time_base(source->graph.sink)),
        .rate = leat_rational_from_av(av_buffersink_get_frame_rate(source->graph.sink)),
        .live = true,
    };
    g_strlcpy(source->format.pixel_format, pixels ? pixels : "",
              sizeof source->format.pixel_format);
    g_strlcpy(source->format.native_format, pixels ? pixels : "",
              sizeof source->format.native_format);
    if (!check_size(source, error)) {
        lavfi_close(source);
        return NULL;
    }
    leat_timeline_init(&source->timeline, source->format.time_base, source->format.rate);
    return source;
}

static bool give_frame(LavfiSource *source, LeatSourceItem *item, AVFrame *picture, GError **error)
{
    int64_t pts =
        leat_timeline_next(&source->timeline, picture->pts != AV_NOPTS_VALUE, picture->pts);
    if (source->paced &&
        !leat_pacer_wait(&source->pacer, pts, source->format.time_base, source->cancel)) {
        av_frame_free(&picture);
        return leat_cancel_check(source->cancel, error);
    }
    LeatFrameTimes times = {
        .seq = source->next_seq,
        .captured_ns = leat_clock_now_ns(),
        .wall_ns = leat_clock_wall_ns(),
        .pts = pts,
        .time_base = source->format.time_base,
    };
    item->frame = leat_frame_wrap(picture, &times, error);
    if (!item->frame)
        return false;
    item->type = LEAT_SOURCE_ITEM_FRAME;
    source->next_seq++;
    return true;
}

static bool lavfi_read(void *state, LeatSourceItem *item, GError **error)
{
    LavfiSource *source = state;

    if (!leat_cancel_check(source->cancel, error))
        return false;
    AVFrame *picture = av_frame_alloc();
    if (!picture) {
        leat_error_no_memory(error, sizeof *picture, "a frame");
        return false;
    }
    int result;
    do
        result = leat_lavfi_graph_step(&source->graph, picture);
    while (result == AVERROR(EAGAIN) && !leat_cancel_is_set(source->cancel));
    if (result >= 0)
        return give_frame(source, item, picture, error);
    av_frame_free(&picture);
    if (!leat_cancel_check(source->cancel, error))
        return false;
    if (result == AVERROR_EOF) {
        item->type = LEAT_SOURCE_ITEM_END;
        return true;
    }
    return leat_av_error_set(error, result, "cannot read source %s", source->spec->shown);
}

static void lavfi_format(const void *state, LeatSourceFormat *format)
{
    const LavfiSource *source = state;
    *format = source->format;
}

/* The pace begins anew with the next frame. */
static void lavfi_resume(void *state)
{
    LavfiSource *source = state;
    source->pacer.started = false;
}

const LeatSourceOps leat_source_lavfi_ops = {
    .open = lavfi_open,
    .read = lavfi_read,
    .format = lavfi_format,
    .resume = lavfi_resume,
    .close = lavfi_close,
};
