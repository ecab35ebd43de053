/* SPDX-License-Identifier: MIT */
/* A trace's events as they wait in memory, and the file that they go to. One thread at a time. */
#ifndef LEAT_CONCURRENCY_TRACE_INTERNAL_H
#define LEAT_CONCURRENCY_TRACE_INTERNAL_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
    LEAT_TRACE_SLICE,
    LEAT_TRACE_COUNTER,
    LEAT_TRACE_THREAD_NAME,
    LEAT_TRACE_PROCESS_NAME,
} LeatTraceKind;

typedef struct {
    const char *name;
    int kind; /* LeatTraceKind */
    int pid;  /* 0: this process */
    int tid;
    union {
        struct {
            int64_t time_ns, duration_ns;
        };
        char thread_name[16]; /* or a process's */
    };
    int64_t value; /* a slice's frame, or a counter's value */
} LeatTraceEvent;

typedef struct LeatTraceFile LeatTraceFile;

LeatTraceFile *leat_trace_file_open(const char *path, GError **error);

/* Failures are kept for the close. */
void leat_trace_file_write(LeatTraceFile *file, const LeatTraceEvent *event);
void leat_trace_file_flush(LeatTraceFile *file);

/* The last event: how many were dropped. */
void leat_trace_file_write_end(LeatTraceFile *file, uint64_t dropped);

/* Ends the document. False when any of it could not be written. Frees the file either way. */
bool leat_trace_file_close(LeatTraceFile *file, GError **error);

#endif
