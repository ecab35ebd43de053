/* SPDX-License-Identifier: MIT */
/* The libavfilter graph behind a filter; for the filter's own files only. */
#ifndef LEAT_MEDIA_FILTER_INTERNAL_H
#define LEAT_MEDIA_FILTER_INTERNAL_H

#include "media/filter.h"

#include <libavfilter/avfilter.h>
#include <libavutil/frame.h>

/* What goes in; a graph is made for one kind of input. */
typedef struct {
    int width, height;
    enum AVPixelFormat format;
    LeatRational time_base;
    AVRational sample_aspect;
} LeatFilterInput;

typedef struct {
    AVFilterGraph *graph; /* owns the two */
    AVFilterContext *source, *sink;
} LeatFilterGraph;

/* Parses and configures; on failure `graph` stays empty, and the error is as leat_filter_check
 * says. */
bool leat_filter_graph_build(LeatFilterGraph *graph, const LeatFilterOptions *options,
                             const LeatFilterInput *input, GError **error);
void leat_filter_graph_clear(LeatFilterGraph *graph);

/* Where filter number `index` (from 0, as libavfilter counts) begins in a graph's text, in bytes;
 * -1 when there are not so many. `length` receives how long its description is. */
int leat_filter_place(const char *text, int index, int *length);

/* NULL when each movie that a graph's text names is a file; else why not, to be freed with g_free.
 */
char *leat_filter_movie_refusal(const char *text);

#endif
