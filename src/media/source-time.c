/* SPDX-License-Identifier: MIT */
#include "media/source-time.h"

#include "base/clock.h"

/* Beyond this a timestamp is damage; two of them can be added. */
#define WILD (INT64_C(1) << 60)

#define JUMP_BACK_NS LEAT_NS_PER_S
#define JUMP_AHEAD_NS (INT64_C(24) * 3600 * LEAT_NS_PER_S)

void leat_timeline_init(LeatTimeline *timeline, LeatRational time_base, LeatRational rate)
{
    int64_t step_ns = LEAT_NS_PER_S / 25;
    if (leat_rational_is_set(rate))
        step_ns = leat_ticks_to_ns(1, (LeatRational){rate.den, rate.num});
    int64_t step = leat_ns_to_ticks(step_ns, time_base);
    *timeline = (LeatTimeline){.time_base = time_base, .step = step > 0 ? step : 1};
}

int64_t leat_timeline_next(LeatTimeline *timeline, bool has_pts, int64_t pts)
{
    int64_t next = timeline->started ? timeline->last + timeline->step : 0;

    if (has_pts && pts > -WILD && pts < WILD) {
        int64_t back = leat_ns_to_ticks(JUMP_BACK_NS, timeline->time_base);
        int64_t ahead = leat_ns_to_ticks(JUMP_AHEAD_NS, timeline->time_base);
        int64_t shifted = pts + timeline->offset;

        if (timeline->started &&
            (shifted < timeline->last - back || shifted > timeline->last + ahead))
            timeline->offset = next - pts;
        else if (timeline->started && shifted <= timeline->last)
            next = timeline->last + 1;
        else
            next = shifted;
    }
    timeline->started = true;
    timeline->last = next;
    return next;
}

bool leat_pacer_wait(LeatPacer *pacer, int64_t pts, LeatRational time_base, LeatCancel *cancel)
{
    int64_t now_ns = leat_clock_now_ns();
    if (!pacer->started)
        *pacer = (LeatPacer){.started = true, .first_pts = pts, .start_ns = now_ns};
    int64_t due_ns = pacer->start_ns + leat_ticks_to_ns(pts - pacer->first_pts, time_base);
    if (due_ns > now_ns)
        return !leat_cancel_wait(cancel, due_ns - now_ns);
    return !leat_cancel_is_set(cancel);
}
