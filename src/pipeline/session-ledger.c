/* SPDX-License-Identifier: MIT */
#include "pipeline/session-ledger.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/pages.h"
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
    LeatLoss *losses; /* room for MAX_LOSSES + STAGES, with `early` behind it */
    size_t loss_count;
    size_t unmergeable; /* rows below this one are as they are */
    bool recording, ended;
    LeatLedger before;    /* the figures when the recording began */
    LeatLedger at_end;    /* the recording's own when it ended */
    size_t losses_before; /* rows below this one are older than the recording */
    size_t losses_at_end; /* from here on only its own stage's are its, once it has ended */
    int64_t next_seq;     /* after the last frame that was processed */
    int64_t from, until;  /* the recording's numbers */
    bool pre_roll;        /* frames are for it */
    uint64_t offers;      /* for the record link, ever */
    uint64_t refused;     /* of these */
    LeatLoss *early;      /* the pre-roll's refused ones: a ring with room for EARLY */
    size_t early_first, early_count;
    int64_t early_from; /* refused ones below this number may have left the ring */
};

/* Losses are merged as they come. A fault that alternates between reasons could still fill memory:
 * past this many rows there is one more for each stage, which takes the rest. */
enum { MAX_LOSSES = 20000, STAGES = LEAT_LOSS_ROWS_THAT_GROW };

enum { EARLY = 1000 };

#define LOSSES_BYTES ((MAX_LOSSES + STAGES + EARLY) * sizeof(LeatLoss))

