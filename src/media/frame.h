/* SPDX-License-Identifier: MIT */
/* A video frame: pixels and what is known about them. Immutable once published (handed to any
 * other thread or stage), reference counted with C11 atomics, and never copied to hand it on.
 *
 * Whoever holds a reference may read it on any thread. Memory may outlive the source, decoder or
 * filter that made it. */
#ifndef LEAT_MEDIA_FRAME_H
#define LEAT_MEDIA_FRAME_H

#include "base/packet.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct LeatFrame LeatFrame;

LeatFrame *leat_frame_ref(LeatFrame *frame);

/* NULL is fine. */
void leat_frame_unref(LeatFrame *frame);

LeatFrameTimes leat_frame_times(const LeatFrame *frame);
int leat_frame_width(const LeatFrame *frame);  /* px */
int leat_frame_height(const LeatFrame *frame); /* px */

/* libavutil's name of the pixel format ("yuv420p", "bgra"); a static string. */
const char *leat_frame_pixel_format(const LeatFrame *frame);

/* Memory that the pixels take, bytes. */
size_t leat_frame_bytes(const LeatFrame *frame);

/* The first byte of a plane and the distance between its rows in bytes; NULL when there is no
 * such plane. */
const uint8_t *leat_frame_plane(const LeatFrame *frame, int plane, int *stride);

/* A new frame with the same pixels (shared, not copied) and other times. NULL with an error when
 * memory runs out. */
LeatFrame *leat_frame_with_times(LeatFrame *frame, const LeatFrameTimes *times, GError **error);

/* Called once, on whichever thread drops the last reference, with the frame's capture time and the
 * latest time noted by leat_frame_note_finished (0 when none was). Set it before publishing. */
typedef void (*LeatFrameReleaseFunc)(int64_t captured_ns, int64_t finished_ns, void *data);
void leat_frame_set_release(LeatFrame *frame, LeatFrameReleaseFunc release, void *data);

/* A consumer is done with the frame at this CLOCK_MONOTONIC time. The latest one stays. */
void leat_frame_note_finished(LeatFrame *frame, int64_t now_ns);

/* Bytes of pixels that this process has copied to make a frame own its memory, ever. Handing on
 * must not raise it; bench/hop watches it. */
uint64_t leat_frame_copied_bytes(void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LeatFrame, leat_frame_unref)

#endif
