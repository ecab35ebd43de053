/* SPDX-License-Identifier: MIT */
/* What the player's thread knows of its recording beside the frames: how far it goes, what is to be
 * marked along it, what is said of a frame. For this folder only, on that thread. */
#ifndef LEAT_APP_PLAYER_FACTS_H
#define LEAT_APP_PLAYER_FACTS_H

#include "app/player-internal.h"

#include "store/store-frames.h"

/* The thread's. All of it is zero at first, but for the player, the store and the status. */
typedef struct {
    LeatPlayer *player;
    LeatStore *store;
    LeatRecording *recording; /* stays where it is; NULL before the first look */
    LeatPlayerStatus *status; /* what is found out goes there */
    int64_t look_at_ns;       /* when to look at a recording that grows again */

    bool marked;
    int64_t marked_at_ns, marked_losses; /* of the recording, when its marks were read */
} LeatPlayerFacts;

/* At the recording, which may have grown. */
bool leat_player_facts_look(LeatPlayerFacts *facts, GError **error);

/* Tells the marks; unless `again`, only when there is reason to think that they have changed. */
bool leat_player_facts_mark(LeatPlayerFacts *facts, bool again, GError **error);

/* What a model says of the frame shown. */
bool leat_player_facts_predict(LeatPlayerFacts *facts, GError **error);

/* The number of a stored frame, -1 when there is none. */
bool leat_player_facts_near(LeatPlayerFacts *facts, int64_t seq, LeatFrameWhich which,
                            int64_t *found, GError **error);

/* That of the frame to go to; -1 when there is none. */
bool leat_player_facts_find_target(LeatPlayerFacts *facts, const LeatPlayerOrders *orders,
                                   int64_t *target, GError **error);

#endif
