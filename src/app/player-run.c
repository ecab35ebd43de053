/* SPDX-License-Identifier: MIT */
/* The player's thread. Everything here is its own; what crosses to the main loop goes through
 * player-internal.h. */
#include "app/player-internal.h"

#include "app/frame-reader.h"
#include "app/player-facts.h"
#include "base/clock.h"
#include "base/error.h"
#include "media/scaler.h"
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

/* Damaged frames before the one wanted that a step back looks past. */
#define MAX_STEPS_OVER 500

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
} Run;

static void fail(Run *run, GError *error)
{
    run->status.state = LEAT_PLAYER_FAILED;
    run->status.error = error->code;
    g_strlcpy(run->status.message, error->message, sizeof(run->status.message));
    g_error_free(error);
    leat_player_tell_end(run->player);
}

static int64_t time_of(const Run *run, const LeatFrame *frame)
{
    LeatFrameTimes times = leat_frame_times(frame);

    return leat_ticks_to_ns(times.pts - run->facts.recording->first_pts, times.time_base);
}

static void tell(Run *run)
{
    leat_player_tell(run->player, &run->status);
}

static void show_picture(Run *run)
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

/* Takes the reference. */
static void show(Run *run, LeatFrame *frame)
{
    GError *error = NULL;

    g_clear_pointer(&run->late, leat_frame_unref);
    leat_frame_unref(run->shown);
    run->shown = frame;
    run->last_shown_ns = leat_clock_now_ns();
    run->status.seq = leat_frame_times(frame).seq;
    run->status.position_ns = time_of(run, frame);
    run->status.ended = run->status.seq == run->status.last_seq;
    show_picture(run);
    if (!leat_player_facts_predict(&run->facts, &error))
        fail(run, error);
    tell(run);
}

static bool refresh(Run *run, bool again, GError **error)
{
    bool grew = run->status.growing;

    if (!leat_player_facts_look(&run->facts, error) ||
        !leat_player_facts_mark(&run->facts, again || grew != run->status.growing, error))
        return false;
    if (again && run->shown && !leat_player_facts_predict(&run->facts, error))
        return false;
    run->status.ended = run->status.seq >= 0 && run->status.seq == run->status.last_seq;
    tell(run);
    return true;
}

static void note_damage(Run *run, int64_t seq, GError *cause)
{
    gint64 *key = g_memdup2(&seq, sizeof(seq));

    g_hash_table_add(run->damaged, key);
    run->status.damaged = g_hash_table_size(run->damaged);
    g_strlcpy(run->status.message, cause->message, sizeof(run->status.message));
    g_error_free(cause);
}

/* The next frame that can be decoded; NULL at the end, or when there is another place to go to. */
static LeatFrame *read_frame(Run *run, bool *failed)
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

static bool seek_reader(Run *run, int64_t seq, bool *failed)
{
    GError *error = NULL;

    if (leat_frame_reader_seek(run->reader, seq, &error))
        return true;
    fail(run, error);
    *failed = true;
    return false;
}

