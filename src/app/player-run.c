/* SPDX-License-Identifier: MIT */
/* The player's thread. Everything here is its own; what crosses to the main loop goes through
 * player-internal.h. */
#include "app/player-run-internal.h"

#include "base/clock.h"
#include "base/error.h"

/* Damaged frames before the one wanted that a step back looks past. */
#define MAX_STEPS_OVER 500

static void fail(LeatPlayerRun *run, GError *error)
{
    run->status.state = LEAT_PLAYER_FAILED;
    run->status.error = error->code;
    g_strlcpy(run->status.message, error->message, sizeof(run->status.message));
    g_error_free(error);
    leat_player_tell_end(run->player);
}

int64_t leat_player_run_time_of(const LeatPlayerRun *run, const LeatFrame *frame)
{
    LeatFrameTimes times = leat_frame_times(frame);

    return leat_ticks_to_ns(times.pts - run->facts.recording->first_pts, times.time_base);
}

void leat_player_run_tell(LeatPlayerRun *run)
{
    leat_player_tell(run->player, &run->status);
}

static void show_picture(LeatPlayerRun *run)
{
    GError *error = NULL;
    LeatFrame *picture;
    int width, height;

    if (!run->shown || run->orders.view_width < 1 || run->orders.view_height < 1)
        return;
    leat_scaler_fit(leat_frame_width(run->shown), leat_frame_height(run->shown),
                    run->orders.view_width, run->orders.view_height, &width, &height);
    picture = leat_scaler_convert(run->scaler, run->shown, width, height, "bgra", &error);
    if (picture) {
        leat_player_tell_picture(run->player, picture);
        return;
    }
    g_strlcpy(run->status.message, error->message, sizeof(run->status.message));
    g_error_free(error);
}

void leat_player_run_show(LeatPlayerRun *run, LeatFrame *frame)
{
    GError *error = NULL;

    g_clear_pointer(&run->late, leat_frame_unref);
    leat_frame_unref(run->shown);
    run->shown = frame;
    run->last_shown_ns = leat_clock_now_ns();
    run->status.seq = leat_frame_times(frame).seq;
    run->status.position_ns = leat_player_run_time_of(run, frame);
    run->status.ended = run->status.seq == run->status.last_seq;
    show_picture(run);
    if (!leat_player_facts_predict(&run->facts, &error))
        fail(run, error);
    leat_player_run_tell(run);
}

static bool refresh(LeatPlayerRun *run, bool again, GError **error)
{
    bool grew = run->status.growing;

    if (!leat_player_facts_look(&run->facts, error) ||
        !leat_player_facts_mark(&run->facts, again || grew != run->status.growing, error))
        return false;
    if (again && run->shown && !leat_player_facts_predict(&run->facts, error))
        return false;
    run->status.ended = run->status.seq >= 0 && run->status.seq == run->status.last_seq;
    leat_player_run_tell(run);
    return true;
}

static void note_damage(LeatPlayerRun *run, int64_t seq, GError *cause)
{
    gint64 *key = g_memdup2(&seq, sizeof(seq));

    g_hash_table_add(run->damaged, key);
    run->status.damaged = g_hash_table_size(run->damaged);
    g_strlcpy(run->status.message, cause->message, sizeof(run->status.message));
    g_error_free(cause);
}

LeatFrame *leat_player_run_read(LeatPlayerRun *run, bool *failed)
{
    LeatFrame *frame = NULL;

    for (;;) {
        GError *error = NULL;
        int64_t damaged = -1;

        switch (leat_frame_reader_next(run->reader, &frame, &damaged, &error)) {
        case LEAT_READ_FRAME:
            return frame;
        case LEAT_READ_ON:
            break;
        case LEAT_READ_DAMAGED:
            note_damage(run, damaged, error);
            break;
        case LEAT_READ_FAILED:
            fail(run, error);
            *failed = true;
            return NULL;
        case LEAT_READ_END:
            return NULL;
        }
        if (leat_player_is_overtaken(run->player))
            return NULL;
    }
}

bool leat_player_run_seek(LeatPlayerRun *run, int64_t seq, bool *failed)
{
    GError *error = NULL;

    if (leat_frame_reader_seek(run->reader, seq, &error))
        return true;
    fail(run, error);
    *failed = true;
    return false;
}

/* Decodes the frame; where it is damaged, the one after it, or before it when `back`. */
static LeatFrame *decode_at(LeatPlayerRun *run, int64_t seq, bool back, bool *failed)
{
    for (int i = 0; i < MAX_STEPS_OVER && seq >= 0; i++) {
        GError *error = NULL;
        LeatFrame *frame;
        int64_t got;

        if (!leat_player_run_seek(run, seq, failed))
            return NULL;
        frame = leat_player_run_read(run, failed);
        if (*failed || (!frame && leat_player_is_overtaken(run->player)))
            return NULL;
        got = frame ? leat_frame_times(frame).seq : INT64_MAX;
        if (frame && (!back || got <= seq))
            return frame;
        leat_frame_unref(frame);
        back = true; /* nothing can be decoded from there to the end */
        if (!leat_player_facts_near(&run->facts, seq - 1, LEAT_FRAME_UP_TO, &seq, &error)) {
            fail(run, error);
            *failed = true;
            return NULL;
        }
    }
    return NULL;
}

