/* SPDX-License-Identifier: MIT */
/* Frames that were decoded and made small once, so that the second training starts at once: a file
 * FILE-samples beside the library FILE. It may be deleted at any time, and is then made again.
 *
 * Beside the library and not in it: it can be three times as large as the library's own frames,
 * and goes with a plain rm. And not in a cache folder of the user's: its pictures may show people,
 * and whoever deletes a library should see what else there is of it (mode 0600 as the library).
 *
 * Where it cannot be made (a folder that cannot be written to), or while another program uses it, a
 * nameless temporary file takes its place. A picture has a checksum: one that was damaged is as
 * good as one that is not there.
 *
 * Owned by one thread at a time, except where it says otherwise. */
#ifndef LEAT_APP_SAMPLE_CACHE_H
#define LEAT_APP_SAMPLE_CACHE_H

#include "model/network.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct LeatSampleCache LeatSampleCache;

/* Which frame it is, also when the library was replaced by another file of that name. */
typedef struct {
    int64_t recording, started_wall_ns, seq;
} LeatSampleKey;

LeatSampleCache *leat_sample_cache_open(const char *library, GError **error);
void leat_sample_cache_free(LeatSampleCache *cache);

/* The place of a picture that is there and whole, or -1. */
int64_t leat_sample_cache_find(LeatSampleCache *cache, const LeatSampleKey *key);

/* Adds LEAT_SAMPLE_BYTES; returns their place, or -1 with an error (NO_SPACE, ...). */
int64_t leat_sample_cache_add(LeatSampleCache *cache, const LeatSampleKey *key,
                              const uint8_t *pixels, GError **error);

/* Reads what find or add gave the place of. Any thread, also while others read. */
bool leat_sample_cache_read(const LeatSampleCache *cache, int64_t place, uint8_t *pixels,
                            GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LeatSampleCache, leat_sample_cache_free)

#endif
