/* SPDX-License-Identifier: MIT */
#include "store/store-writer.h"

#include "base/error.h"
#include "base/log.h"
#include "concurrency/lock.h"
#include "concurrency/queue.h"
#include "concurrency/thread.h"
#include "store/batch.h"
#include "store/committer.h"
#include "store/recording.h"

#include <string.h>

/* Bounds the queue's ring; frames this small fill it before its bytes do. */
#define QUEUE_PACKETS 4096

/* How often a lock of another program is tried. */
#define LOCK_RETRY_NS (20 * LEAT_NS_PER_MS)

/* How long making the rows of a recording, and ending it, wait for such a lock. */
#define BEGIN_WAIT_NS (10 * LEAT_NS_PER_S)
#define END_WAIT_NS (10 * LEAT_NS_PER_S)
/* After it has cost frames already. */
#define LOCKED_END_WAIT_NS LEAT_NS_PER_S

struct LeatStoreWriter {
    /* Set once. */
    bool threaded;
    char *source, *filter;
    LeatRational record_rate;
    LeatTrace *trace;
    LeatQueue *queue; /* NULL when not threaded */
    LeatRational time_base;
    LeatHeldPacket flush_mark; /* its address in the queue asks for a flush */

    /* The owner's. */
    bool begun, key_given;
    LeatThread *thread; /* NULL when not threaded, and before begin */

    /* The thread's while it runs, else the owner's. */
    LeatCommitter *committer;
    LeatBatch batch;
    int64_t next_commit_ns;

    LeatLostPackets lost; /* atomics */

    LeatLock lock;
    /* Under the lock. */
    LeatBatch waiting; /* ledger and losses on the way to the thread; no packets */
    LeatStoreProgress progress;
    GError *error; /* why it failed */
    bool aborted;
    bool locked_told;   /* the log has it */
    int64_t give_up_ns; /* when to stop waiting for a lock */
    bool wait_for_lock; /* not threaded: a full batch must wait, others are tried again */
    uint64_t flushes_done;
    bool ended; /* the thread has */
};

/* SQLite asks this while another program has the lock. */
static bool keep_waiting(void *data)
{
    LeatStoreWriter *writer = data;
    int64_t now = leat_clock_now_ns();
    bool wait, tell;

    leat_lock_acquire(&writer->lock);
    writer->progress.stalled = true;
    tell = !writer->locked_told;
    writer->locked_told = true;
    wait = writer->wait_for_lock && !writer->aborted && now < writer->give_up_ns;
    if (wait)
        leat_lock_wait(&writer->lock, MIN(now + LOCK_RETRY_NS, writer->give_up_ns));
    leat_lock_release(&writer->lock);
    if (tell)
        leat_log(LEAT_LOG_WARNING, "another program has the library locked; frames wait in memory");
    return wait;
}

/* The writer owns the error from here on. */
static void fail(LeatStoreWriter *writer, GError *error)
{
    leat_lock_acquire(&writer->lock);
    if (!writer->error)
        writer->error = g_steal_pointer(&error);
    writer->progress.failed = true;
    writer->progress.stalled = false;
    leat_lock_wake(&writer->lock);
    leat_lock_release(&writer->lock);
    g_clear_error(&error);
    leat_batch_lose_packets(&writer->batch);
}

static void publish(LeatStoreWriter *writer, bool stalled)
{
    LeatStoreProgress progress = leat_committer_progress(writer->committer);

    progress.stalled = stalled;
    leat_lock_acquire(&writer->lock);
    progress.failed = writer->progress.failed;
    writer->progress = progress;
    writer->locked_told = writer->locked_told && stalled;
    leat_lock_release(&writer->lock);
}

static void take_ledger(LeatStoreWriter *writer)
{
    leat_lock_acquire(&writer->lock);
    leat_batch_move_ledger(&writer->batch, &writer->waiting);
    leat_lock_release(&writer->lock);
}

