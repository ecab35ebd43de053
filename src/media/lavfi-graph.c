/* SPDX-License-Identifier: MIT */
#include "media/lavfi-graph.h"

#include "media/filter-internal.h"

#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/channel_layout.h>
#include <libavutil/mathematics.h>
#include <libavutil/pixdesc.h>
#include <libavutil/samplefmt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    unsigned filter;       /* its place in the graph as parsed */
    AVFilterContext *from; /* the sink behind the filter */
    AVFilterContext *into; /* the source in its place */
    AVRational time_base;
    int64_t end_pts; /* of what was carried; AV_NOPTS_VALUE before */
    int64_t step;    /* from picture to picture, in ticks; 0 for sound */
    bool ended;
    bool starved;     /* it had nothing to carry either; until something was carried elsewhere */
    char format[96];  /* as the filters "format" and "aformat" take it */
    char source[256]; /* as "buffer" and "abuffer" take it */
} Cut;

typedef struct {
    const char *split, *sink, *format, *source;
} Names;

static const Names video_names = {"split", "buffersink", "format", "buffer"};
static const Names audio_names = {"asplit", "abuffersink", "aformat", "abuffer"};

static const Names *names_of(const AVFilterContext *maker)
{
    return avfilter_pad_get_type(maker->output_pads, 0) == AVMEDIA_TYPE_AUDIO ? &audio_names
                                                                              : &video_names;
}

static int refuse(char **refusal, const char *cause)
{
    *refusal = g_strdup(cause);
    return AVERROR(EINVAL);
}

/* The text as a graph with a sink at its one open output. */
static int parse(LeatLavfiGraph *graph, const char *text, char **refusal)
{
    AVFilterInOut *inputs = NULL, *outputs = NULL;
    int result = AVERROR(ENOMEM);

    graph->graph = avfilter_graph_alloc();
    if (!graph->graph)
        return result;
    graph->graph->nb_threads = 1;
    result = avfilter_graph_parse2(graph->graph, text, &inputs, &outputs);
    if (result < 0)
        goto out;
    if (inputs)
        result = refuse(refusal, "the graph takes an input, and a source has none to give; start "
                                 "it with a source filter, as in lavfi:testsrc");
    else if (!outputs || outputs->next)
        result = refuse(refusal, "the graph must have one open output");
    else if (avfilter_pad_get_type(outputs->filter_ctx->output_pads, outputs->pad_idx) !=
             AVMEDIA_TYPE_VIDEO)
        result = refuse(refusal, "the graph gives sound, not pictures");
    if (result >= 0)
        result = avfilter_graph_create_filter(&graph->sink, avfilter_get_by_name("buffersink"),
                                              "out", NULL, NULL, graph->graph);
    if (result >= 0)
        result = avfilter_link(outputs->filter_ctx, (unsigned)outputs->pad_idx, graph->sink, 0);
out:
    avfilter_inout_free(&inputs);
    avfilter_inout_free(&outputs);
    return result;
}

/* --- finding what the filters of the whole graph agree on */

/* Filters with an input that give more than they got, without end if asked to. */
static bool repeats(const AVFilterContext *filter)
{
    static const char *const names[] = {"loop", "aloop", "tpad", "apad", "zoompan"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(filter->filter->name, names[i]) == 0)
            return true;
    return false;
}

static bool is_maker(const AVFilterContext *filter)
{
    return filter->nb_inputs == 0 || repeats(filter);
}

static int create(AVFilterContext **filter, const char *name, const char *role, unsigned number,
                  const char *arguments, AVFilterGraph *graph)
{
    char label[48];
    snprintf(label, sizeof label, "leat-%s-%u", role, number);
    return avfilter_graph_create_filter(filter, avfilter_get_by_name(name), label, arguments, NULL,
                                        graph);
}

/* libavfilter finds the formats filter by filter, in this order. */
static void move_behind(AVFilterGraph *graph, unsigned place)
{
    AVFilterContext *last = graph->filters[graph->nb_filters - 1];
    AVFilterContext **to = graph->filters + place + 1;
    memmove(to + 1, to, (graph->nb_filters - place - 2) * sizeof(AVFilterContext *));
    *to = last;
}

