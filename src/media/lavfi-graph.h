/* SPDX-License-Identifier: MIT */
/* A libavfilter graph without an input, run a step at a time.
 *
 * libavfilter runs a graph until a picture comes out of it; where its filters swallow each one
 * ("testsrc,select=0") that is for ever. So the filters that make pictures or sound, or repeat them
 * ("loop"), are cut off from the rest, and what they make is carried over one by one: each step
 * ends. The text is read twice for that, and a movie in it opened twice; it must be a file.
 *
 * For this folder only. Owned and used by one thread at a time. */
#ifndef LEAT_MEDIA_LAVFI_GRAPH_H
#define LEAT_MEDIA_LAVFI_GRAPH_H

#include <glib.h>
#include <libavfilter/avfilter.h>
#include <libavutil/frame.h>

typedef struct {
    AVFilterGraph *graph;
    AVFilterContext *sink; /* where it comes out; the graph's */
    GArray *cuts;          /* what was cut off; of Cut */
    AVFrame *carried;
} LeatLavfiGraph;

/* `graph` comes zeroed, and is to be cleared also after a failure. Returns 0 or an AVERROR; when
 * `refusal` was set, that is the cause (its text to be freed), else what libav logged. */
int leat_lavfi_graph_build(LeatLavfiGraph *graph, const char *text, char **refusal);
void leat_lavfi_graph_clear(LeatLavfiGraph *graph);

/* 0 with a picture, AVERROR(EAGAIN) when it is to be called again, AVERROR_EOF at the end, or
 * another AVERROR. */
int leat_lavfi_graph_step(LeatLavfiGraph *graph, AVFrame *picture);

#endif
