/* SPDX-License-Identifier: MIT */
/* A value over the last minute: its name, what it is now, and a curve. Main thread. */
#ifndef LEAT_GUI_MINUTE_GRAPH_H
#define LEAT_GUI_MINUTE_GRAPH_H

#include <adwaita.h>
#include <stdint.h>

#define LEAT_TYPE_MINUTE_GRAPH (leat_minute_graph_get_type())
G_DECLARE_FINAL_TYPE(LeatMinuteGraph, leat_minute_graph, LEAT, MINUTE_GRAPH, AdwBin)

/* Properties: "title"; "limit", a value worth a line across; "top", what the curve's room reaches
 * to at least. */

/* A value at a time, CLOCK_MONOTONIC ns, never before the one before; NAN where there is none.
 * `text` says it. Cheap while the graph is not seen. */
void leat_minute_graph_add(LeatMinuteGraph *graph, int64_t at_ns, double value, const char *text);

#endif