static bool has_failed(LeatStoreWriter *writer)
{
    bool failed;

    leat_lock_acquire(&writer->lock);
    failed = writer->progress.failed;
    leat_lock_release(&writer->lock);
    return failed;
}

/* Commits what there is, or fails; leaves the batch for later when a lock may still be waited
 * for. */
static void commit(LeatStoreWriter *writer)
{
    int64_t start = leat_clock_now_ns();
    int64_t seq = writer->batch.head ? writer->batch.head->packet.times.seq : -1;
    GError *error = NULL;

    writer->next_commit_ns = start + LEAT_STORE_COMMIT_NS;
    if (has_failed(writer)) {
        leat_batch_lose_packets(&writer->batch);
        return;
    }
    take_ledger(writer);
    if (writer->batch.count == 0 && !writer->batch.ledger_set)
        return;
    if (leat_committer_commit(writer->committer, &writer->batch, &error)) {
        leat_batch_done(&writer->batch);
        publish(writer, false);
        leat_trace_slice(writer->trace, "commit", seq, start, leat_clock_now_ns());
        return;
    }
    if (g_error_matches(error, LEAT_ERROR, LEAT_ERROR_LOCKED)) {
        bool later;

        leat_lock_acquire(&writer->lock);
        later = !writer->wait_for_lock && !writer->aborted;
        leat_lock_release(&writer->lock);
        if (later) {
            g_clear_error(&error);
            return;
        }
    }
    fail(writer, error);
}

static void take(LeatStoreWriter *writer, LeatHeldPacket *packet)
{
    if (has_failed(writer))
        leat_held_packet_lose(packet);
    else
        leat_batch_add(&writer->batch, packet);
}

static void flush_here(LeatStoreWriter *writer)
{
    commit(writer);
    leat_lock_acquire(&writer->lock);
    writer->flushes_done++;
    leat_lock_wake(&writer->lock);
    leat_lock_release(&writer->lock);
}

static void run(void *data)
{
    LeatStoreWriter *writer = data;
    LeatQueueResult result = LEAT_QUEUE_OK;

    writer->next_commit_ns = leat_clock_now_ns() + LEAT_STORE_COMMIT_NS;
    while (result == LEAT_QUEUE_OK || result == LEAT_QUEUE_TIMEOUT) {
        int64_t left = writer->next_commit_ns - leat_clock_now_ns();
        void *item = NULL;

        result = leat_queue_pop(writer->queue, &item, MAX(left, 0));
        if (result == LEAT_QUEUE_OK && item == &writer->flush_mark)
            flush_here(writer);
        else if (result == LEAT_QUEUE_OK)
            take(writer, item);
        if (leat_clock_now_ns() >= writer->next_commit_ns ||
            (int64_t)writer->batch.bytes >= leat_committer_batch_bytes(writer->committer))
            commit(writer);
    }
    if (result == LEAT_QUEUE_ABORTED)
        leat_batch_lose_packets(&writer->batch);
    leat_lock_acquire(&writer->lock);
    writer->ended = true;
    leat_lock_wake(&writer->lock);
    leat_lock_release(&writer->lock);
}

static void free_item(void *item)
{
    LeatHeldPacket *packet = item;

    if (packet->lost)
        leat_held_packet_lose(packet);
}

