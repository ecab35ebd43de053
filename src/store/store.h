/* SPDX-License-Identifier: MIT */
/* The library file: recordings, their frames and their ledgers. What it is made of (SQLite today)
 * stays behind this header and store-writer.h. docs/format.md describes the tables.
 *
 * A LeatStore is one connection, owned and used by one thread at a time; open another for another
 * thread. Every call may wait for the disk: not for the main thread. A second process may read
 * while one writes. */
#ifndef LEAT_STORE_STORE_H
#define LEAT_STORE_STORE_H

#include "base/ledger.h"
#include "base/packet.h"
#include "concurrency/cancel.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct LeatStore LeatStore;

/* Opens a file for reading. Errors: NOT_FOUND, PERMISSION, CORRUPT (not a Leat file, or damaged),
 * NEWER (says the version that it needs), LOCKED. Works in a folder that cannot be written to.
 * `cancel` (may be NULL) interrupts whatever this connection is doing. */
LeatStore *leat_store_open(const char *path, LeatCancel *cancel, GError **error);
void leat_store_close(LeatStore *store);

typedef enum {
    LEAT_RECORDING_ACTIVE,      /* "recording": its writer is alive and committing */
    LEAT_RECORDING_COMPLETE,    /* "complete" */
    LEAT_RECORDING_INTERRUPTED, /* "interrupted": its writer is gone without having ended it */
} LeatRecordingState;

const char *leat_recording_state_name(LeatRecordingState state);

/* Free with leat_recording_free. */
typedef struct {
    int64_t id;
    char *name;
    char *source;             /* as given, without passwords */
    char *filter;             /* the graph, "" for none */
    LeatStreamInfo stream;    /* its pixel_format and size are those of the stored frames */
    LeatRational record_rate; /* --record-rate, not set for every frame */
    LeatRecordingState state;
    int64_t started_wall_ns;
    int64_t first_pts, last_pts; /* of the stored frames */
    int64_t duration_ns;         /* from the first frame's pts to the end of the last */
    int64_t frames, bytes;       /* stored */
    LeatLedger ledger;           /* as of the last commit */
    char *leat_version;          /* that wrote it */
} LeatRecording;

void leat_recording_free(LeatRecording *recording);

/* All recordings in order of creation: LeatRecording, free with g_ptr_array_unref. */
GPtrArray *leat_store_list(LeatStore *store, GError **error);

/* By id ("3") or name. NOT_FOUND lists the names that there are. */
LeatRecording *leat_store_find(LeatStore *store, const char *id_or_name, GError **error);
LeatRecording *leat_store_find_id(LeatStore *store, int64_t id, GError **error);

/* The recording's losses and holes in order: LeatLoss, free with g_array_unref. */
GArray *leat_store_losses(LeatStore *store, int64_t recording, GError **error);

/* A walk over a recording's packets in decoding order. */
typedef struct LeatStoreCursor LeatStoreCursor;

/* From frame `first` (or the next one there is) to `last`, both sequence numbers; INT64_MIN and
 * INT64_MAX for all. `from_key` starts at the key frame at or before `first`, for decoding. */
LeatStoreCursor *leat_store_packets(LeatStore *store, int64_t recording, int64_t first,
                                    int64_t last, bool from_key, GError **error);

/* True with `got` and a packet whose bytes live until the next call on the cursor; true with `got`
 * false at the end. */
bool leat_store_cursor_next(LeatStoreCursor *cursor, LeatPacket *packet, bool *got, GError **error);
void leat_store_cursor_free(LeatStoreCursor *cursor);

/* The frame shown at `ns` after the recording's first frame: the last one at or before it.
 * NOT_FOUND in an empty recording. */
bool leat_store_seq_at(LeatStore *store, int64_t recording, int64_t ns, int64_t *seq,
                       GError **error);

/* Checks the database's own structure, the types and ranges of what is in it, and each recording's
 * ledger against its rows: counts, sums, losses; the rows of jobs, when all is checked. Adds a
 * sentence for each fault to `faults` (char *, owned by the array). False with an error only when
 * checking itself failed. Does not decode. `recording` -1 for all. */
bool leat_store_check(LeatStore *store, int64_t recording, GPtrArray *faults, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LeatStore, leat_store_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LeatRecording, leat_recording_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LeatStoreCursor, leat_store_cursor_free)

#endif
