/* SPDX-License-Identifier: MIT */
/* Processing by a libavfilter graph, in libavfilter's own syntax, with the named presets that a
 * window can offer. A frame whose size or format differs from the last one reconfigures the graph;
 * what was inside comes out first.
 *
 * Owned and used by one thread at a time. */
#ifndef LEAT_MEDIA_FILTER_H
#define LEAT_MEDIA_FILTER_H

#include "media/frame.h"

#include <glib.h>
#include <stdbool.h>

typedef struct LeatFilter LeatFilter;

typedef struct {
    const char *id;    /* "grey" */
    const char *name;  /* "Grey", for people */
    const char *graph; /* "" for none */
} LeatFilterPreset;

/* none, grey, negative, edges, flip, blur; ends with an id of NULL. */
const LeatFilterPreset *leat_filter_presets(void);

/* The graph for a preset's id, or `text` itself when it names none. */
const char *leat_filter_resolve(const char *text);

typedef struct {
    const char *graph;                /* NULL or "" for none */
    int width, height;                /* scaled to after the graph; 0 for as it comes */
    LeatRational rate;                /* made to after the graph; not set for as it comes */
    const char *const *pixel_formats; /* NULL-terminated; the output is one of these. NULL: any */
    unsigned threads;                 /* for filters that can use them; 0: one */
} LeatFilterOptions;

/* Parses and configures the graph on a nominal input (640x480 yuv420p). False with FFmpeg's own
 * reason and the place in the text: "bad filter 'scale=640:-2,hu=s=0': at character 14: No such
 * filter: 'hu'". */
bool leat_filter_check(const LeatFilterOptions *options, GError **error);

/* Also checks. True pass-through (nothing asked) hands the very same frame on. */
LeatFilter *leat_filter_new(const LeatFilterOptions *options, GError **error);
void leat_filter_free(LeatFilter *filter);

/* Gives a frame (NULL: no more will come). The reference stays the caller's. False with an error:
 * this frame was lost, the next may pass. Receive until it needs more input before the next. */
bool leat_filter_send(LeatFilter *filter, LeatFrame *frame, GError **error);

/* True with the next finished frame, a new reference, or NULL when it needs more input (or, after
 * NULL was sent, is empty). False with an error. Capture and wall time are those of the input
 * frame that it comes from, pts and time base the graph's. The sequence number is the input
 * frame's too, but where the graph makes frames it is the last one given plus one: numbers only
 * rise. */
bool leat_filter_receive(LeatFilter *filter, LeatFrame **frame, GError **error);

#endif
