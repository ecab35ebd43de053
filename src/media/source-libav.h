/* SPDX-License-Identifier: MIT */
/* Between the two files of the source that libavformat opens: source-libav.c, which reads it, and
 * source-libav-end.c, which knows how it ends. For these alone, on the source's thread. */
#ifndef LEAT_MEDIA_SOURCE_LIBAV_H
#define LEAT_MEDIA_SOURCE_LIBAV_H

#include "media/source-account.h"
#include "media/source-input.h"
#include "media/source-time.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    /* Set by opening. */
    LeatInput input;
    LeatCancel *cancel;
    LeatSourceFormat format; /* size and pixel format follow the frames */
    bool paced;              /* to the clock, by timestamps */
    bool screen;
    int64_t frame_ns; /* of the screen: from frame to frame */

    AVPacket *packet;
    LeatAccount account;
    LeatTimeline timeline;
    LeatPacer pacer;
    int64_t next_due_ns; /* of the screen */
    int64_t next_seq;
    int64_t first_pts, end_pts; /* what was read so far, in ticks; unset is AV_NOPTS_VALUE */
    int read_failures;          /* in a row */

    /* Found, but not handed out yet; in this order. */
    int64_t lost;
    char *note;
    AVFrame *picture;
    bool has_picture;

    bool draining;
    GError *failure; /* what ends it, once the decoder is empty; NULL for a good end */
    char *end_note;  /* to be told before a good end, or NULL */
    bool ended;
    int64_t frames; /* handed out */
} LeatLibavSource;

bool leat_libav_source_is_near_end(const LeatLibavSource *source);

/* Nothing more will come, for this reason; the decoder gives what it holds. */
void leat_libav_source_end_by_eof(LeatLibavSource *source);
void leat_libav_source_end_by_silence(LeatLibavSource *source);
void leat_libav_source_end_by_failure(LeatLibavSource *source, int result);

/* The decoder is empty. */
void leat_libav_source_finish(LeatLibavSource *source);

#endif
