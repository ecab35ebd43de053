/* SPDX-License-Identifier: MIT */
/* What waits to be committed together: packets, the ledger, losses, and predictions. Used by one
 * thread at a time; only the count of lost packets may be read by others. */
#ifndef LEAT_STORE_BATCH_H
#define LEAT_STORE_BATCH_H

#include "base/ledger.h"
#include "base/packet.h"
#include "base/prediction.h"

#include <glib.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Packets that were taken and not stored. */
typedef struct {
    atomic_llong count, first, last;
} LeatLostPackets;

/* A packet and its bytes in one block. */
typedef struct LeatHeldPacket {
    LeatPacket packet;
    LeatLostPackets *lost; /* told when it is freed unstored; not owned */
    struct LeatHeldPacket *next;
} LeatHeldPacket;

typedef struct {
    LeatHeldPacket *head, **tail;
    size_t count, bytes;
    LeatLedger ledger;
    bool ledger_set; /* since the last commit */
    GArray *losses;  /* LeatLoss, those from number `from` on */
    size_t from;
    GArray *predictions; /* LeatPrediction */
    int64_t stored_seq;  /* the last frame committed before, -1 for none */
} LeatBatch;

void leat_lost_packets_init(LeatLostPackets *lost);

/* Copies. NULL with NO_MEMORY. */
LeatHeldPacket *leat_held_packet_new(const LeatPacket *packet, LeatLostPackets *lost,
                                     GError **error);

/* Frees one that was not stored, and counts it as lost. */
void leat_held_packet_lose(void *packet);

void leat_batch_init(LeatBatch *batch);
void leat_batch_finish(LeatBatch *batch);

/* Takes the packet over. */
void leat_batch_add(LeatBatch *batch, LeatHeldPacket *packet);

/* Replaces the ledger, and the losses from number `from` on. */
void leat_batch_set_ledger(LeatBatch *batch, const LeatLedger *ledger, const LeatLoss *losses,
                           size_t from, size_t count);

/* Moves ledger and losses of `from`, which is then without, into `to`. */
void leat_batch_move_ledger(LeatBatch *to, LeatBatch *from);

/* More than a batch has room for are left out. */
void leat_batch_add_predictions(LeatBatch *batch, const LeatPrediction *predictions, size_t count);

/* Moves the predictions of `from`, which is then without, into `to`. */
void leat_batch_move_predictions(LeatBatch *to, LeatBatch *from);

/* Predictions of frames up to this one are due: their frames are stored with this batch, or were,
 * or never will be. */
int64_t leat_batch_due_seq(const LeatBatch *batch);

/* All that was due is committed: empties the batch of it. */
void leat_batch_done(LeatBatch *batch);

/* The packets are lost; ledger and losses stay. */
void leat_batch_lose_packets(LeatBatch *batch);

#endif
