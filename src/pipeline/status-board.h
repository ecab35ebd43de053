/* SPDX-License-Identifier: MIT */
/* Where the stages post what the front end should know. Each posting wakes the pipeline's main
 * loop; the front end reads a plain copy. Any thread; it owns its lock. */
#ifndef LEAT_PIPELINE_STATUS_BOARD_H
#define LEAT_PIPELINE_STATUS_BOARD_H

#include "concurrency/waker.h"
#include "pipeline/pipeline.h"

#include <glib.h>
#include <stdbool.h>

typedef struct LeatStatusBoard LeatStatusBoard;

LeatStatusBoard *leat_status_board_new(GError **error);
void leat_status_board_free(LeatStatusBoard *board);

/* Woken at each posting; set before the stages start, NULL once they have ended. */
void leat_status_board_set_waker(LeatStatusBoard *board, LeatWaker *waker);

void leat_status_board_connecting(LeatStatusBoard *board);
void leat_status_board_live(LeatStatusBoard *board, const LeatSourceFormat *format);
void leat_status_board_away(LeatStatusBoard *board, const char *reason, int64_t retry_at_ns);
void leat_status_board_paused(LeatStatusBoard *board, bool paused);
void leat_status_board_ended(LeatStatusBoard *board);
void leat_status_board_source_failed(LeatStatusBoard *board, const GError *error);
/* Why nothing is said of frames, or NULL; posted only when it differs. */
void leat_status_board_predicting(LeatStatusBoard *board, const char *reason);

void leat_status_board_out_size(LeatStatusBoard *board, int width, int height);

/* Makes an idle recorder STARTING; false when it is not idle. One step, so that a recording which
 * ends and the next that begins can never be taken for one another. */
bool leat_status_board_claim_recorder(LeatStatusBoard *board);
void leat_status_board_recorder(LeatStatusBoard *board, LeatRecorderState state);
void leat_status_board_recorder_failed(LeatStatusBoard *board, const GError *error);
void leat_status_board_recording(LeatStatusBoard *board, int64_t id, const char *name,
                                 const char *file, int64_t pre_roll_ns);
/* Posts it only when it differs: it is told with every frame, and commits come four times a
 * second. */
void leat_status_board_progress(LeatStatusBoard *board, const LeatStoreProgress *progress);

void leat_status_board_finished(LeatStatusBoard *board);

/* A copy; returns the number of postings so far, which says whether anything is new. */
guint leat_status_board_get(LeatStatusBoard *board, LeatPipelineStatus *status);

#endif
