/* SPDX-License-Identifier: MIT */
/* The frames of a recording, decoded, from any place on. Owned and used by one thread at a time,
 * and so is its store; both wait for the disk. */
#ifndef LEAT_APP_FRAME_READER_H
#define LEAT_APP_FRAME_READER_H

#include "media/frame.h"
#include "store/store.h"

#include <glib.h>
#include <stdint.h>

typedef struct LeatFrameReader LeatFrameReader;

typedef enum {
    LEAT_READ_FRAME,   /* here is one */
    LEAT_READ_ON,      /* on the way to it: call again */
    LEAT_READ_END,     /* no more; of a recording that grows: for now */
    LEAT_READ_DAMAGED, /* this one could not be decoded; call again for the next */
    LEAT_READ_FAILED,  /* the file cannot be read on */
} LeatReadResult;

/* Stands before the first frame. Both must outlive it. */
LeatFrameReader *leat_frame_reader_open(LeatStore *store, const LeatRecording *recording,
                                        GError **error);
void leat_frame_reader_free(LeatFrameReader *reader);

/* From now on gives frame `seq`, or the first there is after it. */
bool leat_frame_reader_seek(LeatFrameReader *reader, int64_t seq, GError **error);

/* The next frame in the order of showing, a new reference, each about as quickly as one can be
 * decoded. `error` is set for DAMAGED and FAILED; `damaged` (may be NULL) is the number of the
 * damaged frame. */
LeatReadResult leat_frame_reader_next(LeatFrameReader *reader, LeatFrame **frame, int64_t *damaged,
                                      GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LeatFrameReader, leat_frame_reader_free)

#endif
