/* SPDX-License-Identifier: MIT */
/* Between the two halves of the player: player.c, which the main loop talks to and which owns the
 * lock, and player-run.c, which is the thread. For this folder only. */
#ifndef LEAT_APP_PLAYER_INTERNAL_H
#define LEAT_APP_PLAYER_INTERNAL_H

#include "app/player.h"
#include "concurrency/cancel.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum {
    LEAT_GO_NOWHERE,
    LEAT_GO_TO_FRAME,
    LEAT_GO_TO_TIME,
} LeatPlayerGo;

/* What is asked of the thread. The first part lasts; the second is done once. */
typedef struct {
    bool playing;
    double speed;
    int view_width, view_height;

    LeatPlayerGo go;
    int64_t go_to; /* frame or ns */
    int step;      /* frames, from there */
    bool turned;   /* playing or speed has changed */
    bool resized;
    bool look; /* marks and predictions may have changed */
} LeatPlayerOrders;

/* Waits for something new to do, or for the deadline; takes the orders. False when the thread shall
 * end. */
bool leat_player_take_orders(LeatPlayer *player, int64_t deadline_ns, LeatPlayerOrders *orders);

/* Whether there is another place to go to already. */
bool leat_player_is_overtaken(LeatPlayer *player);

/* All but playing, speed and settled, which are player.c's. */
void leat_player_tell(LeatPlayer *player, const LeatPlayerStatus *status);

/* At the end: playing is over, unless it was ordered anew. */
void leat_player_tell_end(LeatPlayer *player);

/* Take the reference. */
void leat_player_tell_picture(LeatPlayer *player, LeatFrame *picture);
void leat_player_tell_marks(LeatPlayer *player, GPtrArray *marks);

const char *leat_player_path(const LeatPlayer *player);
int64_t leat_player_recording(const LeatPlayer *player);

/* Triggered when the thread shall end. */
LeatCancel *leat_player_cancel(const LeatPlayer *player);

/* The thread's function. */
void leat_player_run(void *player);

#endif
