/* SPDX-License-Identifier: MIT */
/* Which filter the process stage should run: from the graph that the user chose, the size and rate
 * asked for, and what the source really gives. A source that gives what was asked needs no scaling
 * and no change of rate; then, without a graph, frames pass through untouched.
 *
 * Any thread may choose; the process stage builds. It owns its lock. */
#ifndef LEAT_PIPELINE_FILTER_CHOICE_H
#define LEAT_PIPELINE_FILTER_CHOICE_H

#include "media/filter.h"
#include "media/source.h"
#include "pipeline/pipeline.h"

#include <glib.h>
#include <stdbool.h>

typedef struct LeatFilterChoice LeatFilterChoice;

/* Checks the graph, size and rate of `options` as if the source gave neither. */
LeatFilterChoice *leat_filter_choice_new(const LeatPipelineOptions *options, GError **error);
void leat_filter_choice_free(LeatFilterChoice *choice);

/* A preset's id or a graph; checked first. */
bool leat_filter_choice_set_graph(LeatFilterChoice *choice, const char *graph, GError **error);
void leat_filter_choice_set_source(LeatFilterChoice *choice, const LeatSourceFormat *format);

/* What a codec takes without conversion, so that a graph can deliver it in one pass; NULL for
 * any. The strings must stay. */
void leat_filter_choice_set_pixel_formats(LeatFilterChoice *choice, const char *const *formats);

/* The graph in force, for the file; free with g_free. */
char *leat_filter_choice_graph(LeatFilterChoice *choice);

/* A number that grows with each choice. Cheap. */
unsigned leat_filter_choice_generation(LeatFilterChoice *choice);

/* The filter for what is chosen now, whose number `generation` receives. */
LeatFilter *leat_filter_choice_build(LeatFilterChoice *choice, unsigned *generation,
                                     GError **error);

#endif
