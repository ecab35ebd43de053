/* SPDX-License-Identifier: MIT */
/* Keeps the pre-roll (LeatPreRoll in pipeline.h): encodes each frame that comes and holds the
 * latest packets, until a recording takes them over. Nothing that happens in it is a failure: where
 * packets do not go together, or cannot be kept, it begins anew.
 *
 * Owned and used by one thread at a time. */
#ifndef LEAT_PIPELINE_PRE_ROLL_H
#define LEAT_PIPELINE_PRE_ROLL_H

#include "pipeline/packet-ring.h"
#include "pipeline/record-encoder.h"
#include "pipeline/stage.h"

#include <glib.h>
#include <stdbool.h>

typedef struct LeatPreRollKeeper LeatPreRollKeeper;

/* `filter` is the graph in force. */
LeatPreRollKeeper *leat_pre_roll_keeper_new(const LeatStageContext *context,
                                            const LeatPreRoll *pre_roll, const char *filter,
                                            GError **error);

/* NULL is fine. */
void leat_pre_roll_keeper_free(LeatPreRollKeeper *keeper);

void leat_pre_roll_keeper_add(LeatPreRollKeeper *keeper, LeatFrame *frame);

/* Whether no packet is kept. */
bool leat_pre_roll_keeper_is_empty(const LeatPreRollKeeper *keeper);

/* Whether there is something kept that such a recording can begin with. `account` then says what
 * became of it, but for `ever`. */
bool leat_pre_roll_keeper_fits(const LeatPreRollKeeper *keeper, const LeatRecordEncoding *encoding,
                               LeatPreRollAccount *account);

/* Gives away what is kept, and the encoder that goes on with it. */
void leat_pre_roll_keeper_take(LeatPreRollKeeper *keeper, LeatRecordEncoder **encoder,
                               LeatPacketRing **kept);

#endif
