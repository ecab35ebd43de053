/* SPDX-License-Identifier: MIT */
#include "pipeline/pre-roll.h"

#include "base/error.h"
#include "base/log.h"

#include <stdlib.h>

struct LeatPreRollKeeper {
    /* Set once. */
    const LeatStageContext *context;
    int64_t ns;
    size_t bytes;
    LeatRecordEncoding encoding;
    char *filter;

    LeatRecordEncoder *encoder; /* NULL before the first frame */
    LeatPacketRing *ring;
    bool broken; /* what is inside the encoder does not go on where the ring ends */
    bool told;   /* that there is none */
};

LeatPreRollKeeper *leat_pre_roll_keeper_new(const LeatStageContext *context,
                                            const LeatPreRoll *pre_roll, const char *filter,
                                            GError **error)
{
    LeatPreRollKeeper *keeper = calloc(1, sizeof(*keeper));
    if (!keeper)
        return leat_error_no_memory(error, sizeof(*keeper), "the pre-roll");
    keeper->ring = leat_packet_ring_new(error);
    if (!keeper->ring) {
        free(keeper);
        return NULL;
    }
    keeper->context = context;
    keeper->ns = pre_roll->ns;
    keeper->bytes = pre_roll->bytes;
    keeper->filter = g_strdup(filter);
    keeper->encoding =
        (LeatRecordEncoding){pre_roll->encoder, pre_roll->record_rate, keeper->filter};
    return keeper;
}

void leat_pre_roll_keeper_free(LeatPreRollKeeper *keeper)
{
    if (!keeper)
        return;
    leat_record_encoder_free(keeper->encoder);
    leat_packet_ring_free(keeper->ring);
    g_free(keeper->filter);
    free(keeper);
}

static void begin_anew(LeatPreRollKeeper *keeper)
{
    leat_record_encoder_free(keeper->encoder);
    keeper->encoder = NULL;
    keeper->broken = false;
    leat_packet_ring_trim(keeper->ring, 0, 0);
}

/* An encoder gives its next key packet when it likes to; a new one begins with one. */
static bool keep(const LeatPacket *packet, LeatFrame *frame, const LeatRecordCount *before,
                 void *data, GError **error)
{
    LeatPreRollKeeper *keeper = data;
    (void)frame;
    (void)error;
    if (keeper->broken || (!packet->key && !leat_packet_ring_first(keeper->ring)))
        return true;
    if (leat_packet_ring_push(keeper->ring, packet, before, NULL))
        leat_packet_ring_trim(keeper->ring, keeper->ns, keeper->bytes);
    else
        keeper->broken = true;
    if (!packet->key && !leat_packet_ring_first(keeper->ring))
        keeper->broken = true;
    return true;
}

static void skip(void *data)
{
    (void)data;
}

static void lose(int64_t seq, const char *reason, void *data)
{
    LeatPreRollKeeper *keeper = data;
    (void)seq;
    (void)reason;
    keeper->broken = true;
}

static void open_encoder(LeatPreRollKeeper *keeper, const LeatFrame *first)
{
    LeatRecordSink sink = {.pass = keep, .skip = skip, .lose = lose, .data = keeper};
    GError *failure = NULL;
    keeper->encoder =
        leat_record_encoder_open(keeper->context, &keeper->encoding, first, &sink, &failure);
    if (keeper->encoder)
        return;
    if (!keeper->told)
        leat_log(LEAT_LOG_WARNING, "no pre-roll is kept: %s", failure->message);
    keeper->told = true;
    g_error_free(failure);
}

void leat_pre_roll_keeper_add(LeatPreRollKeeper *keeper, LeatFrame *frame)
{
    if (keeper->encoder && !leat_record_encoder_fits(keeper->encoder, frame))
        begin_anew(keeper);
    if (!keeper->encoder)
        open_encoder(keeper, frame);
    if (!keeper->encoder)
        return;
    leat_record_encoder_add(keeper->encoder, frame, NULL);
    if (keeper->broken)
        begin_anew(keeper);
}

bool leat_pre_roll_keeper_is_empty(const LeatPreRollKeeper *keeper)
{
    return !leat_packet_ring_first(keeper->ring);
}

bool leat_pre_roll_keeper_fits(const LeatPreRollKeeper *keeper, const LeatRecordEncoding *encoding,
                               LeatPreRollAccount *account)
{
    const LeatKeptPacket *first = leat_packet_ring_first(keeper->ring);
    if (!first || !leat_record_encoding_equal(&keeper->encoding, encoding))
        return false;
    LeatRecordCount count = leat_record_encoder_count(keeper->encoder);
    *account = (LeatPreRollAccount){
        .first = first->packet.times.seq,
        .taken = count.taken - first->before.taken,
        .skipped = count.skipped - first->before.skipped,
    };
    return true;
}

void leat_pre_roll_keeper_take(LeatPreRollKeeper *keeper, LeatRecordEncoder **encoder,
                               LeatPacketRing **kept)
{
    *encoder = g_steal_pointer(&keeper->encoder);
    *kept = g_steal_pointer(&keeper->ring);
}
