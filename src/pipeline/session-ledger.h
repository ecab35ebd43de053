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

/* Counts one frame out of the filter; true when it must be offered to the record link, which is
 * then counted too. One step, so that record.offered = process.out while recording. */
bool leat_session_ledger_count_processed(LeatSessionLedger *ledger);

/* From here on frames are for recording, and the record figures start at 0. */
void leat_session_ledger_begin_recording(LeatSessionLedger *ledger);

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
