/* SPDX-License-Identifier: MIT */
/* Finding frames of a recording by their numbers. Thread and waiting as in store.h. */
#ifndef LEAT_STORE_STORE_FRAMES_H
#define LEAT_STORE_STORE_FRAMES_H

#include "store/store.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
    LEAT_FRAME_FROM,  /* the frame of that number, or else the first one after it */
    LEAT_FRAME_UP_TO, /* the frame of that number, or else the last one before it */
} LeatFrameWhich;

/* True with `got` and the times of the frame; true with `got` false when there is none. */
bool leat_store_frame_near(LeatStore *store, int64_t recording, int64_t seq, LeatFrameWhich which,
                           LeatFrameTimes *times, bool *got, GError **error);

/* The numbers of the first and the last frame captured from `from_ns` on and before `to_ns`
 * (CLOCK_MONOTONIC of the machine that recorded); `last` < `first` when there are none. Looks at a
 * few frames only, since the times rise with the numbers. */
bool leat_store_frames_captured(LeatStore *store, int64_t recording, int64_t from_ns, int64_t to_ns,
                                int64_t *first, int64_t *last, GError **error);

#endif
