/* SPDX-License-Identifier: MIT */
#include "base/ledger.h"

#include <string.h>

static const char *const stage_names[] = {"capture", "process", "record"};

const char *leat_loss_stage_name(LeatLossStage stage)
{
    return stage_names[stage];
}

bool leat_loss_stage_parse(const char *name, LeatLossStage *stage)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(stage_names); i++) {
        if (g_str_equal(name, stage_names[i])) {
            *stage = (LeatLossStage)i;
            return true;
        }
    }
    return false;
}

bool leat_loss_extend(LeatLoss *loss, const LeatLoss *next)
{
    if (loss->stage != next->stage || loss->count == 0 || next->count == 0 ||
        next->first > loss->last + 1 || next->last < loss->first - 1 ||
        strcmp(loss->reason, next->reason) != 0)
        return false;
    loss->first = MIN(loss->first, next->first);
    loss->last = MAX(loss->last, next->last);
    loss->count += next->count;
    return true;
}

static char *unequal(const char *equation, int64_t left, int64_t right)
{
    return g_strdup_printf("%s does not hold: %" G_GINT64_FORMAT " is not %" G_GINT64_FORMAT,
                           equation, left, right);
}

int64_t leat_ledger_lost(const LeatLedger *ledger)
{
    return ledger->capture_lost + ledger->process.lost + ledger->record.lost;
}

char *leat_ledger_imbalance(const LeatLedger *l)
{
    int64_t sum = l->process.in + l->capture_lost;
    if (l->captured != sum)
        return unequal("captured = process.in + lost at capture", l->captured, sum);
    sum = l->record.stored + l->record.skipped + l->record.lost;
    if (l->record.offered != sum)
        return unequal("record.offered = stored + skipped + lost", l->record.offered, sum);
    sum = l->present.presented + l->present.replaced;
    if (l->present.offered != sum)
        return unequal("present.offered = presented + replaced", l->present.offered, sum);
    sum = l->predict.predicted + l->predict.replaced;
    if (l->predict.offered != sum)
        return unequal("predict.offered = predicted + replaced", l->predict.offered, sum);
    return NULL;
}
