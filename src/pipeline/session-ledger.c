/* SPDX-License-Identifier: MIT */
#include "pipeline/session-ledger.h"

#include "base/clock.h"
#include "base/error.h"
#include "concurrency/lock.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct LeatSessionLedger {
    atomic_uint references;
    LeatHistogram *latency; /* set once; wait-free inside */

    LeatLock lock;
    /* Under the lock. */
    LeatLedger figures;
    LeatLoss *losses; /* room for MAX_LOSSES + STAGES */
    size_t loss_count;
    size_t unmergeable; /* rows below this one are as they are */
    bool recording, ended;
    LeatLedger before;    /* the figures when the recording began */
    LeatLedger at_end;    /* the recording's own when it ended */
    size_t losses_before; /* rows below this one are older than the recording */
    size_t losses_at_end; /* from here on only its own stage's are its, once it has ended */
};

/* Losses are merged as they come. A fault that alternates between reasons could still fill memory:
 * past this many rows there is one more for each stage, which takes the rest. */
enum { MAX_LOSSES = 20000, STAGES = LEAT_LOSS_ROWS_THAT_GROW };

LeatSessionLedger *leat_session_ledger_new(GError **error)
{
    LeatSessionLedger *ledger = calloc(1, sizeof(*ledger));
    if (!ledger)
        return leat_error_no_memory(error, sizeof(*ledger), "the ledger");
    if (!leat_lock_init(&ledger->lock, error)) {
        free(ledger);
        return NULL;
    }
    /* Made whole, so that noting a loss never fails; the system gives its pages when used. */
    ledger->losses = calloc(MAX_LOSSES + STAGES, sizeof(*ledger->losses));
    ledger->latency = leat_histogram_new(ledger->losses ? error : NULL);
    if (!ledger->losses || !ledger->latency) {
        if (!ledger->losses)
            leat_error_no_memory(error, MAX_LOSSES * sizeof(*ledger->losses), "the list of losses");
        leat_histogram_free(ledger->latency);
        free(ledger->losses);
        leat_lock_finish(&ledger->lock);
        free(ledger);
        return NULL;
    }
    atomic_init(&ledger->references, 1);
    return ledger;
}

LeatSessionLedger *leat_session_ledger_ref(LeatSessionLedger *ledger)
{
    atomic_fetch_add_explicit(&ledger->references, 1, memory_order_relaxed);
    return ledger;
}

void leat_session_ledger_unref(LeatSessionLedger *ledger)
{
    if (!ledger || atomic_fetch_sub_explicit(&ledger->references, 1, memory_order_acq_rel) != 1)
        return;
    leat_histogram_free(ledger->latency);
    leat_lock_finish(&ledger->lock);
    free(ledger->losses);
    free(ledger);
}

/* A ledger is nothing but counters, so that it can be added to field by field. */
enum { FIGURES = sizeof(LeatLedger) / sizeof(int64_t) };
_Static_assert(sizeof(LeatLedger) == FIGURES * sizeof(int64_t), "figures are int64_t");

static void combine(LeatLedger *sum, const LeatLedger *other, int sign)
{
    int64_t a[FIGURES], b[FIGURES];
    memcpy(a, sum, sizeof(a));
    memcpy(b, other, sizeof(b));
    for (int i = 0; i < FIGURES; i++)
        a[i] += sign * b[i];
    memcpy(sum, a, sizeof(a));
}

void leat_session_ledger_add(LeatSessionLedger *ledger, const LeatLedger *delta)
{
    leat_lock_acquire(&ledger->lock);
    combine(&ledger->figures, delta, 1);
    leat_lock_release(&ledger->lock);
}

static void note(LeatSessionLedger *ledger, const LeatLoss *loss)
{
    if (ledger->loss_count > ledger->unmergeable &&
        leat_loss_extend(&ledger->losses[ledger->loss_count - 1], loss))
        return;
    for (size_t i = MAX_LOSSES; i < ledger->loss_count; i++) {
        LeatLoss *row = &ledger->losses[i];
        if (row->stage == loss->stage) {
            row->first = MIN(row->first, loss->first);
            row->last = MAX(row->last, loss->last);
            row->count += loss->count;
            return;
        }
    }
    ledger->losses[ledger->loss_count] = *loss;
    if (ledger->loss_count++ >= MAX_LOSSES)
        g_strlcpy(ledger->losses[ledger->loss_count - 1].reason,
                  "various: too many different losses to list them all", sizeof(loss->reason));
}

void leat_session_ledger_lose(LeatSessionLedger *ledger, LeatLossStage stage, int64_t first,
                              int64_t last, int64_t count, const char *reason)
{
    LeatLoss loss = {.stage = stage,
                     .first = first,
                     .last = last,
                     .count = count,
                     .wall_ns = leat_clock_wall_ns()};
    g_strlcpy(loss.reason, reason, sizeof(loss.reason));
    leat_lock_acquire(&ledger->lock);
    note(ledger, &loss);
    if (stage == LEAT_STAGE_CAPTURE)
        ledger->figures.capture_lost += count;
    else if (stage == LEAT_STAGE_PROCESS)
        ledger->figures.process.lost += count;
    else
        ledger->figures.record.lost += count;
    leat_lock_release(&ledger->lock);
}

