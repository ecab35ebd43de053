/* SPDX-License-Identifier: MIT */
/* A trace in Chrome's JSON format (the "JSON Array Format" of the Trace Event Format document),
 * which Perfetto opens: a row a thread, a slice a stage and frame, counters for what fills.
 *
 * Recording takes a short lock and no I/O; a thread of the trace's own writes the file. When that
 * cannot keep up, events are dropped and counted, and the file says how many. Every function
 * takes NULL for "no trace". Any thread. */
#ifndef LEAT_CONCURRENCY_TRACE_H
#define LEAT_CONCURRENCY_TRACE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct LeatTrace LeatTrace;

/* Creates or replaces the file at `path`. */
LeatTrace *leat_trace_open(const char *path, GError **error);

/* Has no file: keeps the latest events, some 30,000, in memory, to be saved when something worth a
 * look has happened. */
LeatTrace *leat_trace_new_recent(GError **error);

/* Writes what a recent trace holds into a document; it goes on meanwhile. Waits for the disk. False
 * when not all of it could be written. */
bool leat_trace_save(LeatTrace *trace, const char *path, GError **error);

/* A span of work on the calling thread. `name` must be a string literal; times are
 * CLOCK_MONOTONIC ns; `seq` is shown as an argument unless negative. */
void leat_trace_slice(LeatTrace *trace, const char *name, int64_t seq, int64_t start_ns,
                      int64_t end_ns);

/* The same for another process, such as a worker: a row of its own in the trace, which is that
 * process's main thread. */
void leat_trace_slice_of(LeatTrace *trace, int pid, const char *name, int64_t seq, int64_t start_ns,
                         int64_t end_ns);

/* What that row is called; at most 15 bytes are shown. */
void leat_trace_name_process(LeatTrace *trace, int pid, const char *name);

/* A value over time, drawn as a curve. `name` must be a string literal. */
void leat_trace_counter(LeatTrace *trace, const char *name, int64_t value);

/* Writes what is left and ends the document. False when any of it could not be written. Frees
 * the trace either way. */
bool leat_trace_close(LeatTrace *trace, GError **error);

#endif