LeatStoreWriter *leat_store_writer_open(const LeatStoreWriterOptions *options, GError **error)
{
    LeatStoreWriter *writer = g_new0(LeatStoreWriter, 1);

    if (!leat_lock_init(&writer->lock, error)) {
        g_free(writer);
        return NULL;
    }
    writer->committer = leat_committer_open(options->path, options->name, error);
    if (!writer->committer) {
        leat_lock_finish(&writer->lock);
        g_free(writer);
        return NULL;
    }
    if (options->threaded) {
        LeatQueueLimits limits = {.items = QUEUE_PACKETS, .bytes = LEAT_STORE_QUEUE_BYTES};

        writer->queue = leat_queue_new(limits, free_item, NULL, error);
    }
    if (options->threaded && !writer->queue) {
        leat_committer_close(writer->committer);
        leat_lock_finish(&writer->lock);
        g_free(writer);
        return NULL;
    }
    writer->threaded = options->threaded;
    writer->source = g_utf8_make_valid(options->source ? options->source : "", -1);
    writer->filter = g_utf8_make_valid(options->filter ? options->filter : "", -1);
    writer->record_rate = options->record_rate;
    writer->trace = options->trace;
    writer->wait_for_lock = true;
    writer->give_up_ns = LEAT_FOREVER;
    leat_lost_packets_init(&writer->lost);
    leat_batch_init(&writer->batch);
    leat_batch_init(&writer->waiting);
    leat_committer_set_locked_func(writer->committer, keep_waiting, writer);
    publish(writer, false);
    return writer;
}

static void set_waiting(LeatStoreWriter *writer, bool wait, int64_t timeout_ns)
{
    leat_lock_acquire(&writer->lock);
    writer->wait_for_lock = wait;
    writer->give_up_ns = leat_clock_deadline_ns(timeout_ns);
    leat_lock_release(&writer->lock);
}

bool leat_store_writer_check(LeatStoreWriter *writer, GError **error)
{
    bool failed;

    leat_lock_acquire(&writer->lock);
    failed = writer->error != NULL;
    if (failed && error)
        *error = g_error_copy(writer->error);
    leat_lock_release(&writer->lock);
    return !failed;
}

static bool check_stream(const LeatStreamInfo *stream, GError **error)
{
    if (!stream->codec[0] || stream->width < 1 || stream->width > LEAT_MAX_EDGE ||
        stream->height < 1 || stream->height > LEAT_MAX_EDGE ||
        !leat_rational_is_set(stream->time_base) ||
        stream->extradata_size > LEAT_RECORDING_EXTRADATA_BYTES) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "cannot store %dx%d px of codec '%s' with a time base of %d/%d s: a picture of "
                    "1x1 to %dx%d px and a time base above 0 are needed",
                    stream->width, stream->height, stream->codec, stream->time_base.num,
                    stream->time_base.den, LEAT_MAX_EDGE, LEAT_MAX_EDGE);
        return false;
    }
    return true;
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
    if (!leat_store_writer_check(writer, error) || !check_stream(stream, error))
        return false;
    set_waiting(writer, true, BEGIN_WAIT_NS);
    made = leat_committer_begin(writer->committer, writer->source, writer->filter,
                                writer->record_rate, stream, error);
    set_waiting(writer, writer->threaded, LEAT_FOREVER);
    if (!made)
        return false;
    writer->begun = true;
    writer->time_base = stream->time_base;
    writer->next_commit_ns = leat_clock_now_ns() + LEAT_STORE_COMMIT_NS;
    publish(writer, false);
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

/* Not threaded: commits when it is time; waits for a lock only when the memory is used up. */
static void commit_when_due(LeatStoreWriter *writer)
{
    bool full = writer->batch.bytes >= LEAT_STORE_QUEUE_BYTES;
    bool enough = (int64_t)writer->batch.bytes >= leat_committer_batch_bytes(writer->committer);
    bool stalled;

    leat_lock_acquire(&writer->lock);
    stalled = writer->progress.stalled;
    leat_lock_release(&writer->lock);
    if (full)
        set_waiting(writer, true, LEAT_FOREVER);
    if (full || (enough && !stalled) || leat_clock_now_ns() >= writer->next_commit_ns)
        commit(writer);
    if (full)
        set_waiting(writer, false, LEAT_FOREVER);
}

