/* SPDX-License-Identifier: MIT */
/* The main loop's pulse: a 5 ms timer of high priority whose gaps say for how long the loop could
 * not turn. That is what a user feels as a window that stutters.
 *
 * Made, read and freed on the loop's thread. */
#ifndef LEAT_PIPELINE_HEARTBEAT_H
#define LEAT_PIPELINE_HEARTBEAT_H

#include "base/histogram.h"

#include <glib.h>

typedef struct LeatHeartbeat LeatHeartbeat;

#define LEAT_HEARTBEAT_MS 5

/* Told of a gap, on the loop's thread; `from_ns` is of leat_clock_now_ns. */
typedef void (*LeatHeartbeatGapFunc)(void *data, int64_t from_ns, int64_t gap_ns);

LeatHeartbeat *leat_heartbeat_new(GMainContext *context, GError **error);
void leat_heartbeat_free(LeatHeartbeat *heartbeat);

/* Gaps between two beats since the start. */
LeatHistogramSummary leat_heartbeat_summary(const LeatHeartbeat *heartbeat);

const LeatHistogram *leat_heartbeat_histogram(const LeatHeartbeat *heartbeat);

/* From now on each gap of at least `least_ns` is told. */
void leat_heartbeat_tell(LeatHeartbeat *heartbeat, int64_t least_ns, LeatHeartbeatGapFunc func,
                         void *data);

/* The longest gap since the last call of this function, ms: for a live meter. */
double leat_heartbeat_take_recent_max(LeatHeartbeat *heartbeat);

#endif
