/* SPDX-License-Identifier: MIT */
/* Records frames: encodes those that --record-rate wants, and hands the packets to the store's
 * writer. It tells the caller what became of each frame through the session's ledger.
 *
 * Owned and used by one thread at a time. The context's abort makes whatever waits for the store
 * return. */
#ifndef LEAT_PIPELINE_RECORDER_H
#define LEAT_PIPELINE_RECORDER_H

#include "pipeline/packet-ring.h"
#include "pipeline/record-encoder.h"
#include "pipeline/stage.h"

#include <glib.h>
#include <stdbool.h>

typedef struct LeatRecorder LeatRecorder;

/* `source` and `filter` are texts for the file, without passwords. Checks path and name. */
LeatRecorder *leat_recorder_open(const LeatStageContext *context,
                                 const LeatRecordingRequest *request, const char *source,
                                 const char *filter, GError **error);

/* Before the first frame: takes over what was kept, and goes on with the encoder that made it.
 * False with an error when nothing can be recorded: leat_recorder_finish then accounts for these
 * frames. */
bool leat_recorder_go_on(LeatRecorder *recorder, LeatRecordEncoder *encoder, LeatPacketRing *kept,
                         GError **error);

/* Takes one offered frame: skips it, or encodes and adds it. A frame that the encoder alone refused
 * is lost, loudly, and the next may pass. False with an error when nothing more can be recorded:
 * leat_recorder_finish then accounts for this frame too. */
bool leat_recorder_add(LeatRecorder *recorder, LeatFrame *frame, GError **error);

/* Passes the ledger to the file's next commit, and what was committed to the ledger and the status.
 * Call it often. False with the error that ended storing. */
bool leat_recorder_update(LeatRecorder *recorder, GError **error);

/* Ends the recording: encodes and commits what is left, or, when `failure` is given, counts it as
 * lost for that reason. Settles the ledger, so that record.offered = stored + skipped + lost for
 * all frames that were added. False with an error when the end could not be stored. Frees it. */
bool leat_recorder_finish(LeatRecorder *recorder, const GError *failure, GError **error);

#endif
