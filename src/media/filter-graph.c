/* SPDX-License-Identifier: MIT */
#include "media/filter-internal.h"

#include "base/error.h"
#include "media/libav.h"

#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/mem.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool is_empty(const char *text)
{
    return !text || !text[strspn(text, " \n\t\r")];
}

static bool bad(GError **error, const LeatFilterOptions *options, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

static bool bad(GError **error, const LeatFilterOptions *options, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *cause = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID, "bad filter '%s': %s",
                options->graph ? options->graph : "", cause);
    return false;
}

/* The number of the filter in the text that spoke, from the name that libavfilter gave it
 * ("Parsed_scale_0"), or -1. */
static int speaker_index(const char *speaker)
{
    const char *number = strrchr(speaker, '_');
    if (!g_str_has_prefix(speaker, "Parsed_") || !number || !g_ascii_isdigit(number[1]))
        return -1;
    return (int)g_ascii_strtoll(number + 1, NULL, 10);
}

/* Sets the error for a graph that libavfilter refuses: its first complaint is the cause, those
 * after it only say what could not go on. Ends the listening. */
static bool refused(GError **error, const LeatFilterOptions *options, int index, int result,
                    GString *heard)
{
    if (index < 0)
        index = speaker_index(leat_av_listen_speaker());
    char text[AV_ERROR_MAX_STRING_SIZE];
    g_autofree char *cause = g_strndup(heard->str, strcspn(heard->str, "\n"));
    leat_av_listen_end(heard);
    if (result == AVERROR(ENOMEM)) {
        leat_error_no_memory(error, sizeof(AVFilterGraph), "a filter graph");
        return false;
    }
    const char *reason = *cause ? cause : leat_av_error_text(result, text, sizeof text);
    int length = 0;
    int place = index < 0 || is_empty(options->graph)
                    ? -1
                    : leat_filter_place(options->graph, index, &length);
    if (place < 0)
        return bad(error, options, "%s", reason);
    return bad(error, options, "at character %d: %s", place + 1, reason);
}

/* The first filter that libavfilter does not take by itself, -1 when it takes each. */
static int first_refused(const char *text)
{
    int length = 0;
    for (int index = 0;; index++) {
        int place = leat_filter_place(text, index, &length);
        if (place < 0)
            return -1;
        g_autofree char *description = g_strndup(text + place, (size_t)length);
        AVFilterGraph *graph = avfilter_graph_alloc();
        AVFilterInOut *inputs = NULL, *outputs = NULL;
        int result = graph ? avfilter_graph_parse2(graph, description, &inputs, &outputs) : 0;
        avfilter_inout_free(&inputs);
        avfilter_inout_free(&outputs);
        avfilter_graph_free(&graph);
        if (result < 0)
            return index;
    }
}

static bool parse(LeatFilterGraph *graph, const LeatFilterOptions *options, AVFilterInOut **inputs,
                  AVFilterInOut **outputs, GError **error)
{
    g_autofree char *refusal = leat_filter_movie_refusal(options->graph);
    if (refusal)
        return bad(error, options, "%s", refusal);
    GString *heard = g_string_new(NULL);
    leat_av_listen(heard);
    int result = avfilter_graph_parse2(graph->graph, options->graph, inputs, outputs);
    if (result >= 0) {
        leat_av_listen_end(heard);
        return true;
    }
    g_autofree char *kept = g_strdup(heard->str);
    int index = first_refused(options->graph);
    g_string_assign(heard, kept);
    return refused(error, options, index, result, heard);
}

/* Exactly one open end of kind video. */
static bool check_end(const LeatFilterOptions *options, const AVFilterInOut *ends, bool input,
                      GError **error)
{
    if (!ends)
        return bad(error, options, "it has no open %s; it must take one picture and give one",
                   input ? "input" : "output");
    if (ends->next)
        return bad(error, options,
                   "it has more than one open %s; it must take one picture and give one",
                   input ? "input" : "output");
    const AVFilterPad *pads = input ? ends->filter_ctx->input_pads : ends->filter_ctx->output_pads;
    if (avfilter_pad_get_type(pads, ends->pad_idx) != AVMEDIA_TYPE_VIDEO)
        return bad(error, options, "'%s' is not for pictures", ends->filter_ctx->filter->name);
    return true;
}

/* Adds a filter of ours behind `*last`, and makes it the last. */
static int append(LeatFilterGraph *graph, AVFilterContext **last, const char *name,
                  const char *arguments)
{
    AVFilterContext *filter = NULL;
    g_autofree char *label = g_strdup_printf("leat-%s", name);
    int result = avfilter_graph_create_filter(&filter, avfilter_get_by_name(name), label, arguments,
                                              NULL, graph->graph);
    if (result >= 0)
        result = avfilter_link(*last, 0, filter, 0);
    *last = filter;
    return result;
}

static int append_wishes(LeatFilterGraph *graph, const LeatFilterOptions *options,
                         AVFilterContext **last)
{
    char arguments[64];
    int result = 0;
    if (leat_rational_is_set(options->rate)) {
        snprintf(arguments, sizeof arguments, "fps=%d/%d", options->rate.num, options->rate.den);
        result = append(graph, last, "fps", arguments);
    }
    if (result >= 0 && (options->width || options->height)) {
        snprintf(arguments, sizeof arguments, "w=%d:h=%d:flags=bicubic",
                 options->width ? options->width : -2, options->height ? options->height : -2);
        result = append(graph, last, "scale", arguments);
    }
    if (result >= 0 && options->pixel_formats) {
        g_autofree char *formats = g_strjoinv("|", (char **)options->pixel_formats);
        result = append(graph, last, "format", formats);
    }
    if (result >= 0) {
        result = append(graph, last, "buffersink", NULL);
        graph->sink = *last;
    }
    return result;
}