bool leat_store_writer_add(LeatStoreWriter *writer, const LeatPacket *packet, GError **error)
{
    LeatHeldPacket *held;

    g_assert(writer->begun);
    if (!leat_store_writer_check(writer, error) || !check_packet(writer, packet, error))
        return false;
    held = leat_held_packet_new(packet, &writer->lost, error);
    if (!held)
        return false;
    if (writer->threaded) {
        if (leat_queue_push(writer->queue, held, packet->size, LEAT_FOREVER) != LEAT_QUEUE_OK) {
            free(held);
            return leat_store_writer_check(writer, error);
        }
    } else {
        take(writer, held);
        commit_when_due(writer);
    }
    writer->key_given = true;
    return true;
}

void leat_store_writer_set_ledger(LeatStoreWriter *writer, const LeatLedger *ledger,
                                  const LeatLoss *losses, size_t from, size_t count)
{
    leat_lock_acquire(&writer->lock);
    leat_batch_set_ledger(&writer->waiting, ledger, losses, from, count);
    leat_lock_release(&writer->lock);
}

LeatStoreProgress leat_store_writer_progress(LeatStoreWriter *writer)
{
    LeatStoreProgress progress;

    leat_lock_acquire(&writer->lock);
    progress = writer->progress;
    leat_lock_release(&writer->lock);
    return progress;
}

int64_t leat_store_writer_id(const LeatStoreWriter *writer)
{
    return leat_committer_id(writer->committer);
}

const char *leat_store_writer_name(const LeatStoreWriter *writer)
{
    return leat_committer_name(writer->committer);
}

/* Until the thread has come to the mark, or has ended. */
static void flush_there(LeatStoreWriter *writer)
{
    uint64_t before;

    leat_lock_acquire(&writer->lock);
    before = writer->flushes_done;
    leat_lock_release(&writer->lock);
    /* Waits with a full queue, but no longer than for the lock: the thread then empties it. */
    leat_queue_push(writer->queue, &writer->flush_mark, 0, LEAT_FOREVER);
    leat_lock_acquire(&writer->lock);
    while (writer->flushes_done == before && !writer->ended)
        leat_lock_wait(&writer->lock, LEAT_FOREVER);
    leat_lock_release(&writer->lock);
}

bool leat_store_writer_flush(LeatStoreWriter *writer, int64_t timeout_ns, GError **error)
{
    if (!writer->begun)
        return leat_store_writer_check(writer, error);
    set_waiting(writer, true, timeout_ns);
    if (writer->thread)
        flush_there(writer);
    else
        commit(writer);
    set_waiting(writer, writer->threaded, LEAT_FOREVER);
    return leat_store_writer_check(writer, error);
}

static void free_writer(LeatStoreWriter *writer)
{
    leat_committer_close(writer->committer);
    if (writer->queue)
        leat_queue_free(writer->queue);
    leat_batch_finish(&writer->batch);
    leat_batch_finish(&writer->waiting);
    leat_lock_finish(&writer->lock);
    g_clear_error(&writer->error);
    g_free(writer->source);
    g_free(writer->filter);
    g_free(writer);
}

static bool end(LeatStoreWriter *writer, GError **error)
{
    bool locked, aborted;

    leat_lock_acquire(&writer->lock);
    locked = g_error_matches(writer->error, LEAT_ERROR, LEAT_ERROR_LOCKED);
    aborted = writer->aborted;
    leat_lock_release(&writer->lock);
    if (aborted)
        return leat_store_writer_check(writer, error);
    if (!writer->begun)
        return true;
    set_waiting(writer, true, locked ? LOCKED_END_WAIT_NS : END_WAIT_NS);
    take_ledger(writer);
    leat_batch_lose_packets(&writer->batch);
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

void leat_store_writer_abort(LeatStoreWriter *writer)
{
    leat_lock_acquire(&writer->lock);
    writer->aborted = true;
    writer->progress.failed = true;
    g_clear_error(&writer->error);
    g_set_error(&writer->error, LEAT_ERROR, LEAT_ERROR_CANCELLED, "storing was cancelled");
    leat_lock_wake(&writer->lock);
    leat_lock_release(&writer->lock);
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
