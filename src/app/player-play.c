/* SPDX-License-Identifier: MIT */
#include "app/player-run-internal.h"

#include "base/clock.h"
#include "store/store-frames.h"

#include <string.h>

/* How often the end of a recording that grows is looked at while it plays, and how far behind it is
 * played, so that the commits it comes in (four a second) are not felt. */
#define STARVED_POLL_NS (60 * LEAT_NS_PER_MS)
#define BEHIND_NS (400 * LEAT_NS_PER_MS)

/* A frame that is later than this is not worth scaling, unless the picture has stood still for so
 * long. */
#define LATE_NS (50 * LEAT_NS_PER_MS)
#define STILL_NS (100 * LEAT_NS_PER_MS)

/* From so late on, frames are jumped over, or where that does not help, time goes slower. */
#define VERY_LATE_NS (200 * LEAT_NS_PER_MS)

static void anchor(LeatPlayerRun *run, int64_t now_ns, int64_t at_ns)
{
    run->anchored = true;
    run->anchor_ns = now_ns;
    run->anchor_at = at_ns;
}

static int64_t due_ns(const LeatPlayerRun *run, const LeatFrame *frame)
{
    double wait =
        (double)(leat_player_run_time_of(run, frame) - run->anchor_at) / run->orders.speed;

    return run->anchor_ns + (int64_t)wait;
}

/* Makes sure that the next frame is there; false with when to look again. */
static bool have_next(LeatPlayerRun *run, int64_t *again_ns)
{
    bool failed = false;

    *again_ns = LEAT_FOREVER;
    if (run->next)
        return true;
    if (run->jumped && !leat_player_run_seek(run, run->status.seq + 1, &failed))
        return false;
    run->jumped = false;
    run->next = leat_player_run_read(run, &failed);
    if (run->next)
        return true;
    if (run->late)
        leat_player_run_show(run, g_steal_pointer(&run->late));
    if (failed) {
        leat_player_run_tell(run);
    } else if (leat_player_is_overtaken(run->player)) {
        *again_ns = 0;
    } else if (run->status.growing) {
        run->starved = true;
        *again_ns = leat_clock_now_ns() + STARVED_POLL_NS;
    } else {
        run->status.ended = true;
        run->orders.playing = false;
        leat_player_tell_end(run->player);
        leat_player_run_tell(run);
    }
    return false;
}

static bool is_intra(const LeatPlayerRun *run)
{
    return strcmp(run->facts.recording->stream.codec, "h264") != 0;
}

/* What is far behind goes to the frame that is due now, or lets time go slower. */
static void catch_up(LeatPlayerRun *run, int64_t now_ns)
{
    int64_t at_ns =
        run->anchor_at + (int64_t)((double)(now_ns - run->anchor_ns) * run->orders.speed);
    int64_t seq = -1;
    bool failed = false;

    if (is_intra(run) &&
        leat_store_seq_at(run->facts.store, run->facts.recording->id, at_ns, &seq, NULL) &&
        seq > leat_frame_times(run->next).seq) {
        if (leat_player_run_seek(run, seq, &failed))
            g_clear_pointer(&run->next, leat_frame_unref);
        return;
    }
    anchor(run, now_ns, leat_player_run_time_of(run, run->next));
}

int64_t leat_player_play_on(LeatPlayerRun *run)
{
    int64_t now_ns, late_ns, again_ns;

    if (!have_next(run, &again_ns))
        return again_ns;
    now_ns = leat_clock_now_ns();
    if (!run->anchored && run->shown)
        anchor(run, now_ns, run->status.position_ns);
    if (!run->anchored || run->starved)
        anchor(run, now_ns + (run->starved ? BEHIND_NS : 0),
               leat_player_run_time_of(run, run->next));
    run->starved = false;
    late_ns = now_ns - due_ns(run, run->next);
    if (late_ns < 0)
        return now_ns - late_ns;
    if (late_ns > VERY_LATE_NS) {
        catch_up(run, now_ns);
        if (!run->next)
            return 0;
    }
    if (late_ns < LATE_NS || now_ns - run->last_shown_ns > STILL_NS) {
        leat_player_run_show(run, g_steal_pointer(&run->next));
        return 0;
    }
    leat_frame_unref(run->late);
    run->late = g_steal_pointer(&run->next);
    return 0;
}
