/* SPDX-License-Identifier: MIT */
/* Time in sources: timestamps that only rise, and keeping the pace of a clock. For this folder
 * only. Owned and used by one thread at a time. */
#ifndef LEAT_MEDIA_SOURCE_TIME_H
#define LEAT_MEDIA_SOURCE_TIME_H

#include "base/quantity.h"
#include "concurrency/cancel.h"

#include <stdbool.h>
#include <stdint.h>

/* Timestamps as a container or server gives them may be missing, repeat, or jump. Whoever records
 * or encodes needs them to rise. */
typedef struct {
    LeatRational time_base;
    int64_t step;   /* ticks from frame to frame where nothing better is known, at least 1 */
    int64_t offset; /* added since the last jump */
    int64_t last;
    bool started;
} LeatTimeline;

/* `rate` may be not set. */
void leat_timeline_init(LeatTimeline *timeline, LeatRational time_base, LeatRational rate);

/* The timestamp to use for a frame that came with `pts`, or with none. Good ones come back as they
 * are; one that repeats or falls back a little becomes the next tick; after a jump back or a wild
 * one ahead the timeline goes on where it was. */
int64_t leat_timeline_next(LeatTimeline *timeline, bool has_pts, int64_t pts);

/* Maps the first frame's timestamp to the time when it came. */
typedef struct {
    bool started;
    int64_t first_pts, start_ns;
} LeatPacer;

/* Waits until the frame is due; frames that are late are due at once. False when cancelled. */
bool leat_pacer_wait(LeatPacer *pacer, int64_t pts, LeatRational time_base, LeatCancel *cancel);

#endif
