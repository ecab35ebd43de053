/* SPDX-License-Identifier: MIT */
#include "pipeline/link.h"

#include "base/error.h"
#include "concurrency/mailbox.h"

#include <stdatomic.h>
#include <stdlib.h>

struct LeatLink {
    /* Set once. One of queue and mailbox, by policy. */
    const char *name;
    LeatLinkPolicy policy;
    LeatQueue *queue;
    LeatMailbox *mailbox;

    atomic_uint_least64_t refused;
};

static void destroy_frame(void *frame)
{
    leat_frame_unref(frame);
}

LeatLink *leat_link_new(const char *name, LeatLinkPolicy policy, LeatQueueLimits limits,
                        LeatCancel *cancel, GError **error)
{
    LeatLink *link = calloc(1, sizeof(*link));
    if (!link)
        return leat_error_no_memory(error, sizeof(*link), "a link");
    link->name = name;
    link->policy = policy;
    if (policy == LEAT_LINK_EVERY)
        link->queue = leat_queue_new(limits, destroy_frame, cancel, error);
    else
        link->mailbox = leat_mailbox_new(destroy_frame, cancel, error);
    if (!link->queue && !link->mailbox) {
        free(link);
        return NULL;
    }
    return link;
}

void leat_link_free(LeatLink *link)
{
    if (!link)
        return;
    leat_queue_free(link->queue);
    leat_mailbox_free(link->mailbox);
    free(link);
}

LeatQueueResult leat_link_offer(LeatLink *link, LeatFrame *frame, int64_t timeout_ns,
                                bool *replaced)
{
    if (replaced)
        *replaced = false;
    LeatQueueResult result =
        link->mailbox ? leat_mailbox_put(link->mailbox, frame, replaced)
                      : leat_queue_push(link->queue, frame, leat_frame_bytes(frame), timeout_ns);
    if (result != LEAT_QUEUE_OK)
        atomic_fetch_add_explicit(&link->refused, 1, memory_order_relaxed);
    return result;
}

LeatQueueResult leat_link_take(LeatLink *link, LeatFrame **frame, int64_t timeout_ns)
{
    void *item = NULL;
    LeatQueueResult result = link->mailbox ? leat_mailbox_take(link->mailbox, &item, timeout_ns)
                                           : leat_queue_pop(link->queue, &item, timeout_ns);
    *frame = item;
    return result;
}

void leat_link_close(LeatLink *link)
{
    if (link->mailbox)
        leat_mailbox_close(link->mailbox);
    else
        leat_queue_close(link->queue);
}

LeatLinkFigures leat_link_figures(LeatLink *link)
{
    LeatLinkFigures figures = {
        .name = link->name,
        .policy = link->policy,
        .refused = atomic_load_explicit(&link->refused, memory_order_relaxed),
    };
    if (link->mailbox) {
        LeatMailboxStats stats = leat_mailbox_get_stats(link->mailbox);
        figures.items = stats.full;
        figures.peak_items = stats.put > 0;
        figures.max_items = 1;
        figures.in = stats.put;
        figures.out = stats.taken;
        figures.replaced = stats.replaced;
    } else {
        LeatQueueFill fill = leat_queue_get_fill(link->queue);
        figures.items = fill.items;
        figures.bytes = fill.bytes;
        figures.peak_items = fill.peak_items;
        figures.max_items = fill.limits.items;
        figures.max_bytes = fill.limits.bytes;
        figures.in = fill.pushed;
        figures.out = fill.popped;
    }
    return figures;
}
