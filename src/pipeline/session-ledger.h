/* SPDX-License-Identifier: MIT */
/* The running account of a session: what each stage counts, each loss with place, reason and
 * numbers, and the latency of what came through. Adjoining losses become one row, so that the list
 * stays short however long a fault lasts.
 *
 * Reference counted, since frames that are still on their way note their latency in it. Any
 * thread; it owns its lock. */
#ifndef LEAT_PIPELINE_SESSION_LEDGER_H
#define LEAT_PIPELINE_SESSION_LEDGER_H

#include "base/histogram.h"
#include "base/ledger.h"
#include "media/frame.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct LeatSessionLedger LeatSessionLedger;

/* The rows at the end of the list that may still grow; those before are final. */
#define LEAT_LOSS_ROWS_THAT_GROW 3

LeatSessionLedger *leat_session_ledger_new(GError **error);
LeatSessionLedger *leat_session_ledger_ref(LeatSessionLedger *ledger);
void leat_session_ledger_unref(LeatSessionLedger *ledger);

/* Adds each figure of `delta` to the account. */
void leat_session_ledger_add(LeatSessionLedger *ledger, const LeatLedger *delta);

/* Adds a loss to the list and its count to the stage's figure. The time of day is filled in. */
void leat_session_ledger_lose(LeatSessionLedger *ledger, LeatLossStage stage, int64_t first,
                              int64_t last, int64_t count, const char *reason);

/* Adds a hole in front of frame `seq`. */
void leat_session_ledger_add_hole(LeatSessionLedger *ledger, int64_t seq, int64_t duration_ns,
                                  const char *reason);

/* Counts one frame out of the filter; true when it must be offered to the record link: for the
 * pre-roll, or for a recording, whose offers are then counted too. One step, so that
 * record.offered = process.out while recording. */
bool leat_session_ledger_count_processed(LeatSessionLedger *ledger, int64_t seq);

/* The record link did not take a frame that was counted so. A loss of the recording that it is for;
 * of the pre-roll it is one once a recording begins with frames before it. */
void leat_session_ledger_refuse(LeatSessionLedger *ledger, int64_t seq, const char *reason);

/* How many frames were counted for the record link, ever. */
uint64_t leat_session_ledger_offers(LeatSessionLedger *ledger);

/* From here on frames are for the pre-roll, or not any more; not while recording. Returns the
 * number from which on. */
int64_t leat_session_ledger_set_pre_roll(LeatSessionLedger *ledger, bool on);

/* From here on frames are for recording, and the record figures start at 0. Returns the number from
 * which on. */
int64_t leat_session_ledger_begin_recording(LeatSessionLedger *ledger);

/* What became of the pre-roll's frames that a recording is to begin with. */
typedef struct {
    int64_t first;   /* number of the first one */
    int64_t taken;   /* frames that were taken from the record link, this one and those after it */
    int64_t skipped; /* of these */
    uint64_t ever;   /* frames that were taken from the record link, ever */
} LeatPreRollAccount;

/* The same as leat_session_ledger_begin_recording, but from the first of these on: they, and what
 * is still in the link, are counted as offered, and losses and holes since then are the
 * recording's. With a filter that makes frames of its own, it is not known exactly how many frames
 * that one was captured after. False when more was refused since then than could be noted: nothing
 * has begun. */
bool leat_session_ledger_begin_with_pre_roll(LeatSessionLedger *ledger,
                                             const LeatPreRollAccount *kept);

/* From here on they are not. What was offered before may still be on its way. */
void leat_session_ledger_end_recording(LeatSessionLedger *ledger);

/* A copy of the account: of the whole session, or of the recording, which counts from
 * begin_recording to end_recording. `losses` (may be NULL) receives those from number `from` on,
 * as an array to free with g_free, `count` their number. Losses of a recording are those noted
 * since it began. */
void leat_session_ledger_snapshot(LeatSessionLedger *ledger, bool of_recording, LeatLedger *figures,
                                  size_t from, LeatLoss **losses, size_t *count);

/* Makes `frame`'s latency, from capture to the last leat_frame_note_finished, count when its last
 * reference goes. Before publishing it. */
void leat_session_ledger_watch_latency(LeatSessionLedger *ledger, LeatFrame *frame);

LeatHistogramSummary leat_session_ledger_latency(LeatSessionLedger *ledger);

/* All latencies; valid as long as the ledger is. */
const LeatHistogram *leat_session_ledger_latencies(LeatSessionLedger *ledger);

#endif
