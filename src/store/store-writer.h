/* SPDX-License-Identifier: MIT */
/* Writes one recording into a library file. Packets are batched in memory and committed together
 * with the ledger at least every LEAT_STORE_COMMIT_NS, so that what can be read always agrees with
 * itself and no transaction is held open between commits.
 *
 * A threaded writer has a thread of its own for all that touches the disk after opening, and a
 * bounded queue in front of it; otherwise the work is done in the caller's calls. One thread uses
 * the writer, except for what says otherwise. */
#ifndef LEAT_STORE_STORE_WRITER_H
#define LEAT_STORE_STORE_WRITER_H

#include "base/clock.h"
#include "base/ledger.h"
#include "base/packet.h"
#include "base/prediction.h"
#include "concurrency/trace.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct LeatStoreWriter LeatStoreWriter;

#define LEAT_STORE_COMMIT_NS (250 * LEAT_NS_PER_MS)

/* The bound of the queue in front of a threaded writer, bytes of packets. */
#define LEAT_STORE_QUEUE_BYTES ((size_t)32 * 1024 * 1024)

typedef struct {
    const char *path;   /* created (mode 0600) when it does not exist */
    const char *name;   /* NULL: the first free of recording-1, recording-2, ... */
    const char *source; /* without passwords */
    const char *filter; /* NULL for none */
    LeatRational record_rate;
    bool threaded;
    LeatTrace *trace; /* may be NULL */
} LeatStoreWriterOptions;

/* What has reached the disk. */
typedef struct {
    int64_t stored;         /* frames committed */
    int64_t bytes;          /* of their packets */
    int64_t file_bytes;     /* size of the file and its journal */
    int64_t disk_free;      /* bytes free for it */
    int64_t last_commit_ns; /* CLOCK_MONOTONIC; 0 before the first */
    bool stalled; /* a commit waits for a lock of another program, and not just for a moment */
    bool failed;  /* nothing more will be stored; leat_store_writer_check has the error */
} LeatStoreProgress;

/* Opens or creates the file and makes sure that a recording of that name can be made: EXISTS for a
 * name that is taken, INVALID for one that cannot be one (empty, only digits, control characters),
 * and the errors of leat_store_open. The recording appears in the file with its first packet. A
 * recording that a dead writer left unfinished is marked interrupted. */
LeatStoreWriter *leat_store_writer_open(const LeatStoreWriterOptions *options, GError **error);

/* Describes the stream, once, before the first packet. Makes the recording's row. */
bool leat_store_writer_begin(LeatStoreWriter *writer, const LeatStreamInfo *stream, GError **error);

/* Copies the packet and hands it on; waits while the queue is full, until leat_store_writer_abort.
 * False with the error that made the writer fail (NO_SPACE, LOCKED, ...), or CANCELLED: this packet
 * was not taken. */
bool leat_store_writer_add(LeatStoreWriter *writer, const LeatPacket *packet, GError **error);

/* Whether the packets that wait to be written take less than half of what may: the next one then is
 * not waited for. */
bool leat_store_writer_has_room(LeatStoreWriter *writer);

/* The ledger to commit along with what was added so far, and the losses from number `from` on
 * (those before were given earlier; the last one given may have grown). Its record.stored is
 * ignored: the writer counts that itself. Copied; never waits. */
void leat_store_writer_set_ledger(LeatStoreWriter *writer, const LeatLedger *ledger,
                                  const LeatLoss *losses, size_t from, size_t count);

/* What a model said of a frame, to be committed once the frame is: when the library has the model
 * (by hash and name) and the frame was stored. Copied; never waits. */
void leat_store_writer_add_prediction(LeatStoreWriter *writer, const LeatPrediction *prediction);

/* Any thread. */
LeatStoreProgress leat_store_writer_progress(LeatStoreWriter *writer);

/* The recording's id and name; id 0 and, where the default was asked, NULL, before begin. */
int64_t leat_store_writer_id(const LeatStoreWriter *writer);
const char *leat_store_writer_name(const LeatStoreWriter *writer);

/* False with a copy of the error once the writer has failed. */
bool leat_store_writer_check(LeatStoreWriter *writer, GError **error);

/* Commits what is queued and returns when it is on disk or the writer has failed; after it,
 * progress.stored is final unless more is added. Waits at most `timeout_ns` for a lock. */
bool leat_store_writer_flush(LeatStoreWriter *writer, int64_t timeout_ns, GError **error);

/* Writes the last ledger and losses (as set), ends the recording as complete and closes the file.
 * After a full disk it uses space set aside for this, so that the losses are told in the file too.
 * False when the end could not be written: the file then says interrupted. Frees the writer. */
bool leat_store_writer_finish(LeatStoreWriter *writer, GError **error);

/* From now on no call waits longer than this for a lock of another program. Any thread: a caller
 * without threads that is waiting in an add is reached so. */
void leat_store_writer_limit_waiting(LeatStoreWriter *writer, int64_t timeout_ns);

/* Makes a waiting add return, and everything after fail with CANCELLED. Any thread. */
void leat_store_writer_abort(LeatStoreWriter *writer);

/* Packets that were taken by add and could not be stored, once the writer has failed: their number
 * and range, for the caller's ledger. Final after a flush. */
int64_t leat_store_writer_lost(LeatStoreWriter *writer, int64_t *first, int64_t *last);

#endif
