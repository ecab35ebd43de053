/* SPDX-License-Identifier: MIT */
/* Encoded packets in memory, oldest first, bounded in the stream's time and in bytes. What leaves
 * it does so in whole groups, so that its first packet is a key one wherever its first ever was.
 *
 * Owned and used by one thread at a time. */
#ifndef LEAT_PIPELINE_PACKET_RING_H
#define LEAT_PIPELINE_PACKET_RING_H

#include "base/packet.h"
#include "pipeline/record-encoder.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct LeatPacketRing LeatPacketRing;

typedef struct {
    LeatPacket packet;      /* its bytes live as long as it is in the ring */
    LeatRecordCount before; /* its frame */
} LeatKeptPacket;

LeatPacketRing *leat_packet_ring_new(GError **error);

/* NULL is fine. */
void leat_packet_ring_free(LeatPacketRing *ring);

/* Copies the packet to the end. False when there is no memory for it. */
bool leat_packet_ring_push(LeatPacketRing *ring, const LeatPacket *packet,
                           const LeatRecordCount *before, GError **error);

/* NULL when it is empty. */
const LeatKeptPacket *leat_packet_ring_first(const LeatPacketRing *ring);

/* Lets go of the first one. */
void leat_packet_ring_pop(LeatPacketRing *ring);

/* Lets go of the oldest ones until no more than `bytes` are in it, and of those that are not needed
 * for the latest `ns`. */
void leat_packet_ring_trim(LeatPacketRing *ring, int64_t ns, size_t bytes);

/* From its first packet to its last, of the stream's time. */
int64_t leat_packet_ring_ns(const LeatPacketRing *ring);

/* Memory that it takes. */
size_t leat_packet_ring_bytes(const LeatPacketRing *ring);

#endif
