/* SPDX-License-Identifier: MIT */
/* What a camera gave, handed out in the order of the sequence numbers. Pictures that a decoder
 * still has hold their place; one that never comes out of it becomes a loss there.
 *
 * Owned and used by one thread at a time. */
#ifndef LEAT_MEDIA_CAMERA_ITEMS_H
#define LEAT_MEDIA_CAMERA_ITEMS_H

#include "media/frame.h"
#include "media/source.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Of a picture that the decoder refused, or never gave. */
#define LEAT_CAMERA_DAMAGED "damaged picture"

typedef struct {
    GQueue queue;
} LeatCameraItems;

void leat_camera_items_init(LeatCameraItems *items);
void leat_camera_items_clear(LeatCameraItems *items);

/* Frames seq..seq+count-1 never came. */
void leat_camera_items_lost(LeatCameraItems *items, int64_t seq, int64_t count, const char *reason);

void leat_camera_items_note(LeatCameraItems *items, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* A frame, the caller's reference. */
void leat_camera_items_frame(LeatCameraItems *items, LeatFrame *frame);

/* The decoder got picture `seq`. */
void leat_camera_items_expect(LeatCameraItems *items, int64_t seq);

/* The decoder gave a picture (the caller's reference), told by its sequence number; those expected
 * before it will not come any more. */
void leat_camera_items_decoded(LeatCameraItems *items, LeatFrame *frame);

/* Picture `seq` will not come out of the decoder. */
void leat_camera_items_damaged(LeatCameraItems *items, int64_t seq);

/* No picture will come out of the decoder any more. */
void leat_camera_items_give_up(LeatCameraItems *items);

/* Whether the next item is known. */
bool leat_camera_items_has_next(const LeatCameraItems *items);

/* The next item, when it is known. */
bool leat_camera_items_next(LeatCameraItems *items, LeatSourceItem *item);

#endif