/* Puts a sink beside what follows a filter, which tells afterwards what passes there. */
static int listen(AVFilterGraph *graph, AVFilterContext *maker, Cut *cut)
{
    const Names *names = names_of(maker);
    AVFilterContext *split = NULL;
    int result = create(&split, names->split, "split", cut->filter, NULL, graph);
    if (result >= 0)
        move_behind(graph, cut->filter);
    if (result >= 0)
        result = avfilter_insert_filter(maker->outputs[0], split, 0, 0);
    if (result >= 0)
        result = create(&cut->from, names->sink, "tap", cut->filter, NULL, graph);
    if (result >= 0)
        result = avfilter_link(split, 1, cut->from, 0);
    return result;
}

static void note_video(Cut *cut)
{
    const char *pixels =
        av_get_pix_fmt_name((enum AVPixelFormat)av_buffersink_get_format(cut->from));
    AVRational rate = av_buffersink_get_frame_rate(cut->from);
    AVRational aspect = av_buffersink_get_sample_aspect_ratio(cut->from);
    bool has_rate = rate.num > 0 && rate.den > 0;

    if (has_rate)
        cut->step = av_rescale_q(1, av_inv_q(rate), cut->time_base);
    snprintf(cut->format, sizeof cut->format, "pix_fmts=%s", pixels);
    snprintf(cut->source, sizeof cut->source,
             "video_size=%dx%d:pix_fmt=%s:time_base=%d/%d:pixel_aspect=%d/%d:frame_rate=%d/%d",
             av_buffersink_get_w(cut->from), av_buffersink_get_h(cut->from), pixels,
             cut->time_base.num, cut->time_base.den, aspect.num, MAX(aspect.den, 1),
             has_rate ? rate.num : 0, has_rate ? rate.den : 1);
}

static int note_audio(Cut *cut)
{
    const char *samples =
        av_get_sample_fmt_name((enum AVSampleFormat)av_buffersink_get_format(cut->from));
    int rate = av_buffersink_get_sample_rate(cut->from);
    AVChannelLayout layout = {0};
    char name[48];

    int result = av_buffersink_get_ch_layout(cut->from, &layout);
    if (result >= 0)
        result = av_channel_layout_describe(&layout, name, sizeof name);
    av_channel_layout_uninit(&layout);
    if (result < 0)
        return result;
    snprintf(cut->format, sizeof cut->format, "sample_fmts=%s:sample_rates=%d:channel_layouts=%s",
             samples, rate, name);
    snprintf(cut->source, sizeof cut->source,
             "time_base=%d/%d:sample_rate=%d:sample_fmt=%s:channel_layout=%s", cut->time_base.num,
             cut->time_base.den, rate, samples, name);
    return 0;
}

/* Fills `cuts`, the last first. The filters agree on formats over the whole graph, so it is made
 * whole once. */
static int find_cuts(GArray *cuts, const char *text, char **refusal)
{
    LeatLavfiGraph whole = {0};
    int result = parse(&whole, text, refusal);
    unsigned filters = whole.graph ? whole.graph->nb_filters : 0;

    for (unsigned i = filters; i-- > 0 && result >= 0;) {
        Cut cut = {.filter = i, .end_pts = AV_NOPTS_VALUE};
        if (!is_maker(whole.graph->filters[i]))
            continue;
        if (whole.graph->filters[i]->nb_outputs != 1) {
            result = refuse(refusal, "a movie inside a graph gives one stream; name it once for "
                                     "each that is wanted");
            break;
        }
        result = listen(whole.graph, whole.graph->filters[i], &cut);
        g_array_append_val(cuts, cut);
    }
    if (result >= 0)
        result = avfilter_graph_config(whole.graph, NULL);
    for (unsigned i = 0; i < cuts->len && result >= 0; i++) {
        Cut *cut = &g_array_index(cuts, Cut, i);
        cut->time_base = av_buffersink_get_time_base(cut->from);
        if (av_buffersink_get_type(cut->from) == AVMEDIA_TYPE_AUDIO)
            result = note_audio(cut);
        else
            note_video(cut);
    }
    avfilter_graph_free(&whole.graph);
    return result;
}

/* --- cutting */

