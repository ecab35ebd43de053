/* SPDX-License-Identifier: MIT */
/* A part of a recording that can be decoded by itself, beside others. For this folder only; used
 * by one thread at a time. */
#ifndef LEAT_APP_LIBRARY_SHARD_H
#define LEAT_APP_LIBRARY_SHARD_H

#include "store/store.h"

#include <glib.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    const LeatRecording *recording;
    int64_t first, last; /* numbers of frames */
    GPtrArray *faults;   /* char *: what leat_library_check_shard found */
} LeatShard;

/* Adds the shards of a recording to an array of LeatShard, which frees what they hold. */
bool leat_library_shards(LeatStore *store, const LeatRecording *recording, GArray *shards,
                         GError **error);
GArray *leat_library_shards_new(void);

/* Decodes each frame of the shard, on so many threads (0: as many as help), and adds a sentence for
 * each fault. Counts frames in `frames` as it goes. False with an error when it could not go on. */
bool leat_library_check_shard(LeatStore *store, LeatShard *shard, unsigned threads,
                              atomic_llong *frames, LeatCancel *cancel, GError **error);

#endif
