/* SPDX-License-Identifier: MIT */
/* A link carries frames from one stage to the next, by one of two policies that are never mixed:
 *
 *   every   bounded in frames and bytes, first in first out. The stage before it may wait for room
 *           or be refused; what is refused, that stage loses loudly.
 *   latest  a mailbox: offering never waits, a frame that nobody took is replaced and counted.
 *
 * One reference to a frame is handed on; pixels are not touched. One thread offers, one takes, any
 * may look at the figures. Owned by the pipeline. */
#ifndef LEAT_PIPELINE_LINK_H
#define LEAT_PIPELINE_LINK_H

#include "concurrency/queue.h"
#include "media/frame.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct LeatLink LeatLink;

typedef enum {
    LEAT_LINK_EVERY,
    LEAT_LINK_LATEST,
} LeatLinkPolicy;

typedef struct {
    const char *name;
    LeatLinkPolicy policy;
    size_t items, bytes;         /* in it now */
    size_t peak_items;           /* most ever */
    size_t max_items, max_bytes; /* bounds; 1 and 0 for latest */
    uint64_t in, out, replaced;
    uint64_t refused; /* offered in vain: full, closed or aborted */
} LeatLinkFigures;

/* `name` is a string literal. `limits` are those of an every-link; `cancel` aborts it. */
LeatLink *leat_link_new(const char *name, LeatLinkPolicy policy, LeatQueueLimits limits,
                        LeatCancel *cancel, GError **error);
void leat_link_free(LeatLink *link);

/* Takes the caller's reference when it returns LEAT_QUEUE_OK. `replaced` (may be NULL) tells
 * whether a latest-link let go of an older frame for it. */
LeatQueueResult leat_link_offer(LeatLink *link, LeatFrame *frame, int64_t timeout_ns,
                                bool *replaced);
LeatQueueResult leat_link_take(LeatLink *link, LeatFrame **frame, int64_t timeout_ns);

/* No more will be offered; what is in it can still be taken. */
void leat_link_close(LeatLink *link);

LeatLinkFigures leat_link_figures(LeatLink *link);

#endif
