/* SPDX-License-Identifier: MIT */
/* Which frames a recording has in a range of numbers or of time, without reading them. Thread and
 * waiting as in store.h. */
#ifndef LEAT_STORE_STORE_RANGE_H
#define LEAT_STORE_STORE_RANGE_H

#include "store/store.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* The first and the last frame that the recording has in first..last, and how many it has there;
 * count 0 when it has none. */
bool leat_store_frames_between(LeatStore *store, int64_t recording, int64_t first, int64_t last,
                               int64_t *first_there, int64_t *last_there, int64_t *count,
                               GError **error);

/* The numbers of the frames that the recording has in first..last, in order: int64_t, free with
 * g_array_unref. */
GArray *leat_store_frame_numbers(LeatStore *store, int64_t recording, int64_t first, int64_t last,
                                 GError **error);

/* The numbers first..last of the frames shown from `from_ns` on and before `to_ns`, since the
 * recording's first frame; LEAT_FOREVER for its end. `last` < `first` when there are none. */
bool leat_store_range_at(LeatStore *store, int64_t recording, int64_t from_ns, int64_t to_ns,
                         int64_t *first, int64_t *last, GError **error);

#endif