static int cut_off(AVFilterGraph *graph, Cut *cut)
{
    AVFilterContext *maker = graph->filters[cut->filter], *format = NULL;
    const Names *names = names_of(maker);
    AVFilterContext *next = maker->outputs[0]->dst;
    unsigned pad = 0;

    while (next->inputs[pad] != maker->outputs[0])
        pad++;
    next->inputs[pad] = NULL;
    avfilter_link_free(&maker->outputs[0]);
    int result = create(&format, names->format, "format", cut->filter, cut->format, graph);
    if (result >= 0)
        result = avfilter_link(maker, 0, format, 0);
    if (result >= 0)
        result = create(&cut->from, names->sink, "from", cut->filter, NULL, graph);
    if (result >= 0)
        result = avfilter_link(format, 0, cut->from, 0);
    if (result >= 0)
        result = create(&cut->into, names->source, "into", cut->filter, cut->source, graph);
    if (result >= 0)
        result = avfilter_link(cut->into, 0, next, pad);
    return result;
}

int leat_lavfi_graph_build(LeatLavfiGraph *graph, const char *text, char **refusal)
{
    graph->cuts = g_array_new(FALSE, FALSE, sizeof(Cut));
    graph->carried = av_frame_alloc();
    if (!graph->carried)
        return AVERROR(ENOMEM);
    *refusal = leat_filter_movie_refusal(text);
    int result = *refusal ? AVERROR(EINVAL) : find_cuts(graph->cuts, text, refusal);
    if (result >= 0)
        result = parse(graph, text, refusal);
    for (unsigned i = 0; i < graph->cuts->len && result >= 0; i++)
        result = cut_off(graph->graph, &g_array_index(graph->cuts, Cut, i));
    return result < 0 ? result : avfilter_graph_config(graph->graph, NULL);
}

void leat_lavfi_graph_clear(LeatLavfiGraph *graph)
{
    avfilter_graph_free(&graph->graph);
    av_frame_free(&graph->carried);
    if (graph->cuts)
        g_array_unref(graph->cuts);
    *graph = (LeatLavfiGraph){0};
}

/* --- running */

/* The one that was asked most often for what it did not have, of those that were not found starved;
 * NULL when none was. */
static Cut *hungriest(const LeatLavfiGraph *graph)
{
    Cut *found = NULL;
    unsigned most = 0;
    for (unsigned i = 0; i < graph->cuts->len; i++) {
        Cut *cut = &g_array_index(graph->cuts, Cut, i);
        unsigned asked = av_buffersrc_get_nb_failed_requests(cut->into);
        if (!cut->ended && !cut->starved && asked > most) {
            found = cut;
            most = asked;
        }
    }
    return found;
}

static int64_t length_of(const Cut *cut, const AVFrame *frame)
{
    if (frame->nb_samples > 0)
        return av_rescale_q(frame->nb_samples, (AVRational){1, frame->sample_rate}, cut->time_base);
    return cut->step;
}

/* One picture, or the end, over a cut. */
static int carry(Cut *cut, AVFrame *frame)
{
    int result = av_buffersink_get_frame(cut->from, frame);
    if (result == AVERROR_EOF) {
        cut->ended = true;
        return av_buffersrc_close(cut->into, cut->end_pts, 0);
    }
    if (result < 0)
        return result;
    if (frame->pts != AV_NOPTS_VALUE)
        cut->end_pts = frame->pts + length_of(cut, frame);
    result = av_buffersrc_add_frame_flags(cut->into, frame, 0);
    av_frame_unref(frame);
    return result;
}

int leat_lavfi_graph_step(LeatLavfiGraph *graph, AVFrame *picture)
{
    int result = av_buffersink_get_frame(graph->sink, picture);
    if (result != AVERROR(EAGAIN))
        return result;
    Cut *cut = hungriest(graph);
    if (cut) {
        result = carry(cut, graph->carried);
        cut->starved = result == AVERROR(EAGAIN);
    }
    /* Who starves waits for a cut further up; what that one carries may help all. */
    if (!cut || !cut->starved)
        for (unsigned i = 0; i < graph->cuts->len; i++)
            g_array_index(graph->cuts, Cut, i).starved = false;
    /* Who had nothing to end does not end the graph: the rest may still hold pictures. */
    return result < 0 && result != AVERROR_EOF ? result : AVERROR(EAGAIN);
}
