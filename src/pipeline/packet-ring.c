/* SPDX-License-Identifier: MIT */
#include "pipeline/packet-ring.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

typedef struct Item Item;
struct Item {
    Item *next;
    LeatKeptPacket kept;
    uint8_t data[];
};

struct LeatPacketRing {
    Item *head, *tail;
    size_t bytes;
};

LeatPacketRing *leat_packet_ring_new(GError **error)
{
    LeatPacketRing *ring = calloc(1, sizeof(*ring));
    return ring ? ring : leat_error_no_memory(error, sizeof(*ring), "the pre-roll");
}

void leat_packet_ring_free(LeatPacketRing *ring)
{
    if (!ring)
        return;
    while (ring->head)
        leat_packet_ring_pop(ring);
    free(ring);
}

static size_t bytes_of(const Item *item)
{
    return sizeof(*item) + item->kept.packet.size;
}

bool leat_packet_ring_push(LeatPacketRing *ring, const LeatPacket *packet,
                           const LeatRecordCount *before, GError **error)
{
    Item *item = malloc(sizeof(*item) + packet->size);
    if (!item) {
        leat_error_no_memory(error, packet->size, "a packet");
        return false;
    }
    item->next = NULL;
    item->kept = (LeatKeptPacket){*packet, *before};
    item->kept.packet.data = item->data;
    memcpy(item->data, packet->data, packet->size);
    if (ring->tail)
        ring->tail->next = item;
    else
        ring->head = item;
    ring->tail = item;
    ring->bytes += bytes_of(item);
    return true;
}

const LeatKeptPacket *leat_packet_ring_first(const LeatPacketRing *ring)
{
    return ring->head ? &ring->head->kept : NULL;
}

void leat_packet_ring_pop(LeatPacketRing *ring)
{
    Item *item = ring->head;
    ring->head = item->next;
    if (!ring->head)
        ring->tail = NULL;
    ring->bytes -= bytes_of(item);
    free(item);
}

/* The first packet of the second group. */
static const Item *next_key(const LeatPacketRing *ring)
{
    const Item *item = ring->head->next;
    while (item && !item->kept.packet.key)
        item = item->next;
    return item;
}

static int64_t pts_ns(const Item *item)
{
    const LeatFrameTimes *times = &item->kept.packet.times;
    return leat_ticks_to_ns(times->pts, times->time_base);
}

void leat_packet_ring_trim(LeatPacketRing *ring, int64_t ns, size_t bytes)
{
    while (ring->head) {
        const Item *key = next_key(ring);
        bool too_old = key && pts_ns(ring->tail) - pts_ns(key) >= ns;
        if (!too_old && ring->bytes <= bytes)
            return;
        while (ring->head != key)
            leat_packet_ring_pop(ring);
    }
}

int64_t leat_packet_ring_ns(const LeatPacketRing *ring)
{
    return ring->head ? pts_ns(ring->tail) - pts_ns(ring->head) : 0;
}

size_t leat_packet_ring_bytes(const LeatPacketRing *ring)
{
    return ring->bytes;
}
