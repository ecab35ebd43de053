/* SPDX-License-Identifier: MIT */
#include "store/store-writer.h"

#include "base/error.h"
#include "concurrency/queue.h"
#include "concurrency/thread.h"
#include "store/batch.h"
#include "store/committer.h"
#include "store/recording.h"
#include "store/writer-state.h"

#include <stdlib.h>

/* The queue's ring; only packets under 8 kB fill it before their bytes do. */
#define QUEUE_PACKETS 4096

/* How long making the rows of a recording, and ending it, wait for a lock of another program. */
#define BEGIN_WAIT_NS (10 * LEAT_NS_PER_S)
#define END_WAIT_NS (10 * LEAT_NS_PER_S)
/* When that lock has cost frames already. */
#define LOCKED_END_WAIT_NS LEAT_NS_PER_S

struct LeatStoreWriter {
    /* Set once. */
    bool threaded;
    char *source, *filter;
    LeatRational record_rate;
    LeatTrace *trace;
    LeatQueue *queue;          /* NULL when not threaded */
    LeatHeldPacket flush_mark; /* its address in the queue asks for a flush */

    /* The owner's. */
    bool begun, key_given;
    LeatThread *thread; /* NULL when not threaded, and before begin */
    LeatRational time_base;

    /* The thread's while it runs, else the owner's. */
    LeatCommitter *committer;
    LeatBatch batch;
    int64_t next_commit_ns;

    LeatLostPackets lost; /* atomics */
    LeatWriterState state;
};

static bool wait_for_lock(void *data)
{
    return leat_writer_state_wait_for_lock(data);
}

static void publish(LeatStoreWriter *writer)
{
    LeatStoreProgress progress = leat_committer_progress(writer->committer);

    leat_writer_state_set_progress(&writer->state, &progress);
}

/* Commits what there is, or makes the writer fail, or leaves it all for later. */
static void commit(LeatStoreWriter *writer)
{
    int64_t start = leat_clock_now_ns();
    int64_t seq = writer->batch.head ? writer->batch.head->packet.times.seq : -1;
    GError *error = NULL;

    writer->next_commit_ns = start + LEAT_STORE_COMMIT_NS;
    if (!leat_writer_state_check(&writer->state, NULL)) {
        leat_batch_lose_packets(&writer->batch);
        return;
    }
    leat_writer_state_take_ledger(&writer->state, &writer->batch);
    if (writer->batch.count == 0 && !writer->batch.ledger_set)
        return;
    if (leat_committer_commit(writer->committer, &writer->batch, &error)) {
        leat_batch_done(&writer->batch);
        publish(writer);
        leat_trace_slice(writer->trace, "commit", seq, start, leat_clock_now_ns());
    } else if (g_error_matches(error, LEAT_ERROR, LEAT_ERROR_LOCKED) &&
               leat_writer_state_may_retry(&writer->state)) {
        g_error_free(error);
    } else {
        leat_writer_state_fail(&writer->state, error);
        leat_batch_lose_packets(&writer->batch);
    }
}

static bool is_enough(const LeatStoreWriter *writer)
{
    return (int64_t)writer->batch.bytes >= leat_committer_batch_bytes(writer->committer);
}

/* The thread. */
static void run(void *data)
{
    LeatStoreWriter *writer = data;
    LeatQueueResult result = LEAT_QUEUE_OK;

    while (result == LEAT_QUEUE_OK || result == LEAT_QUEUE_TIMEOUT) {
        int64_t left = writer->next_commit_ns - leat_clock_now_ns();
        void *item = NULL;

        result = leat_queue_pop(writer->queue, &item, MAX(left, 0));
        if (result == LEAT_QUEUE_OK && item == &writer->flush_mark) {
            commit(writer);
            leat_writer_state_flushed(&writer->state);
        } else if (result == LEAT_QUEUE_OK) {
            leat_batch_add(&writer->batch, item);
        }
        if (is_enough(writer) || leat_clock_now_ns() >= writer->next_commit_ns)
            commit(writer);
    }
    commit(writer);
    leat_writer_state_end(&writer->state);
}

static void lose_item(void *item)
{
    LeatHeldPacket *packet = item;

    if (packet->lost) /* the flush mark has none */
        leat_held_packet_lose(packet);
}

static void free_writer(LeatStoreWriter *writer)
{
    leat_committer_close(writer->committer);
    leat_queue_free(writer->queue);
    leat_batch_finish(&writer->batch);
    leat_writer_state_finish(&writer->state);
    g_free(writer->source);
    g_free(writer->filter);
    g_free(writer);
}

