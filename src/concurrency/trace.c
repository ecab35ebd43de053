/* SPDX-License-Identifier: MIT */
#include "concurrency/trace.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/pages.h"
#include "concurrency/lock.h"
#include "concurrency/thread-internal.h"
#include "concurrency/trace-internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* All the memory that a trace takes is taken at its start: 8 x 4096 events of 48 bytes, 1.5 MB.
 * It holds half a minute of a pipeline that makes 1000 events a second. */
#define CHUNKS 8
#define CHUNK_EVENTS 4096

/* A program that dies leaves at most this much of its trace unwritten. */
#define FLUSH_NS LEAT_NS_PER_S

/* A recent trace remembers the names of so many threads and processes, the latest. */
#define NAMES 256

typedef struct {
    int64_t number; /* in the order in which they were begun */
    size_t count;
    LeatTraceEvent events[CHUNK_EVENTS];
} Chunk;

struct LeatTrace {
    /* Set once. */
    int64_t id; /* when it was opened: unlike the address, never used again */
    Chunk *chunks;
    LeatThread *writer; /* NULL in a recent trace */

    /* The writer thread's; the closer's once it has joined it. */
    LeatTraceFile *file;

    LeatLock lock; /* for what follows */
    Chunk *free[CHUNKS], *full[CHUNKS];
    size_t free_count, full_count;
    Chunk *current; /* NULL while there is no free one */
    int64_t begun;  /* chunks so far */
    uint64_t dropped;
    bool closing;
    LeatTraceEvent *names; /* of a recent trace, whose events of this kind would be forgotten */
    size_t names_noted;
};

/* The trace that the calling thread has told its name to. */
static _Thread_local int64_t named_in;

static void note_name(LeatTrace *trace, const LeatTraceEvent *event)
{
    size_t used = MIN(trace->names_noted, NAMES), i = 0;

    while (i < used && (trace->names[i].tid != event->tid || trace->names[i].pid != event->pid))
        i++;
    if (i == used)
        i = trace->names_noted++ % NAMES;
    trace->names[i] = *event;
}

static Chunk *find_room(LeatTrace *trace)
{
    if (trace->free_count > 0)
        return trace->free[--trace->free_count];
    if (trace->names && trace->full_count > 0) {
        Chunk *oldest = trace->full[0];

        trace->full_count--;
        memmove(trace->full, trace->full + 1, trace->full_count * sizeof *trace->full);
        return oldest;
    }
    return NULL;
}

/* With the lock held; false when there is no room. */
static bool append(LeatTrace *trace, const LeatTraceEvent *event)
{
    if (trace->names &&
        (event->kind == LEAT_TRACE_THREAD_NAME || event->kind == LEAT_TRACE_PROCESS_NAME)) {
        note_name(trace, event);
        return true;
    }
    if (trace->current && trace->current->count == CHUNK_EVENTS) {
        trace->full[trace->full_count++] = trace->current;
        trace->current = NULL;
        leat_lock_wake(&trace->lock);
    }
    if (!trace->current && (trace->current = find_room(trace))) {
        trace->current->count = 0;
        trace->current->number = trace->begun++;
    }
    if (!trace->current)
        return false;
    trace->current->events[trace->current->count++] = *event;
    return true;
}

static void record(LeatTrace *trace, LeatTraceEvent *event)
{
    LeatTraceEvent name = {.kind = LEAT_TRACE_THREAD_NAME};
    bool naming = named_in != trace->id && leat_thread_current_name(name.thread_name);

    name.tid = event->tid = gettid();
    leat_lock_acquire(&trace->lock);
    if (naming && append(trace, &name))
        named_in = trace->id;
    if (!append(trace, event))
        trace->dropped++;
    leat_lock_release(&trace->lock);
}

