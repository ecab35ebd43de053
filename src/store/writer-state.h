/* SPDX-License-Identifier: MIT */
/* What a writer's owner, its thread and whoever watches it share, and the lock over it. Any
 * thread. */
#ifndef LEAT_STORE_WRITER_STATE_H
#define LEAT_STORE_WRITER_STATE_H

#include "concurrency/lock.h"
#include "store/batch.h"
#include "store/store-writer.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    LeatLock lock;
    /* Under the lock. */
    LeatBatch waiting; /* ledger, losses and predictions on their way to the file; no packets */
    LeatStoreProgress progress;
    GError *error; /* why the writer failed */
    bool aborted;
    bool wait_for_lock;      /* false: a commit that finds a lock is tried again later */
    int64_t give_up_ns;      /* when to stop waiting for it, CLOCK_MONOTONIC */
    int64_t limit_ns;        /* when at the latest, whoever waits for what */
    int64_t locked_since_ns; /* 0: no commit has found a lock since the last one */
    bool lock_told;          /* the log has been told of this one */
    uint64_t flushes;        /* done */
    bool ended;              /* the thread has */
} LeatWriterState;

bool leat_writer_state_init(LeatWriterState *state, GError **error);
void leat_writer_state_finish(LeatWriterState *state);

/* Whether and until when commits wait for a lock of another program. */
void leat_writer_state_set_waiting(LeatWriterState *state, bool wait, int64_t timeout_ns);

/* From now on nothing waits for longer than this. */
void leat_writer_state_limit_waiting(LeatWriterState *state, int64_t timeout_ns);

/* Another program has the lock: waits a little and returns true, or returns false when there is no
 * more waiting for it. */
bool leat_writer_state_wait_for_lock(LeatWriterState *state);

/* Whether a commit that found a lock may be tried again. */
bool leat_writer_state_may_retry(LeatWriterState *state);

/* The first failure stays; takes the error over. */
void leat_writer_state_fail(LeatWriterState *state, GError *error);
void leat_writer_state_abort(LeatWriterState *state);

/* False with a copy of the error once the writer has failed or was aborted. */
bool leat_writer_state_check(LeatWriterState *state, GError **error);

/* After a commit: no lock is waited for any more. */
void leat_writer_state_set_progress(LeatWriterState *state, const LeatStoreProgress *progress);
LeatStoreProgress leat_writer_state_progress(LeatWriterState *state);

void leat_writer_state_set_ledger(LeatWriterState *state, const LeatLedger *ledger,
                                  const LeatLoss *losses, size_t from, size_t count);
/* Predictions go with the ledger; where nobody takes them, the latest are left out. */
void leat_writer_state_add_prediction(LeatWriterState *state, const LeatPrediction *prediction);
void leat_writer_state_take_ledger(LeatWriterState *state, LeatBatch *batch);

/* The owner counts the flushes, asks for one, and waits until one more is done or the thread has
 * ended. */
uint64_t leat_writer_state_flushes(LeatWriterState *state);
void leat_writer_state_wait_flush(LeatWriterState *state, uint64_t before);
void leat_writer_state_flushed(LeatWriterState *state);
void leat_writer_state_end(LeatWriterState *state);

#endif