LeatStoreWriter *leat_store_writer_open(const LeatStoreWriterOptions *options, GError **error)
{
    LeatQueueLimits limits = {.items = QUEUE_PACKETS, .bytes = LEAT_STORE_QUEUE_BYTES};
    LeatStoreWriter *writer = g_new0(LeatStoreWriter, 1);

    if (!leat_writer_state_init(&writer->state, error)) {
        g_free(writer);
        return NULL;
    }
    writer->threaded = options->threaded;
    writer->source = g_utf8_make_valid(options->source ? options->source : "", -1);
    writer->filter = g_utf8_make_valid(options->filter ? options->filter : "", -1);
    writer->record_rate = options->record_rate;
    writer->trace = options->trace;
    leat_lost_packets_init(&writer->lost);
    leat_batch_init(&writer->batch);
    if (options->threaded)
        writer->queue = leat_queue_new(limits, lose_item, NULL, error);
    if (writer->queue || !options->threaded)
        writer->committer = leat_committer_open(options->path, options->name, error);
    if (!writer->committer) {
        free_writer(writer);
        return NULL;
    }
    leat_committer_set_locked_func(writer->committer, wait_for_lock, &writer->state);
    publish(writer);
    return writer;
}

static bool check_stream(const LeatStreamInfo *stream, GError **error)
{
    if (stream->codec[0] && stream->width >= 1 && stream->width <= LEAT_MAX_EDGE &&
        stream->height >= 1 && stream->height <= LEAT_MAX_EDGE &&
        leat_rational_is_set(stream->time_base) &&
        stream->extradata_size <= LEAT_RECORDING_EXTRADATA_BYTES)
        return true;
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                "cannot store %dx%d px of codec '%s' with a time base of %d/%d s: a codec, a "
                "picture of 1x1 to %dx%d px and a time base above 0 are needed",
                stream->width, stream->height, stream->codec, stream->time_base.num,
                stream->time_base.den, LEAT_MAX_EDGE, LEAT_MAX_EDGE);
    return false;
}

static bool start_thread(LeatStoreWriter *writer, GError **error)
{
    writer->thread = leat_thread_new("store", LEAT_THREAD_NORMAL, run, writer, error);
    if (writer->thread && leat_thread_start(writer->thread, error))
        return true;
    leat_thread_free(writer->thread);
    writer->thread = NULL;
    return false;
}

bool leat_store_writer_begin(LeatStoreWriter *writer, const LeatStreamInfo *stream, GError **error)
{
    bool made;

    g_assert(!writer->begun);
    if (!leat_writer_state_check(&writer->state, error) || !check_stream(stream, error))
        return false;
    leat_writer_state_set_waiting(&writer->state, true, BEGIN_WAIT_NS);
    made = leat_committer_begin(writer->committer, writer->source, writer->filter,
                                writer->record_rate, stream, error);
    leat_writer_state_set_waiting(&writer->state, writer->threaded, LEAT_FOREVER);
    if (!made)
        return false;
    writer->begun = true;
    writer->time_base = stream->time_base;
    writer->next_commit_ns = leat_clock_now_ns() + LEAT_STORE_COMMIT_NS;
    publish(writer);
    return !writer->threaded || start_thread(writer, error);
}

static bool is_ticks(int64_t value)
{
    return value >= -LEAT_TICKS_MAX && value <= LEAT_TICKS_MAX;
}

static bool check_packet(const LeatStoreWriter *writer, const LeatPacket *packet, GError **error)
{
    const LeatFrameTimes *times = &packet->times;
    const char *fault = NULL;

    if (packet->size == 0)
        fault = "is empty";
    else if (packet->size > LEAT_PACKET_BYTES)
        fault = "is larger than 900 MB";
    else if (times->seq < 0)
        fault = "has a negative number";
    else if (!is_ticks(times->pts) || !is_ticks(packet->dts) || packet->duration < 0 ||
             !is_ticks(packet->duration))
        fault = "has no proper time";
    else if (times->time_base.num != writer->time_base.num ||
             times->time_base.den != writer->time_base.den)
        fault = "has another time base than its stream";
    else if (!writer->key_given && !packet->key)
        fault = "comes before the first key frame";
    if (fault)
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "cannot store frame %" G_GINT64_FORMAT ": it %s", times->seq, fault);
    return !fault;
}

/* Not threaded: waits for a lock only when the memory is used up. */
static void commit_when_due(LeatStoreWriter *writer)
{
    bool full = writer->batch.bytes >= LEAT_STORE_QUEUE_BYTES;
    bool stalled = leat_writer_state_progress(&writer->state).stalled;

    if (full)
        leat_writer_state_set_waiting(&writer->state, true, LEAT_FOREVER);
    if (full || (is_enough(writer) && !stalled) || leat_clock_now_ns() >= writer->next_commit_ns)
        commit(writer);
    if (full)
        leat_writer_state_set_waiting(&writer->state, false, LEAT_FOREVER);
}

