/* SPDX-License-Identifier: MIT */
#include "app/player-facts.h"

#include "base/clock.h"
#include "base/error.h"
#include "store/store-prediction.h"

/* How often a recording that grows is looked at, and its labels and predictions. */
#define LOOK_NS (500 * LEAT_NS_PER_MS)
#define MARK_NS (5 * LEAT_NS_PER_S)

bool leat_player_facts_near(LeatPlayerFacts *facts, int64_t seq, LeatFrameWhich which,
                            int64_t *found, GError **error)
{
    LeatFrameTimes times;
    bool got;

    if (!leat_store_frame_near(facts->store, facts->recording->id, seq, which, &times, &got, error))
        return false;
    *found = got ? times.seq : -1;
    return true;
}

/* Whoever knows it by its pointer goes on. */
static void take_recording(LeatPlayerFacts *facts, LeatRecording *recording)
{
    LeatRecording old;

    if (!facts->recording) {
        facts->recording = recording;
        return;
    }
    old = *facts->recording;
    *facts->recording = *recording;
    *recording = old;
    leat_recording_free(recording);
}

bool leat_player_facts_look(LeatPlayerFacts *facts, GError **error)
{
    LeatRecording *recording =
        leat_store_find_id(facts->store, leat_player_recording(facts->player), error);
    LeatPlayerStatus *status = facts->status;

    if (!recording)
        return false;
    take_recording(facts, recording);
    recording = facts->recording;
    status->growing = recording->state == LEAT_RECORDING_ACTIVE;
    status->duration_ns = recording->duration_ns;
    status->frames = recording->frames;
    status->frame_ns = recording->frames > 0 ? recording->duration_ns / recording->frames : 0;
    facts->look_at_ns = leat_clock_now_ns() + LOOK_NS;
    return leat_player_facts_near(facts, 0, LEAT_FRAME_FROM, &status->first_seq, error) &&
           leat_player_facts_near(facts, INT64_MAX, LEAT_FRAME_UP_TO, &status->last_seq, error);
}

static int64_t count_losses(const LeatRecording *recording)
{
    return leat_ledger_lost(&recording->ledger) + recording->ledger.reconnects;
}

bool leat_player_facts_mark(LeatPlayerFacts *facts, bool again, GError **error)
{
    int64_t losses = count_losses(facts->recording), now_ns = leat_clock_now_ns();
    bool due = facts->status->growing && now_ns - facts->marked_at_ns >= MARK_NS;
    GPtrArray *marks;

    if (facts->marked && !again && !due && losses == facts->marked_losses)
        return true;
    marks = leat_timeline_read(facts->store, facts->recording, error);
    if (!marks)
        return false;
    facts->marked = facts->recording->frames > 0;
    facts->marked_at_ns = now_ns;
    facts->marked_losses = losses;
    leat_player_tell_marks(facts->player, marks);
    return true;
}

bool leat_player_facts_predict(LeatPlayerFacts *facts, GError **error)
{
    LeatPlayerStatus *status = facts->status;

    return leat_store_prediction_of(facts->store, facts->recording->id, status->seq,
                                    &status->prediction, &status->predicted, error);
}

bool leat_player_facts_find_target(LeatPlayerFacts *facts, const LeatPlayerOrders *orders,
                                   int64_t *target, GError **error)
{
    int64_t seq = facts->status->seq;

    if (orders->go == LEAT_GO_TO_TIME) {
        GError *cause = NULL;

        if (!leat_store_seq_at(facts->store, facts->recording->id, orders->go_to, &seq, &cause)) {
            seq = -1;
            if (!g_error_matches(cause, LEAT_ERROR, LEAT_ERROR_NOT_FOUND)) {
                g_propagate_error(error, cause);
                return false;
            }
            g_error_free(cause);
        }
    } else if (orders->go == LEAT_GO_TO_FRAME) {
        if (!leat_player_facts_near(facts, orders->go_to, LEAT_FRAME_FROM, &seq, error) ||
            (seq < 0 && !leat_player_facts_near(facts, INT64_MAX, LEAT_FRAME_UP_TO, &seq, error)))
            return false;
    }
    for (int i = 0; seq >= 0 && i < ABS(orders->step); i++) {
        int64_t other = -1;

        if (!leat_player_facts_near(facts, orders->step > 0 ? seq + 1 : seq - 1,
                                    orders->step > 0 ? LEAT_FRAME_FROM : LEAT_FRAME_UP_TO, &other,
                                    error))
            return false;
        if (other < 0)
            break;
        seq = other;
    }
    *target = seq;
    return true;
}