LeatSessionLedger *leat_session_ledger_new(GError **error)
{
    LeatSessionLedger *ledger = calloc(1, sizeof(*ledger));
    if (!ledger)
        return leat_error_no_memory(error, sizeof(*ledger), "the ledger");
    if (!leat_lock_init(&ledger->lock, error)) {
        free(ledger);
        return NULL;
    }
    /* Made whole, so that noting a loss never fails. */
    ledger->losses = leat_pages_new(LOSSES_BYTES);
    if (!ledger->losses)
        leat_error_no_memory(error, LOSSES_BYTES, "the list of losses");
    ledger->latency = ledger->losses ? leat_histogram_new(error) : NULL;
    if (!ledger->latency) {
        leat_pages_free(ledger->losses, LOSSES_BYTES);
        leat_lock_finish(&ledger->lock);
        free(ledger);
        return NULL;
    }
    ledger->early = ledger->losses + MAX_LOSSES + STAGES;
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
    leat_pages_free(ledger->losses, LOSSES_BYTES);
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

static LeatLoss make_loss(LeatLossStage stage, int64_t first, int64_t last, int64_t count,
                          const char *reason)
{
    LeatLoss loss = {.stage = stage,
                     .first = first,
                     .last = last,
                     .count = count,
                     .wall_ns = leat_clock_wall_ns()};
    g_strlcpy(loss.reason, reason, sizeof(loss.reason));
    return loss;
}

static void note_and_count(LeatSessionLedger *ledger, const LeatLoss *loss)
{
    note(ledger, loss);
    if (loss->stage == LEAT_STAGE_CAPTURE)
        ledger->figures.capture_lost += loss->count;
    else if (loss->stage == LEAT_STAGE_PROCESS)
        ledger->figures.process.lost += loss->count;
    else
        ledger->figures.record.lost += loss->count;
}

void leat_session_ledger_lose(LeatSessionLedger *ledger, LeatLossStage stage, int64_t first,
                              int64_t last, int64_t count, const char *reason)
{
    LeatLoss loss = make_loss(stage, first, last, count, reason);
    leat_lock_acquire(&ledger->lock);
    note_and_count(ledger, &loss);
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

bool leat_session_ledger_count_processed(LeatSessionLedger *ledger, int64_t seq)
{
    leat_lock_acquire(&ledger->lock);
    bool offered = ledger->recording || ledger->pre_roll;
    ledger->figures.process.out++;
    ledger->figures.record.offered += ledger->recording;
    ledger->offers += offered;
    ledger->next_seq = seq + 1;
    leat_lock_release(&ledger->lock);
    return offered;
}

static void note_early(LeatSessionLedger *ledger, const LeatLoss *loss)
{
    size_t last = (ledger->early_first + ledger->early_count + EARLY - 1) % EARLY;
    if (ledger->early_count > 0 && leat_loss_extend(&ledger->early[last], loss))
        return;
    if (ledger->early_count == EARLY) {
        ledger->early_from = ledger->early[ledger->early_first].last + 1;
        ledger->early_first = (ledger->early_first + 1) % EARLY;
        ledger->early_count--;
    }
    ledger->early[(ledger->early_first + ledger->early_count++) % EARLY] = *loss;
}

void leat_session_ledger_refuse(LeatSessionLedger *ledger, int64_t seq, const char *reason)
{
    LeatLoss loss = make_loss(LEAT_STAGE_RECORD, seq, seq, 1, reason);
    leat_lock_acquire(&ledger->lock);
    ledger->refused++;
    if (ledger->pre_roll)
        note_early(ledger, &loss);
    else if (seq >= ledger->from && seq < ledger->until)
        note_and_count(ledger, &loss);
    leat_lock_release(&ledger->lock);
}

uint64_t leat_session_ledger_offers(LeatSessionLedger *ledger)
{
    leat_lock_acquire(&ledger->lock);
    uint64_t offers = ledger->offers;
    leat_lock_release(&ledger->lock);
    return offers;
}

int64_t leat_session_ledger_set_pre_roll(LeatSessionLedger *ledger, bool on)
{
    leat_lock_acquire(&ledger->lock);
    int64_t from = ledger->next_seq;
    ledger->pre_roll = on;
    ledger->early_count = 0;
    ledger->early_from = 0;
    leat_lock_release(&ledger->lock);
    return from;
}

/* Leaves out what is still on its way to the filter, to the screen and to a model: a recording
 * begins and ends in mid-stream, and its sums must agree. */
static void settle(LeatLedger *figures)
{
    figures->captured = figures->process.in + figures->capture_lost;
    figures->present.offered = figures->present.presented + figures->present.replaced;
    figures->predict.offered = figures->predict.predicted + figures->predict.replaced;
}

static void begin(LeatSessionLedger *ledger, int64_t from)
{
    memset(&ledger->figures.record, 0, sizeof(ledger->figures.record));
    ledger->before = ledger->figures;
    settle(&ledger->before);
    ledger->losses_before = ledger->loss_count;
    ledger->from = from;
    ledger->until = INT64_MAX;
    ledger->recording = true;
    ledger->ended = ledger->pre_roll = false;
}

int64_t leat_session_ledger_begin_recording(LeatSessionLedger *ledger)
{
    leat_lock_acquire(&ledger->lock);
    int64_t from = ledger->next_seq;
    begin(ledger, from);
    ledger->unmergeable = ledger->loss_count;
    leat_lock_release(&ledger->lock);
    return from;
}

/* Makes the rows of losses behind frame `first` the recording's. */
static void take_losses(LeatSessionLedger *ledger, int64_t first)
{
    LeatLedger *before = &ledger->before;
    size_t start = ledger->loss_count;
    for (; start > 0 && start <= MAX_LOSSES; start--) {
        const LeatLoss *loss = &ledger->losses[start - 1];
        if (loss->first <= first || loss->stage == LEAT_STAGE_RECORD)
            break;
        if (loss->stage == LEAT_STAGE_CAPTURE)
            before->capture_lost -= loss->count;
        else
            before->process.lost -= loss->count;
    }
    ledger->losses_before = start;
    ledger->unmergeable = MAX(ledger->unmergeable, start);
}

/* And those that the link refused, which nobody has told yet. */
static void take_refused(LeatSessionLedger *ledger, int64_t first)
{
    for (size_t i = 0; i < ledger->early_count; i++) {
        const LeatLoss *loss = &ledger->early[(ledger->early_first + i) % EARLY];
        if (loss->first > first)
            note_and_count(ledger, loss);
    }
}

bool leat_session_ledger_begin_with_pre_roll(LeatSessionLedger *ledger,
                                             const LeatPreRollAccount *kept)
{
    LeatLedger *before = &ledger->before, *figures = &ledger->figures;
    leat_lock_acquire(&ledger->lock);
    bool known = kept->first >= ledger->early_from;
    if (known) {
        begin(ledger, kept->first);
        take_losses(ledger, kept->first);
        take_refused(ledger, kept->first);
        int64_t in_link = (int64_t)(ledger->offers - ledger->refused - kept->ever);
        figures->record.skipped = kept->skipped;
        figures->record.offered = kept->taken + in_link + figures->record.lost;
        before->process.out -= figures->record.offered;
        /* Frames are numbered as they are captured, unless a filter makes some. */
        before->process.in = CLAMP(kept->first - before->capture_lost, 0, figures->process.in);
        before->captured = before->process.in + before->capture_lost;
    }
    leat_lock_release(&ledger->lock);
    return known;
}

void leat_session_ledger_end_recording(LeatSessionLedger *ledger)
{
    leat_lock_acquire(&ledger->lock);
    if (ledger->recording) {
        ledger->at_end = ledger->figures;
        settle(&ledger->at_end);
        combine(&ledger->at_end, &ledger->before, -1);
        ledger->losses_at_end = ledger->unmergeable = ledger->loss_count;
        ledger->until = ledger->next_seq;
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
