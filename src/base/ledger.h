/* SPDX-License-Identifier: MIT */
/* The ledger's figures and losses as plain values: the pipeline counts them, a store keeps them, a
 * front end shows them. Every captured frame ends in one of these counts. */
#ifndef LEAT_BASE_LEDGER_H
#define LEAT_BASE_LEDGER_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
    LEAT_STAGE_CAPTURE, /* lost by the driver, in the source, or at the full link to the filter */
    LEAT_STAGE_PROCESS, /* the filter failed on it */
    LEAT_STAGE_RECORD,  /* the full record link, the encoder, or the store */
} LeatLossStage;

/* "capture", "process", "record". */
const char *leat_loss_stage_name(LeatLossStage stage);
bool leat_loss_stage_parse(const char *name, LeatLossStage *stage);

/* Frames lost in one place for one reason: `count` of those numbered first..last (with a filter
 * that drops frames, fewer than the range is wide). A hole, in which a source was away and nobody
 * knows how many frames would have come, has count 0, a duration, and the number of the first
 * frame after it in both first and last. */
typedef struct {
    LeatLossStage stage;
    char reason[160];
    int64_t first, last, count;
    int64_t wall_ns;     /* when it began, since 1970-01-01 UTC */
    int64_t duration_ns; /* of a hole, else 0 */
} LeatLoss;

/* True when `next` continues `loss` (same place and reason, adjoining or overlapping numbers,
 * neither is a hole); `loss` then covers both. */
bool leat_loss_extend(LeatLoss *loss, const LeatLoss *next);

typedef struct {
    int64_t captured;     /* frames that the source produced, those it lost included */
    int64_t capture_lost; /* of these, lost at stage capture */
    struct {
        int64_t in, out, lost;
    } process;
    struct {
        int64_t offered, stored, skipped, lost;
    } record;
    struct {
        int64_t offered, presented, replaced;
    } present;
    struct {
        int64_t offered, predicted, replaced;
    } predict;
    int64_t reconnects;
} LeatLedger;

/* Frames lost at any stage before they were stored. */
int64_t leat_ledger_lost(const LeatLedger *ledger);

/* NULL when the sums agree once nothing is in flight:
 *     captured = process.in + capture_lost
 *     record.offered = stored + skipped + lost
 *     present.offered = presented + replaced, and the same for predict
 * else the first equation that fails, with its figures. Free with g_free. */
char *leat_ledger_imbalance(const LeatLedger *ledger);

#endif
