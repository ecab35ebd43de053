/* SPDX-License-Identifier: MIT */
#include "media/camera-items.h"

#include "media/source-internal.h"

#include <stdarg.h>

/* More pictures than this no decoder holds back on purpose. */
#define EXPECTED_MAX 32

void leat_camera_items_init(LeatCameraItems *items)
{
    g_queue_init(&items->queue);
}

static void free_item(void *data)
{
    LeatSourceItem *item = data;
    leat_frame_unref(item->frame);
    g_free(item);
}

void leat_camera_items_clear(LeatCameraItems *items)
{
    g_queue_clear_full(&items->queue, free_item);
}

static LeatSourceItem *add(LeatCameraItems *items)
{
    LeatSourceItem *item = g_new0(LeatSourceItem, 1);
    g_queue_push_tail(&items->queue, item);
    return item;
}

void leat_camera_items_lost(LeatCameraItems *items, int64_t seq, int64_t count, const char *reason)
{
    leat_source_item_lost(add(items), seq, count, "%s", reason);
}

void leat_camera_items_note(LeatCameraItems *items, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    leat_source_item_set(add(items), LEAT_SOURCE_ITEM_NOTE, "%s", text);
}

void leat_camera_items_frame(LeatCameraItems *items, LeatFrame *frame)
{
    LeatSourceItem *item = add(items);
    item->type = LEAT_SOURCE_ITEM_FRAME;
    item->frame = frame;
    item->first = item->last = leat_frame_times(frame).seq;
    item->count = 1;
}

static bool is_expected(const LeatSourceItem *item)
{
    return item->type == LEAT_SOURCE_ITEM_FRAME && !item->frame;
}

static void lose(LeatSourceItem *item)
{
    leat_source_item_lost(item, item->first, 1, LEAT_CAMERA_DAMAGED);
}

void leat_camera_items_expect(LeatCameraItems *items, int64_t seq)
{
    unsigned expected = 0;
    LeatSourceItem *oldest = NULL;

    for (GList *link = items->queue.tail; link; link = link->prev) {
        if (!is_expected(link->data))
            continue;
        expected++;
        oldest = link->data;
    }
    if (expected >= EXPECTED_MAX)
        lose(oldest);

    LeatSourceItem *item = add(items);
    item->type = LEAT_SOURCE_ITEM_FRAME;
    item->first = item->last = seq;
    item->count = 1;
}

void leat_camera_items_decoded(LeatCameraItems *items, LeatFrame *frame)
{
    int64_t seq = leat_frame_times(frame).seq;

    for (GList *link = items->queue.head; link; link = link->next) {
        LeatSourceItem *item = link->data;
        if (!is_expected(item) || item->first > seq)
            continue;
        if (item->first == seq) {
            item->frame = frame;
            return;
        }
        lose(item);
    }
    /* It was given up, and is already counted as lost. */
    leat_frame_unref(frame);
}

void leat_camera_items_damaged(LeatCameraItems *items, int64_t seq)
{
    for (GList *link = items->queue.head; link; link = link->next) {
        LeatSourceItem *item = link->data;
        if (is_expected(item) && item->first == seq)
            lose(item);
    }
}

void leat_camera_items_give_up(LeatCameraItems *items)
{
    for (GList *link = items->queue.head; link; link = link->next)
        if (is_expected(link->data))
            lose(link->data);
}

bool leat_camera_items_has_next(const LeatCameraItems *items)
{
    const GList *head = items->queue.head;

    return head && !is_expected(head->data);
}

bool leat_camera_items_next(LeatCameraItems *items, LeatSourceItem *item)
{
    LeatSourceItem *head;

    if (!leat_camera_items_has_next(items))
        return false;
    head = g_queue_pop_head(&items->queue);
    *item = *head;
    g_free(head);
    return true;
}