static int make_source(LeatFilterGraph *graph, const LeatFilterInput *input)
{
    graph->source = avfilter_graph_alloc_filter(graph->graph, avfilter_get_by_name("buffer"), "in");
    AVBufferSrcParameters *parameters = av_buffersrc_parameters_alloc();
    int result = AVERROR(ENOMEM);
    if (graph->source && parameters) {
        parameters->format = input->format;
        parameters->width = input->width;
        parameters->height = input->height;
        parameters->time_base = leat_av_rational(input->time_base);
        parameters->sample_aspect_ratio = input->sample_aspect;
        result = av_buffersrc_parameters_set(graph->source, parameters);
    }
    av_free(parameters);
    return result < 0 ? result : avfilter_init_dict(graph->source, NULL);
}

/* Between any two filters, so that nothing huge is ever allocated and time goes on. */
static bool check_links(const LeatFilterGraph *graph, const LeatFilterOptions *options,
                        GError **error)
{
    for (unsigned i = 0; i < graph->graph->nb_filters; i++) {
        const AVFilterContext *filter = graph->graph->filters[i];
        for (unsigned j = 0; j < filter->nb_outputs; j++) {
            const AVFilterLink *link = filter->outputs[j];
            if (!link || link->type != AVMEDIA_TYPE_VIDEO)
                continue;
            if (link->w < 1 || link->h < 1 || link->w > LEAT_MAX_EDGE || link->h > LEAT_MAX_EDGE)
                return bad(error, options,
                           "it makes pictures of %dx%d; both edges must be 1 to %d px", link->w,
                           link->h, LEAT_MAX_EDGE);
            if (link->time_base.num < 1 || link->time_base.den < 1)
                return bad(error, options, "'%s' makes no frames/s; the rate must be above 0",
                           filter->filter->name);
        }
    }
    return true;
}

static bool connect(LeatFilterGraph *graph, const LeatFilterOptions *options,
                    const LeatFilterInput *input, const AVFilterInOut *inputs,
                    const AVFilterInOut *outputs, GError **error)
{
    GString *heard = g_string_new(NULL);
    leat_av_listen(heard);
    int result = make_source(graph, input);
    AVFilterContext *last = graph->source;
    if (result >= 0 && inputs) {
        result = avfilter_link(graph->source, 0, inputs->filter_ctx, (unsigned)inputs->pad_idx);
        last = outputs->filter_ctx;
        if (result >= 0 && outputs->pad_idx > 0) {
            /* Ours expect the first pad. */
            AVFilterContext *null = NULL;
            result = avfilter_graph_create_filter(&null, avfilter_get_by_name("null"), "leat-null",
                                                  NULL, NULL, graph->graph);
            if (result >= 0)
                result = avfilter_link(last, (unsigned)outputs->pad_idx, null, 0);
            last = null;
        }
    }
    if (result >= 0)
        result = append_wishes(graph, options, &last);
    if (result >= 0)
        result = avfilter_graph_config(graph->graph, NULL);
    if (result < 0)
        return refused(error, options, -1, result, heard);
    leat_av_listen_end(heard);
    return check_links(graph, options, error);
}

static bool check_options(const LeatFilterOptions *options, GError **error)
{
    if (options->width < 0 || options->height < 0 || options->width > LEAT_MAX_EDGE ||
        options->height > LEAT_MAX_EDGE) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "cannot scale to %dx%d: both edges must be 1 to %d px", options->width,
                    options->height, LEAT_MAX_EDGE);
        return false;
    }
    if (leat_rational_value(options->rate) > LEAT_MAX_RATE) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "cannot make %d/%d frames/s: %d is the most", options->rate.num,
                    options->rate.den, LEAT_MAX_RATE);
        return false;
    }
    return true;
}

bool leat_filter_graph_build(LeatFilterGraph *graph, const LeatFilterOptions *options,
                             const LeatFilterInput *input, GError **error)
{
    if (!check_options(options, error))
        return false;
    AVFilterInOut *inputs = NULL, *outputs = NULL;
    graph->graph = avfilter_graph_alloc();
    if (!graph->graph) {
        leat_error_no_memory(error, sizeof *graph->graph, "a filter graph");
        return false;
    }
    graph->graph->nb_threads = leat_av_threads(MAX(options->threads, 1));
    bool built = is_empty(options->graph) || (parse(graph, options, &inputs, &outputs, error) &&
                                              check_end(options, inputs, true, error) &&
                                              check_end(options, outputs, false, error));
    built = built && connect(graph, options, input, inputs, outputs, error);
    avfilter_inout_free(&inputs);
    avfilter_inout_free(&outputs);
    if (!built)
        leat_filter_graph_clear(graph);
    return built;
}

void leat_filter_graph_clear(LeatFilterGraph *graph)
{
    avfilter_graph_free(&graph->graph);
    *graph = (LeatFilterGraph){0};
}
