/* SPDX-License-Identifier: MIT */
/* The record stage: starts and ends recordings on command and feeds the recorder from the record
 * link. The step belongs to one thread at a time; the commands are for any. */
#ifndef LEAT_PIPELINE_RECORD_STAGE_H
#define LEAT_PIPELINE_RECORD_STAGE_H

#include "pipeline/link.h"
#include "pipeline/stage.h"

typedef struct LeatRecordStage LeatRecordStage;

/* `source` is the text for the file. */
LeatRecordStage *leat_record_stage_new(const LeatStageContext *context, LeatLink *in,
                                       const char *source, GError **error);

/* A recording that is still under way must have ended. */
void leat_record_stage_free(LeatRecordStage *stage);

/* Before the first step: opens the recorder at once, so that its errors are told at once. */
bool leat_record_stage_start_now(LeatRecordStage *stage, const LeatRecordingRequest *request,
                                 const char *filter, GError **error);

/* Opens it at the next step; failures come as status. BUSY while another has not ended, CANCELLED
 * once the stage has. */
bool leat_record_stage_start(LeatRecordStage *stage, const LeatRecordingRequest *request,
                             const char *filter, GError **error);

/* Ends the recording once all that was offered until now is stored. */
void leat_record_stage_stop(LeatRecordStage *stage);

/* With ns 0 there is none. `filter` is the graph in force. Asked for before
 * leat_record_stage_begin, it holds the first frame too. */
void leat_record_stage_set_pre_roll(LeatRecordStage *stage, const LeatPreRoll *pre_roll,
                                    const char *filter);

/* Before the first frame is offered, by whoever starts the stages. */
void leat_record_stage_begin(LeatRecordStage *stage);

LeatStep leat_record_stage_step(LeatRecordStage *stage, int64_t timeout_ns);

#endif