void leat_trace_slice(LeatTrace *trace, const char *name, int64_t seq, int64_t start_ns,
                      int64_t end_ns)
{
    LeatTraceEvent event = {
        .kind = LEAT_TRACE_SLICE,
        .name = name,
        .time_ns = start_ns,
        .duration_ns = MAX(end_ns - start_ns, 0),
        .value = seq,
    };

    if (trace)
        record(trace, &event);
}

static void record_of(LeatTrace *trace, const LeatTraceEvent *event)
{
    leat_lock_acquire(&trace->lock);
    if (!append(trace, event))
        trace->dropped++;
    leat_lock_release(&trace->lock);
}

void leat_trace_slice_of(LeatTrace *trace, int pid, const char *name, int64_t seq, int64_t start_ns,
                         int64_t end_ns)
{
    const LeatTraceEvent event = {
        .kind = LEAT_TRACE_SLICE,
        .name = name,
        .pid = pid,
        .tid = pid,
        .time_ns = start_ns,
        .duration_ns = MAX(end_ns - start_ns, 0),
        .value = seq,
    };

    if (trace)
        record_of(trace, &event);
}

void leat_trace_name_process(LeatTrace *trace, int pid, const char *name)
{
    LeatTraceEvent event = {.kind = LEAT_TRACE_PROCESS_NAME, .pid = pid, .tid = pid};

    if (!trace)
        return;
    g_strlcpy(event.thread_name, name, sizeof event.thread_name);
    record_of(trace, &event);
}

void leat_trace_counter(LeatTrace *trace, const char *name, int64_t value)
{
    LeatTraceEvent event = {
        .kind = LEAT_TRACE_COUNTER,
        .name = name,
        .time_ns = leat_clock_now_ns(),
        .value = value,
    };

    if (trace)
        record(trace, &event);
}

/* The oldest events, for the writer; waits for a chunk to fill, for the flush time or the close.
 * NULL ends. */
static Chunk *take_chunk(LeatTrace *trace, uint64_t *dropped)
{
    int64_t deadline = leat_clock_deadline_ns(FLUSH_NS);
    Chunk *chunk = NULL;

    leat_lock_acquire(&trace->lock);
    while (!chunk) {
        if (trace->full_count > 0) {
            chunk = trace->full[0];
            trace->full_count--;
            memmove(trace->full, trace->full + 1, trace->full_count * sizeof *trace->full);
        } else if (trace->closing || leat_clock_now_ns() >= deadline) {
            if (trace->current && trace->current->count > 0) {
                chunk = trace->current;
                trace->current = NULL;
            } else if (trace->closing) {
                break;
            } else {
                deadline = leat_clock_deadline_ns(FLUSH_NS);
            }
        } else {
            leat_lock_wait(&trace->lock, deadline);
        }
    }
    *dropped = trace->dropped;
    leat_lock_release(&trace->lock);
    return chunk;
}

static void write_chunks(void *data)
{
    LeatTrace *trace = data;
    uint64_t dropped;
    Chunk *chunk;

    while ((chunk = take_chunk(trace, &dropped))) {
        for (size_t i = 0; i < chunk->count; i++)
            leat_trace_file_write(trace->file, &chunk->events[i]);
        leat_trace_file_flush(trace->file);
        leat_lock_acquire(&trace->lock);
        trace->free[trace->free_count++] = chunk;
        leat_lock_release(&trace->lock);
    }
    leat_trace_file_write_end(trace->file, dropped);
}

static void trace_free(LeatTrace *trace)
{
    leat_thread_free(trace->writer);
    leat_lock_finish(&trace->lock);
    free(trace->names);
    leat_pages_free(trace->chunks, CHUNKS * sizeof *trace->chunks);
    free(trace);
}