/* Goes to where the orders say. */
static void go(LeatPlayerRun *run)
{
    bool back = run->orders.go == LEAT_GO_NOWHERE && run->orders.step < 0, failed = false;
    GError *error = NULL;
    LeatFrame *frame;
    int64_t target;

    run->anchored = run->starved = false;
    if (!leat_player_facts_find_target(&run->facts, &run->orders, &target, &error)) {
        fail(run, error);
        leat_player_run_tell(run);
        return;
    }
    if (target < 0 || (target == run->status.seq && run->shown)) {
        leat_player_run_tell(run);
        return;
    }
    if (run->next && leat_frame_times(run->next).seq == target) {
        leat_player_run_show(run, g_steal_pointer(&run->next));
        return;
    }
    g_clear_pointer(&run->next, leat_frame_unref);
    g_clear_pointer(&run->late, leat_frame_unref);
    run->jumped = true;
    frame = decode_at(run, target, back, &failed);
    if (frame) {
        run->jumped = false;
        leat_player_run_show(run, frame);
    } else {
        leat_player_run_tell(run);
    }
}

static bool open_recording(LeatPlayerRun *run, GError **error)
{
    run->facts.store =
        leat_store_open(leat_player_path(run->player), leat_player_cancel(run->player), error);
    run->scaler = run->facts.store ? leat_scaler_new(LEAT_SCALER_FAST, error) : NULL;
    if (!run->scaler || !leat_player_facts_look(&run->facts, error))
        return false;
    run->reader = leat_frame_reader_open(run->facts.store, run->facts.recording, error);
    return run->reader != NULL;
}

static void begin(LeatPlayerRun *run)
{
    GError *error = NULL;
    bool failed = false;
    LeatFrame *frame;

    if (!open_recording(run, &error)) {
        fail(run, error);
        leat_player_run_tell(run);
        return;
    }
    run->status.state = LEAT_PLAYER_READY;
    frame = leat_player_run_read(run, &failed);
    if (frame)
        leat_player_run_show(run, frame);
    if (!failed && !leat_player_facts_mark(&run->facts, true, &error))
        fail(run, error);
    leat_player_run_tell(run);
}

/* Obeys what was ordered; returns when to look again without new orders. */
static int64_t obey(LeatPlayerRun *run)
{
    bool ended = run->status.ended && run->orders.playing && run->orders.turned;
    GError *error = NULL;

    if (run->orders.turned)
        run->anchored = false;
    if (ended && run->orders.go == LEAT_GO_NOWHERE && !run->status.growing) {
        run->orders.go = LEAT_GO_TO_FRAME;
        run->orders.go_to = 0;
    }
    if (run->orders.resized)
        show_picture(run);
    if (run->orders.go != LEAT_GO_NOWHERE || run->orders.step != 0)
        go(run);
    if ((run->orders.look ||
         (run->status.growing && leat_clock_now_ns() >= run->facts.look_at_ns)) &&
        !refresh(run, run->orders.look, &error)) {
        fail(run, error);
        leat_player_run_tell(run);
    }
    if (run->status.state == LEAT_PLAYER_FAILED)
        return LEAT_FOREVER;
    if (run->orders.playing) {
        int64_t again_ns = leat_player_play_on(run);

        return run->status.growing ? MIN(again_ns, run->facts.look_at_ns) : again_ns;
    }
    return run->status.growing ? run->facts.look_at_ns : LEAT_FOREVER;
}

void leat_player_run(void *player)
{
    LeatPlayerRun run = {
        .player = player,
        .status = {.seq = -1, .first_seq = -1, .last_seq = -1},
        .damaged = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL),
        .orders = {.speed = 1},
    };
    int64_t again_ns;

    run.facts = (LeatPlayerFacts){.player = player, .status = &run.status};
    begin(&run);
    again_ns = run.status.growing ? run.facts.look_at_ns : LEAT_FOREVER;
    while (leat_player_take_orders(player, again_ns, &run.orders))
        if (run.status.state == LEAT_PLAYER_READY)
            again_ns = obey(&run);
    leat_frame_unref(run.shown);
    leat_frame_unref(run.next);
    leat_frame_unref(run.late);
    leat_frame_reader_free(run.reader);
    leat_scaler_free(run.scaler);
    leat_recording_free(run.facts.recording);
    leat_store_close(run.facts.store);
    g_hash_table_unref(run.damaged);
}