void leat_session_ledger_add_hole(LeatSessionLedger *ledger, int64_t seq, int64_t duration_ns,
                                  const char *reason)
{
    LeatLoss hole = {.stage = LEAT_STAGE_CAPTURE,
                     .first = seq,
                     .last = seq,
                     .wall_ns = leat_clock_wall_ns() - duration_ns,
                     .duration_ns = duration_ns};
    g_strlcpy(hole.reason, reason, sizeof(hole.reason));
    leat_lock_acquire(&ledger->lock);
    note(ledger, &hole);
    leat_lock_release(&ledger->lock);
}

bool leat_session_ledger_count_processed(LeatSessionLedger *ledger)
{
    leat_lock_acquire(&ledger->lock);
    bool recording = ledger->recording;
    ledger->figures.process.out++;
    ledger->figures.record.offered += recording;
    leat_lock_release(&ledger->lock);
    return recording;
}

/* Leaves out what is still on its way to the filter, to the screen and to a model: a recording
 * begins and ends in mid-stream, and its sums must agree. */
static void settle(LeatLedger *figures)
{
    figures->captured = figures->process.in + figures->capture_lost;
    figures->present.offered = figures->present.presented + figures->present.replaced;
    figures->predict.offered = figures->predict.predicted + figures->predict.replaced;
}

void leat_session_ledger_begin_recording(LeatSessionLedger *ledger)
{
    leat_lock_acquire(&ledger->lock);
    memset(&ledger->figures.record, 0, sizeof(ledger->figures.record));
    ledger->before = ledger->figures;
    settle(&ledger->before);
    ledger->losses_before = ledger->unmergeable = ledger->loss_count;
    ledger->recording = true;
    ledger->ended = false;
    leat_lock_release(&ledger->lock);
}

void leat_session_ledger_end_recording(LeatSessionLedger *ledger)
{
    leat_lock_acquire(&ledger->lock);
    if (ledger->recording) {
        ledger->at_end = ledger->figures;
        settle(&ledger->at_end);
        combine(&ledger->at_end, &ledger->before, -1);
        ledger->losses_at_end = ledger->unmergeable = ledger->loss_count;
        ledger->recording = false;
        ledger->ended = true;
    }
    leat_lock_release(&ledger->lock);
}

static void recording_figures(const LeatSessionLedger *ledger, LeatLedger *figures)
{
    if (ledger->ended) {
        *figures = ledger->at_end;
    } else {
        *figures = ledger->figures;
        combine(figures, &ledger->before, -1);
    }
    figures->record = ledger->figures.record;
    /* A picture on its way to the screen or to a model is no matter of the recording's. */
    figures->present.offered = figures->present.presented + figures->present.replaced;
    figures->predict.offered = figures->predict.predicted + figures->predict.replaced;
}

static LeatLoss *copy_losses(const LeatSessionLedger *ledger, bool of_recording, size_t from,
                             size_t *count)
{
    size_t start = of_recording ? ledger->losses_before : 0;
    LeatLoss *copy = g_new(LeatLoss, ledger->loss_count - start);
    *count = 0;
    for (size_t i = start; i < ledger->loss_count; i++) {
        const LeatLoss *loss = &ledger->losses[i];
        if (of_recording && ledger->ended && i >= ledger->losses_at_end &&
            loss->stage != LEAT_STAGE_RECORD)
            continue;
        if (from > 0)
            from--;
        else
            copy[(*count)++] = *loss;
    }
    return copy;
}

void leat_session_ledger_snapshot(LeatSessionLedger *ledger, bool of_recording, LeatLedger *figures,
                                  size_t from, LeatLoss **losses, size_t *count)
{
    leat_lock_acquire(&ledger->lock);
    if (of_recording)
        recording_figures(ledger, figures);
    else
        *figures = ledger->figures;
    if (losses && count)
        *losses = copy_losses(ledger, of_recording, from, count);
    leat_lock_release(&ledger->lock);
}

static void note_latency(int64_t captured_ns, int64_t finished_ns, void *data)
{
    LeatSessionLedger *ledger = data;
    if (finished_ns > 0)
        leat_histogram_record(ledger->latency, finished_ns - captured_ns);
    leat_session_ledger_unref(ledger);
}

void leat_session_ledger_watch_latency(LeatSessionLedger *ledger, LeatFrame *frame)
{
    leat_frame_set_release(frame, note_latency, leat_session_ledger_ref(ledger));
}

LeatHistogramSummary leat_session_ledger_latency(LeatSessionLedger *ledger)
{
    return leat_histogram_summary(ledger->latency);
}

const LeatHistogram *leat_session_ledger_latencies(LeatSessionLedger *ledger)
{
    return ledger->latency;
}
