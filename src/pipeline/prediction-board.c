/* SPDX-License-Identifier: MIT */
#include "pipeline/prediction-board.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/pages.h"
#include "concurrency/lock.h"

/* Over a second of a fast camera, where the recorder looks 20 times a second. */
enum { ROOM = 128 };

struct LeatPredictionBoard {
    LeatLock lock;
    /* Under the lock. */
    LeatPrediction ring[ROOM];
    unsigned first, count;
    LeatPrediction latest;
    bool has_latest;
    bool ended;
};

LeatPredictionBoard *leat_prediction_board_new(GError **error)
{
    /* So large a piece, given back, makes malloc tidy up its heap, which the main loop has no time
     * for. */
    LeatPredictionBoard *board = leat_pages_new(sizeof(*board));
    if (!board)
        return leat_error_no_memory(error, sizeof(*board), "the board of predictions");
    if (!leat_lock_init(&board->lock, error)) {
        leat_pages_free(board, sizeof(*board));
        return NULL;
    }
    return board;
}

void leat_prediction_board_free(LeatPredictionBoard *board)
{
    if (!board)
        return;
    leat_lock_finish(&board->lock);
    leat_pages_free(board, sizeof(*board));
}

void leat_prediction_board_post(LeatPredictionBoard *board, const LeatPrediction *prediction)
{
    leat_lock_acquire(&board->lock);
    if (board->count == ROOM) {
        board->first = (board->first + 1) % ROOM;
        board->count--;
    }
    board->ring[(board->first + board->count) % ROOM] = *prediction;
    board->count++;
    board->latest = *prediction;
    board->has_latest = true;
    leat_lock_release(&board->lock);
}

bool leat_prediction_board_take(LeatPredictionBoard *board, LeatPrediction *prediction)
{
    leat_lock_acquire(&board->lock);
    bool got = board->count > 0;
    if (got) {
        *prediction = board->ring[board->first];
        board->first = (board->first + 1) % ROOM;
        board->count--;
    }
    leat_lock_release(&board->lock);
    return got;
}

bool leat_prediction_board_latest(LeatPredictionBoard *board, LeatPrediction *prediction)
{
    leat_lock_acquire(&board->lock);
    bool has = board->has_latest;
    if (has)
        *prediction = board->latest;
    leat_lock_release(&board->lock);
    return has;
}

void leat_prediction_board_end(LeatPredictionBoard *board)
{
    leat_lock_acquire(&board->lock);
    board->ended = true;
    leat_lock_wake(&board->lock);
    leat_lock_release(&board->lock);
}

void leat_prediction_board_wait_end(LeatPredictionBoard *board, int64_t timeout_ns)
{
    int64_t deadline_ns = leat_clock_deadline_ns(timeout_ns);
    leat_lock_acquire(&board->lock);
    while (!board->ended && leat_lock_wait(&board->lock, deadline_ns))
        ;
    leat_lock_release(&board->lock);
}

void leat_prediction_board_clear(LeatPredictionBoard *board)
{
    leat_lock_acquire(&board->lock);
    board->has_latest = false;
    leat_lock_release(&board->lock);
}
