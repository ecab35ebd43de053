/* SPDX-License-Identifier: MIT */
/* Between the two files of the player's thread: player-run.c, which obeys and shows, and
 * player-play.c, which lets time go on. For these alone, on that thread. */
#ifndef LEAT_APP_PLAYER_RUN_INTERNAL_H
#define LEAT_APP_PLAYER_RUN_INTERNAL_H

#include "app/frame-reader.h"
#include "app/player-facts.h"
#include "app/player-internal.h"
#include "media/scaler.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    LeatPlayer *player;
    LeatPlayerFacts facts;
    LeatFrameReader *reader;
    LeatScaler *scaler;
    LeatPlayerOrders orders;
    LeatPlayerStatus status;

    LeatFrame *shown; /* as decoded */
    LeatFrame *next;  /* to be shown after it, decoded ahead */
    LeatFrame *late;  /* the last one passed over since; shown after all if none comes after it */
    bool jumped;      /* the reader stands elsewhere than after `shown` and `next` */

    /* While playing: the moment `anchor_ns` of the clock shows `anchor_at` of the recording. */
    int64_t anchor_ns, anchor_at;
    bool anchored;
    bool starved; /* it came to the end of a recording that grows */

    int64_t last_shown_ns;
    GHashTable *damaged; /* numbers of the frames passed over */
} LeatPlayerRun;

/* Of a frame, since the recording's first, ns. */
int64_t leat_player_run_time_of(const LeatPlayerRun *run, const LeatFrame *frame);

void leat_player_run_tell(LeatPlayerRun *run);

/* Takes the reference. */
void leat_player_run_show(LeatPlayerRun *run, LeatFrame *frame);

/* The next frame that can be decoded; NULL at the end, or when there is another place to go to. */
LeatFrame *leat_player_run_read(LeatPlayerRun *run, bool *failed);

bool leat_player_run_seek(LeatPlayerRun *run, int64_t seq, bool *failed);

/* In player-play.c: one step of playing; returns when to look again. */
int64_t leat_player_play_on(LeatPlayerRun *run);

#endif
