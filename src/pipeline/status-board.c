/* SPDX-License-Identifier: MIT */
#include "pipeline/status-board.h"

#include "base/clock.h"
#include "base/error.h"
#include "concurrency/lock.h"

#include <stdlib.h>
#include <string.h>

struct LeatStatusBoard {
    LeatWaker *waker; /* set while no stage runs */

    LeatLock lock;
    /* Under the lock. */
    LeatPipelineStatus status;
    guint postings;
};

LeatStatusBoard *leat_status_board_new(GError **error)
{
    LeatStatusBoard *board = calloc(1, sizeof(*board));
    if (!board)
        return leat_error_no_memory(error, sizeof(*board), "the status");
    if (!leat_lock_init(&board->lock, error)) {
        free(board);
        return NULL;
    }
    return board;
}

void leat_status_board_free(LeatStatusBoard *board)
{
    if (!board)
        return;
    leat_lock_finish(&board->lock);
    free(board);
}

void leat_status_board_set_waker(LeatStatusBoard *board, LeatWaker *waker)
{
    board->waker = waker;
}

static LeatPipelineStatus *begin(LeatStatusBoard *board)
{
    leat_lock_acquire(&board->lock);
    return &board->status;
}

static void post(LeatStatusBoard *board)
{
    board->postings++;
    leat_lock_release(&board->lock);
    if (board->waker)
        leat_waker_wake(board->waker);
}

void leat_status_board_connecting(LeatStatusBoard *board)
{
    begin(board)->source = LEAT_SOURCE_STATE_CONNECTING;
    post(board);
}

void leat_status_board_live(LeatStatusBoard *board, const LeatSourceFormat *format)
{
    LeatPipelineStatus *status = begin(board);
    status->source = LEAT_SOURCE_STATE_LIVE;
    status->format = *format;
    status->source_reason[0] = '\0';
    post(board);
}

void leat_status_board_away(LeatStatusBoard *board, const char *reason, int64_t retry_at_ns)
{
    LeatPipelineStatus *status = begin(board);
    status->source = LEAT_SOURCE_STATE_AWAY;
    status->retry_at_ns = retry_at_ns;
    g_strlcpy(status->source_reason, reason, sizeof(status->source_reason));
    post(board);
}

void leat_status_board_paused(LeatStatusBoard *board, bool paused)
{
    LeatPipelineStatus *status = begin(board);
    status->paused = paused;
    if (!paused)
        status->resumed_ns = leat_clock_now_ns();
    post(board);
}

void leat_status_board_ended(LeatStatusBoard *board)
{
    LeatPipelineStatus *status = begin(board);
    status->source = LEAT_SOURCE_STATE_ENDED;
    status->paused = false;
    post(board);
}

void leat_status_board_source_failed(LeatStatusBoard *board, const GError *error)
{
    LeatPipelineStatus *status = begin(board);
    status->source = LEAT_SOURCE_STATE_FAILED;
    status->paused = false;
    status->source_error = error->code;
    g_strlcpy(status->source_reason, error->message, sizeof(status->source_reason));
    post(board);
}

void leat_status_board_predicting(LeatStatusBoard *board, const char *reason)
{
    char *shown = begin(board)->predict_reason;
    if (strncmp(shown, reason ? reason : "", sizeof(board->status.predict_reason) - 1) == 0) {
        leat_lock_release(&board->lock);
        return;
    }
    g_strlcpy(shown, reason ? reason : "", sizeof(board->status.predict_reason));
    post(board);
}

void leat_status_board_out_size(LeatStatusBoard *board, int width, int height)
{
    LeatPipelineStatus *status = begin(board);
    status->out_width = width;
    status->out_height = height;
    post(board);
}

bool leat_status_board_claim_recorder(LeatStatusBoard *board)
{
    LeatPipelineStatus *status = begin(board);
    bool idle = status->recorder == LEAT_RECORDER_OFF || status->recorder == LEAT_RECORDER_FAILED;
    if (!idle) {
        leat_lock_release(&board->lock);
        return false;
    }
    status->recorder = LEAT_RECORDER_STARTING;
    status->recording_error = 0;
    status->recording_reason[0] = '\0';
    status->progress = (LeatStoreProgress){0};
    status->pre_roll_ns = 0;
    post(board);
    return true;
}

void leat_status_board_recorder(LeatStatusBoard *board, LeatRecorderState state)
{
    begin(board)->recorder = state;
    post(board);
}

void leat_status_board_recorder_failed(LeatStatusBoard *board, const GError *error)
{
    LeatPipelineStatus *status = begin(board);
    status->recorder = LEAT_RECORDER_FAILED;
    status->recording_error = error->code;
    g_strlcpy(status->recording_reason, error->message, sizeof(status->recording_reason));
    post(board);
}

void leat_status_board_recording(LeatStatusBoard *board, int64_t id, const char *name,
                                 const char *file, int64_t pre_roll_ns)
{
    LeatPipelineStatus *status = begin(board);
    status->recording_id = id;
    status->pre_roll_ns = pre_roll_ns;
    g_strlcpy(status->recording_name, name ? name : "", sizeof(status->recording_name));
    g_strlcpy(status->recording_file, file, sizeof(status->recording_file));
    post(board);
}

static bool same_progress(const LeatStoreProgress *a, const LeatStoreProgress *b)
{
    return a->stored == b->stored && a->bytes == b->bytes && a->file_bytes == b->file_bytes &&
           a->disk_free == b->disk_free && a->last_commit_ns == b->last_commit_ns &&
           a->stalled == b->stalled && a->failed == b->failed;
}

void leat_status_board_progress(LeatStatusBoard *board, const LeatStoreProgress *progress)
{
    LeatPipelineStatus *status = begin(board);
    bool changed = !same_progress(&status->progress, progress);
    status->progress = *progress;
    if (changed)
        post(board);
    else
        leat_lock_release(&board->lock);
}

void leat_status_board_finished(LeatStatusBoard *board)
{
    begin(board)->finished = true;
    post(board);
}

guint leat_status_board_get(LeatStatusBoard *board, LeatPipelineStatus *status)
{
    leat_lock_acquire(&board->lock);
    *status = board->status;
    guint postings = board->postings;
    leat_lock_release(&board->lock);
    return postings;
}