/* Decodes the frame; where it is damaged, the one after it, or before it when `back`. */
static LeatFrame *decode_at(Run *run, int64_t seq, bool back, bool *failed)
{
    for (int i = 0; i < MAX_STEPS_OVER && seq >= 0; i++) {
        GError *error = NULL;
        LeatFrame *frame;
        int64_t got;

        if (!seek_reader(run, seq, failed))
            return NULL;
        frame = read_frame(run, failed);
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
static void go(Run *run)
{
    bool back = run->orders.go == LEAT_GO_NOWHERE && run->orders.step < 0, failed = false;
    GError *error = NULL;
    LeatFrame *frame;
    int64_t target;

    run->anchored = run->starved = false;
    if (!leat_player_facts_find_target(&run->facts, &run->orders, &target, &error)) {
        fail(run, error);
        tell(run);
        return;
    }
    if (target < 0 || (target == run->status.seq && run->shown)) {
        tell(run);
        return;
    }
    if (run->next && leat_frame_times(run->next).seq == target) {
        show(run, g_steal_pointer(&run->next));
        return;
    }
    g_clear_pointer(&run->next, leat_frame_unref);
    g_clear_pointer(&run->late, leat_frame_unref);
    run->jumped = true;
    frame = decode_at(run, target, back, &failed);
    if (frame) {
        run->jumped = false;
        show(run, frame);
    } else {
        tell(run);
    }
}

/* Playing. */

static void anchor(Run *run, int64_t now_ns, int64_t at_ns)
{
    run->anchored = true;
    run->anchor_ns = now_ns;
    run->anchor_at = at_ns;
}

static int64_t due_ns(const Run *run, const LeatFrame *frame)
{
    double wait = (double)(time_of(run, frame) - run->anchor_at) / run->orders.speed;

    return run->anchor_ns + (int64_t)wait;
}

/* Makes sure that the next frame is there; false with when to look again. */
static bool have_next(Run *run, int64_t *again_ns)
{
    bool failed = false;

    *again_ns = LEAT_FOREVER;
    if (run->next)
        return true;
    if (run->jumped && !seek_reader(run, run->status.seq + 1, &failed))
        return false;
    run->jumped = false;
    run->next = read_frame(run, &failed);
    if (run->next)
        return true;
    if (run->late)
        show(run, g_steal_pointer(&run->late));
    if (failed) {
        tell(run);
    } else if (leat_player_is_overtaken(run->player)) {
        *again_ns = 0;
    } else if (run->status.growing) {
        run->starved = true;
        *again_ns = leat_clock_now_ns() + STARVED_POLL_NS;
    } else {
        run->status.ended = true;
        run->orders.playing = false;
        leat_player_tell_end(run->player);
        tell(run);
    }
    return false;
}

static bool is_intra(const Run *run)
{
    return strcmp(run->facts.recording->stream.codec, "h264") != 0;
}

/* What is far behind goes to the frame that is due now, or lets time go slower. */
static void catch_up(Run *run, int64_t now_ns)
{
    int64_t at_ns =
        run->anchor_at + (int64_t)((double)(now_ns - run->anchor_ns) * run->orders.speed);
    int64_t seq = -1;
    bool failed = false;

    if (is_intra(run) &&
        leat_store_seq_at(run->facts.store, run->facts.recording->id, at_ns, &seq, NULL) &&
        seq > leat_frame_times(run->next).seq) {
        if (seek_reader(run, seq, &failed))
            g_clear_pointer(&run->next, leat_frame_unref);
        return;
    }
    anchor(run, now_ns, time_of(run, run->next));
}

/* One step of playing; returns when to look again. */
static int64_t play_on(Run *run)
{
    int64_t now_ns, late_ns, again_ns;

    if (!have_next(run, &again_ns))
        return again_ns;
    now_ns = leat_clock_now_ns();
    if (!run->anchored && run->shown)
        anchor(run, now_ns, run->status.position_ns);
    if (!run->anchored || run->starved)
        anchor(run, now_ns + (run->starved ? BEHIND_NS : 0), time_of(run, run->next));
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
        show(run, g_steal_pointer(&run->next));
        return 0;
    }
    leat_frame_unref(run->late);
    run->late = g_steal_pointer(&run->next);
    return 0;
}

static bool open_recording(Run *run, GError **error)
{
    run->facts.store =
        leat_store_open(leat_player_path(run->player), leat_player_cancel(run->player), error);
    run->scaler = run->facts.store ? leat_scaler_new(LEAT_SCALER_FAST, error) : NULL;
    if (!run->scaler || !leat_player_facts_look(&run->facts, error))
        return false;
    run->reader = leat_frame_reader_open(run->facts.store, run->facts.recording, error);
    return run->reader != NULL;
}

static void begin(Run *run)
{
    GError *error = NULL;
    bool failed = false;
    LeatFrame *frame;

    if (!open_recording(run, &error)) {
        fail(run, error);
        tell(run);
        return;
    }
    run->status.state = LEAT_PLAYER_READY;
    frame = read_frame(run, &failed);
    if (frame)
        show(run, frame);
    if (!failed && !leat_player_facts_mark(&run->facts, true, &error))
        fail(run, error);
    tell(run);
}

/* Obeys what was ordered; returns when to look again without new orders. */
static int64_t obey(Run *run)
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
        tell(run);
    }
    if (run->status.state == LEAT_PLAYER_FAILED)
        return LEAT_FOREVER;
    if (run->orders.playing) {
        int64_t again_ns = play_on(run);

        return run->status.growing ? MIN(again_ns, run->facts.look_at_ns) : again_ns;
    }
    return run->status.growing ? run->facts.look_at_ns : LEAT_FOREVER;
}

void leat_player_run(void *player)
{
    Run run = {
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