static LeatTrace *trace_new(GError **error)
{
    LeatTrace *trace = calloc(1, sizeof *trace);

    if (!trace)
        return leat_error_no_memory(error, sizeof *trace, "a trace");
    if (!leat_lock_init(&trace->lock, error)) {
        free(trace);
        return NULL;
    }
    trace->id = leat_clock_now_ns();
    trace->chunks = leat_pages_new(CHUNKS * sizeof *trace->chunks);
    if (!trace->chunks) {
        trace_free(trace);
        return leat_error_no_memory(error, CHUNKS * sizeof(Chunk), "a trace's events");
    }
    while (trace->free_count < CHUNKS) {
        trace->free[trace->free_count] = &trace->chunks[trace->free_count];
        trace->free_count++;
    }
    return trace;
}

LeatTrace *leat_trace_open(const char *path, GError **error)
{
    LeatTrace *trace = trace_new(error);

    if (!trace)
        return NULL;
    trace->writer = leat_thread_new("trace", LEAT_THREAD_NORMAL, write_chunks, trace, error);
    if (!trace->writer)
        goto fail;
    trace->file = leat_trace_file_open(path, error);
    if (!trace->file)
        goto fail;
    if (!leat_thread_start(trace->writer, error)) {
        leat_trace_file_close(trace->file, NULL);
        goto fail;
    }
    return trace;

fail:
    trace_free(trace);
    return NULL;
}

LeatTrace *leat_trace_new_recent(GError **error)
{
    LeatTrace *trace = trace_new(error);

    if (!trace)
        return NULL;
    trace->names = calloc(NAMES, sizeof *trace->names);
    if (!trace->names) {
        trace_free(trace);
        return leat_error_no_memory(error, NAMES * sizeof(LeatTraceEvent), "a trace's names");
    }
    return trace;
}

/* The oldest chunk from this number on; those before may be in use again. One at a time, so that
 * the threads that trace wait for a short copy only. */
static bool copy_chunk(LeatTrace *trace, int64_t number, Chunk *copy)
{
    const Chunk *found = NULL;

    leat_lock_acquire(&trace->lock);
    for (size_t i = 0; i < trace->full_count && !found; i++)
        if (trace->full[i]->number >= number)
            found = trace->full[i];
    if (!found && trace->current && trace->current->number >= number)
        found = trace->current;
    if (found)
        memcpy(copy, found, sizeof *copy);
    leat_lock_release(&trace->lock);
    return found != NULL;
}

static void save_names(LeatTrace *trace, LeatTraceFile *file, LeatTraceEvent *copy)
{
    size_t count;

    leat_lock_acquire(&trace->lock);
    count = MIN(trace->names_noted, NAMES);
    memcpy(copy, trace->names, count * sizeof *copy);
    leat_lock_release(&trace->lock);
    for (size_t i = 0; i < count; i++)
        leat_trace_file_write(file, &copy[i]);
}

bool leat_trace_save(LeatTrace *trace, const char *path, GError **error)
{
    LeatTraceFile *file = leat_trace_file_open(path, error);
    Chunk *copy = file ? malloc(sizeof *copy) : NULL;
    int64_t number = 0;

    if (!copy) {
        if (file) {
            leat_trace_file_close(file, NULL);
            leat_error_no_memory(error, sizeof *copy, "saving a trace");
        }
        return false;
    }
    G_STATIC_ASSERT(NAMES <= CHUNK_EVENTS);
    save_names(trace, file, copy->events);
    while (copy_chunk(trace, number, copy)) {
        for (size_t i = 0; i < copy->count; i++)
            leat_trace_file_write(file, &copy->events[i]);
        number = copy->number + 1;
    }
    free(copy);
    leat_trace_file_write_end(file, 0);
    return leat_trace_file_close(file, error);
}

bool leat_trace_close(LeatTrace *trace, GError **error)
{
    bool written = true;

    if (!trace)
        return true;
    if (trace->writer) {
        leat_lock_acquire(&trace->lock);
        trace->closing = true;
        leat_lock_wake(&trace->lock);
        leat_lock_release(&trace->lock);
        leat_thread_join(trace->writer);
        written = leat_trace_file_close(trace->file, error);
    }
    trace_free(trace);
    return written;
}
