/* SPDX-License-Identifier: MIT */
#include "store/writer-state.h"

#include "base/error.h"
#include "base/log.h"

/* How often a lock of another program is tried. */
#define LOCK_RETRY_NS (20 * LEAT_NS_PER_MS)

/* From when on it is worth telling: another's short transaction, such as a job's row, is not. */
#define LOCK_NOTICE_NS (100 * LEAT_NS_PER_MS)

bool leat_writer_state_init(LeatWriterState *state, GError **error)
{
    *state = (LeatWriterState){
        .wait_for_lock = true, .give_up_ns = LEAT_FOREVER, .limit_ns = LEAT_FOREVER};
    if (!leat_lock_init(&state->lock, error))
        return false;
    leat_batch_init(&state->waiting);
    return true;
}

void leat_writer_state_finish(LeatWriterState *state)
{
    leat_batch_finish(&state->waiting);
    g_clear_error(&state->error);
    leat_lock_finish(&state->lock);
}

void leat_writer_state_set_waiting(LeatWriterState *state, bool wait, int64_t timeout_ns)
{
    leat_lock_acquire(&state->lock);
    state->wait_for_lock = wait;
    state->give_up_ns = leat_clock_deadline_ns(timeout_ns);
    leat_lock_release(&state->lock);
}

void leat_writer_state_limit_waiting(LeatWriterState *state, int64_t timeout_ns)
{
    leat_lock_acquire(&state->lock);
    state->limit_ns = leat_clock_deadline_ns(timeout_ns);
    leat_lock_release(&state->lock);
}

bool leat_writer_state_wait_for_lock(LeatWriterState *state)
{
    int64_t now = leat_clock_now_ns();
    int64_t until;
    bool wait, tell, long_since;

    leat_lock_acquire(&state->lock);
    until = MIN(state->give_up_ns, state->limit_ns);
    if (state->locked_since_ns == 0)
        state->locked_since_ns = now;
    long_since = now - state->locked_since_ns >= LOCK_NOTICE_NS;
    state->progress.stalled = long_since || !state->wait_for_lock;
    tell = long_since && !state->lock_told;
    state->lock_told |= tell;
    wait = state->wait_for_lock && !state->aborted && now < until;
    if (wait)
        leat_lock_wait(&state->lock, MIN(now + LOCK_RETRY_NS, until));
    leat_lock_release(&state->lock);
    if (tell)
        leat_log(LEAT_LOG_WARNING,
                 "another program has the library locked: frames wait in memory until it lets go");
    return wait;
}

bool leat_writer_state_may_retry(LeatWriterState *state)
{
    bool retry;

    leat_lock_acquire(&state->lock);
    retry = !state->wait_for_lock && !state->aborted;
    leat_lock_release(&state->lock);
    return retry;
}

void leat_writer_state_fail(LeatWriterState *state, GError *error)
{
    leat_lock_acquire(&state->lock);
    if (!state->error)
        state->error = g_steal_pointer(&error);
    state->progress.failed = true;
    state->progress.stalled = false;
    leat_lock_wake(&state->lock);
    leat_lock_release(&state->lock);
    g_clear_error(&error);
}

void leat_writer_state_abort(LeatWriterState *state)
{
    leat_lock_acquire(&state->lock);
    state->aborted = true;
    state->progress.failed = true;
    g_clear_error(&state->error);
    g_set_error(&state->error, LEAT_ERROR, LEAT_ERROR_CANCELLED, "storing was cancelled");
    leat_lock_wake(&state->lock);
    leat_lock_release(&state->lock);
}

bool leat_writer_state_check(LeatWriterState *state, GError **error)
{
    bool failed;

    leat_lock_acquire(&state->lock);
    failed = state->error != NULL;
    if (failed && error)
        *error = g_error_copy(state->error);
    leat_lock_release(&state->lock);
    return !failed;
}

void leat_writer_state_set_progress(LeatWriterState *state, const LeatStoreProgress *progress)
{
    leat_lock_acquire(&state->lock);
    bool failed = state->progress.failed;

    state->progress = *progress;
    state->progress.failed = failed;
    state->lock_told = false;
    state->locked_since_ns = 0;
    leat_lock_release(&state->lock);
}

LeatStoreProgress leat_writer_state_progress(LeatWriterState *state)
{
    LeatStoreProgress progress;

    leat_lock_acquire(&state->lock);
    progress = state->progress;
    leat_lock_release(&state->lock);
    return progress;
}

void leat_writer_state_set_ledger(LeatWriterState *state, const LeatLedger *ledger,
                                  const LeatLoss *losses, size_t from, size_t count)
{
    leat_lock_acquire(&state->lock);
    leat_batch_set_ledger(&state->waiting, ledger, losses, from, count);
    leat_lock_release(&state->lock);
}

void leat_writer_state_add_prediction(LeatWriterState *state, const LeatPrediction *prediction)
{
    leat_lock_acquire(&state->lock);
    leat_batch_add_predictions(&state->waiting, prediction, 1);
    leat_lock_release(&state->lock);
}

void leat_writer_state_take_ledger(LeatWriterState *state, LeatBatch *batch)
{
    leat_lock_acquire(&state->lock);
    leat_batch_move_ledger(batch, &state->waiting);
    leat_batch_move_predictions(batch, &state->waiting);
    leat_lock_release(&state->lock);
}

uint64_t leat_writer_state_flushes(LeatWriterState *state)
{
    uint64_t flushes;

    leat_lock_acquire(&state->lock);
    flushes = state->flushes;
    leat_lock_release(&state->lock);
    return flushes;
}

void leat_writer_state_wait_flush(LeatWriterState *state, uint64_t before)
{
    leat_lock_acquire(&state->lock);
    while (state->flushes == before && !state->ended)
        leat_lock_wait(&state->lock, LEAT_FOREVER);
    leat_lock_release(&state->lock);
}

void leat_writer_state_flushed(LeatWriterState *state)
{
    leat_lock_acquire(&state->lock);
    state->flushes++;
    leat_lock_wake(&state->lock);
    leat_lock_release(&state->lock);
}

void leat_writer_state_end(LeatWriterState *state)
{
    leat_lock_acquire(&state->lock);
    state->ended = true;
    leat_lock_wake(&state->lock);
    leat_lock_release(&state->lock);
}
