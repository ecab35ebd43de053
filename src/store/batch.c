/* SPDX-License-Identifier: MIT */
#include "store/batch.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

/* A minute of a usual camera, while another program has the file locked. */
#define MOST_PREDICTIONS 2048

void leat_lost_packets_init(LeatLostPackets *lost)
{
    atomic_init(&lost->count, 0);
    atomic_init(&lost->first, INT64_MAX);
    atomic_init(&lost->last, INT64_MIN);
}

static void count_lost(LeatLostPackets *lost, int64_t seq)
{
    long long known = atomic_load(&lost->first);

    while (seq < known && !atomic_compare_exchange_weak(&lost->first, &known, seq))
        continue;
    known = atomic_load(&lost->last);
    while (seq > known && !atomic_compare_exchange_weak(&lost->last, &known, seq))
        continue;
    atomic_fetch_add(&lost->count, 1);
}

LeatHeldPacket *leat_held_packet_new(const LeatPacket *packet, LeatLostPackets *lost,
                                     GError **error)
{
    LeatHeldPacket *held = malloc(sizeof(*held) + packet->size);
    uint8_t *bytes;

    if (!held)
        return leat_error_no_memory(error, sizeof(*held) + packet->size, "a packet");
    bytes = (uint8_t *)(held + 1);
    memcpy(bytes, packet->data, packet->size);
    *held = (LeatHeldPacket){.packet = *packet, .lost = lost};
    held->packet.data = bytes;
    return held;
}

void leat_held_packet_lose(void *packet)
{
    LeatHeldPacket *held = packet;

    count_lost(held->lost, held->packet.times.seq);
    free(held);
}

void leat_batch_init(LeatBatch *batch)
{
    *batch = (LeatBatch){
        .losses = g_array_new(FALSE, FALSE, sizeof(LeatLoss)),
        .predictions = g_array_new(FALSE, FALSE, sizeof(LeatPrediction)),
        .stored_seq = -1,
    };
    batch->tail = &batch->head;
}

void leat_batch_finish(LeatBatch *batch)
{
    leat_batch_lose_packets(batch);
    g_array_unref(batch->losses);
    g_array_unref(batch->predictions);
}

void leat_batch_add(LeatBatch *batch, LeatHeldPacket *packet)
{
    packet->next = NULL;
    *batch->tail = packet;
    batch->tail = &packet->next;
    batch->count++;
    batch->bytes += packet->packet.size;
}

void leat_batch_set_ledger(LeatBatch *batch, const LeatLedger *ledger, const LeatLoss *losses,
                           size_t from, size_t count)
{
    batch->ledger = *ledger;
    batch->ledger_set = true;
    if (count == 0)
        return;
    if (batch->losses->len == 0 || from <= batch->from) {
        g_array_set_size(batch->losses, 0);
        batch->from = from;
    } else {
        /* None between those that wait and these may be missing. */
        g_assert(from - batch->from <= batch->losses->len);
        g_array_set_size(batch->losses, (guint)(from - batch->from));
    }
    g_array_append_vals(batch->losses, losses, (guint)count);
}

void leat_batch_move_ledger(LeatBatch *to, LeatBatch *from)
{
    if (!from->ledger_set)
        return;
    leat_batch_set_ledger(to, &from->ledger, (const LeatLoss *)(void *)from->losses->data,
                          from->from, from->losses->len);
    from->ledger_set = false;
    g_array_set_size(from->losses, 0);
}

static void drop_packets(LeatBatch *batch, bool lost)
{
    LeatHeldPacket *packet = batch->head;

    while (packet) {
        LeatHeldPacket *next = packet->next;

        if (lost)
            leat_held_packet_lose(packet);
        else
            free(packet);
        packet = next;
    }
    batch->head = NULL;
    batch->tail = &batch->head;
    batch->count = 0;
    batch->bytes = 0;
}

void leat_batch_add_predictions(LeatBatch *batch, const LeatPrediction *predictions, size_t count)
{
    if (batch->predictions->len + count <= MOST_PREDICTIONS)
        g_array_append_vals(batch->predictions, predictions, (guint)count);
}

void leat_batch_move_predictions(LeatBatch *to, LeatBatch *from)
{
    leat_batch_add_predictions(to, (const LeatPrediction *)(const void *)from->predictions->data,
                               from->predictions->len);
    g_array_set_size(from->predictions, 0);
}

int64_t leat_batch_due_seq(const LeatBatch *batch)
{
    int64_t seq = batch->stored_seq;

    for (const LeatHeldPacket *held = batch->head; held; held = held->next)
        seq = MAX(seq, held->packet.times.seq);
    return seq;
}

static void drop_predictions(LeatBatch *batch)
{
    guint kept = 0;

    for (guint i = 0; i < batch->predictions->len; i++) {
        LeatPrediction *prediction = &g_array_index(batch->predictions, LeatPrediction, i);

        if (prediction->seq > batch->stored_seq)
            g_array_index(batch->predictions, LeatPrediction, kept++) = *prediction;
    }
    g_array_set_size(batch->predictions, kept);
}

void leat_batch_done(LeatBatch *batch)
{
    batch->stored_seq = leat_batch_due_seq(batch);
    drop_predictions(batch);
    drop_packets(batch, false);
    batch->ledger_set = false;
    g_array_set_size(batch->losses, 0);
}

void leat_batch_lose_packets(LeatBatch *batch)
{
    drop_packets(batch, true);
}