bool leat_store_writer_add(LeatStoreWriter *writer, const LeatPacket *packet, GError **error)
{
    LeatHeldPacket *held;

    g_assert(writer->begun);
    if (!leat_writer_state_check(&writer->state, error) || !check_packet(writer, packet, error))
        return false;
    held = leat_held_packet_new(packet, &writer->lost, error);
    if (!held)
        return false;
    if (!writer->threaded) {
        leat_batch_add(&writer->batch, held);
        commit_when_due(writer);
    } else if (leat_queue_push(writer->queue, held, packet->size, LEAT_FOREVER) != LEAT_QUEUE_OK) {
        free(held);
        return leat_writer_state_check(&writer->state, error);
    }
    writer->key_given = true;
    return true;
}

bool leat_store_writer_has_room(LeatStoreWriter *writer)
{
    if (!writer->threaded)
        return writer->batch.bytes < LEAT_STORE_QUEUE_BYTES / 2;
    LeatQueueFill fill = leat_queue_get_fill(writer->queue);

    return fill.items < QUEUE_PACKETS / 2 && fill.bytes < LEAT_STORE_QUEUE_BYTES / 2;
}

void leat_store_writer_set_ledger(LeatStoreWriter *writer, const LeatLedger *ledger,
                                  const LeatLoss *losses, size_t from, size_t count)
{
    leat_writer_state_set_ledger(&writer->state, ledger, losses, from, count);
}

void leat_store_writer_add_prediction(LeatStoreWriter *writer, const LeatPrediction *prediction)
{
    leat_writer_state_add_prediction(&writer->state, prediction);
}

LeatStoreProgress leat_store_writer_progress(LeatStoreWriter *writer)
{
    return leat_writer_state_progress(&writer->state);
}

int64_t leat_store_writer_id(const LeatStoreWriter *writer)
{
    return leat_committer_id(writer->committer);
}

const char *leat_store_writer_name(const LeatStoreWriter *writer)
{
    return leat_committer_name(writer->committer);
}

bool leat_store_writer_check(LeatStoreWriter *writer, GError **error)
{
    return leat_writer_state_check(&writer->state, error);
}

/* Until the thread has come to the mark, or has ended. */
static void flush_by_thread(LeatStoreWriter *writer)
{
    uint64_t before = leat_writer_state_flushes(&writer->state);

    /* A full queue is waited for no longer than the lock is: the thread then empties it. */
    leat_queue_push(writer->queue, &writer->flush_mark, 0, LEAT_FOREVER);
    leat_writer_state_wait_flush(&writer->state, before);
}

bool leat_store_writer_flush(LeatStoreWriter *writer, int64_t timeout_ns, GError **error)
{
    if (writer->begun) {
        leat_writer_state_set_waiting(&writer->state, true, timeout_ns);
        if (writer->thread)
            flush_by_thread(writer);
        else
            commit(writer);
        leat_writer_state_set_waiting(&writer->state, writer->threaded, LEAT_FOREVER);
    }
    return leat_writer_state_check(&writer->state, error);
}

static bool end(LeatStoreWriter *writer, GError **error)
{
    GError *cause = NULL;
    bool locked, cancelled;

    leat_writer_state_check(&writer->state, &cause);
    locked = g_error_matches(cause, LEAT_ERROR, LEAT_ERROR_LOCKED);
    cancelled = g_error_matches(cause, LEAT_ERROR, LEAT_ERROR_CANCELLED);
    if (cancelled) {
        g_propagate_error(error, cause);
        return false;
    }
    g_clear_error(&cause);
    if (!writer->begun)
        return true;
    leat_writer_state_set_waiting(&writer->state, true, locked ? LOCKED_END_WAIT_NS : END_WAIT_NS);
    leat_writer_state_take_ledger(&writer->state, &writer->batch);
    return leat_committer_end(writer->committer, &writer->batch, error);
}

bool leat_store_writer_finish(LeatStoreWriter *writer, GError **error)
{
    bool done;

    leat_store_writer_flush(writer, END_WAIT_NS, NULL);
    if (writer->thread) {
        leat_queue_close(writer->queue);
        leat_thread_free(writer->thread);
    }
    done = end(writer, error);
    free_writer(writer);
    return done;
}

void leat_store_writer_limit_waiting(LeatStoreWriter *writer, int64_t timeout_ns)
{
    leat_writer_state_limit_waiting(&writer->state, timeout_ns);
}

void leat_store_writer_abort(LeatStoreWriter *writer)
{
    leat_writer_state_abort(&writer->state);
    if (writer->queue)
        leat_queue_abort(writer->queue);
}

int64_t leat_store_writer_lost(LeatStoreWriter *writer, int64_t *first, int64_t *last)
{
    int64_t count = atomic_load(&writer->lost.count);

    *first = count ? atomic_load(&writer->lost.first) : 0;
    *last = count ? atomic_load(&writer->lost.last) : 0;
    return count;
}
