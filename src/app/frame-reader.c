/* SPDX-License-Identifier: MIT */
#include "app/frame-reader.h"

#include "media/decoder.h"

/* A decoder that has failed so often gives nothing more of what is in it. */
#define MAX_FAILURES 16

/* So near ahead, decoding on is quicker than beginning at a key frame again. */
#define NEAR 32

struct LeatFrameReader {
    LeatStore *store;
    const LeatRecording *recording;
    LeatDecoder *decoder;
    LeatStoreCursor *cursor;

    int64_t target;  /* frames before it only lead to it */
    int64_t given;   /* the last frame given, or INT64_MIN */
    int64_t sent;    /* the last packet's number */
    int inside;      /* packets sent whose frames have not come */
    int failures;    /* in a row, of receiving */
    bool in_decoder; /* a packet was sent, and its frames were not all received */
    bool drained;    /* the decoder was told of the end, and takes no more */
};

bool leat_frame_reader_seek(LeatFrameReader *reader, int64_t seq, GError **error)
{
    bool near = reader->cursor && !reader->drained && reader->given != INT64_MIN &&
                seq > reader->given && seq - reader->given <= NEAR;

    reader->target = seq;
    if (near)
        return true;
    leat_store_cursor_free(reader->cursor);
    leat_decoder_reset(reader->decoder);
    reader->given = INT64_MIN;
    reader->in_decoder = reader->drained = false;
    reader->inside = 0;
    reader->cursor =
        leat_store_packets(reader->store, reader->recording->id, seq, INT64_MAX, true, error);
    return reader->cursor != NULL;
}

LeatFrameReader *leat_frame_reader_open(LeatStore *store, const LeatRecording *recording,
                                        GError **error)
{
    LeatFrameReader *reader = g_new0(LeatFrameReader, 1);

    reader->store = store;
    reader->recording = recording;
    reader->decoder = leat_decoder_open(&recording->stream, 0, error);
    if (reader->decoder && leat_frame_reader_seek(reader, 0, error))
        return reader;
    leat_frame_reader_free(reader);
    return NULL;
}

void leat_frame_reader_free(LeatFrameReader *reader)
{
    if (!reader)
        return;
    leat_store_cursor_free(reader->cursor);
    leat_decoder_free(reader->decoder);
    g_free(reader);
}

/* Damage on the way to the target says nothing of the target itself. */
static LeatReadResult damaged(LeatFrameReader *reader, GError *cause, int64_t *seq, GError **error)
{
    if (reader->sent < reader->target) {
        g_error_free(cause);
        return LEAT_READ_ON;
    }
    if (seq)
        *seq = reader->sent;
    g_propagate_error(error, cause);
    return LEAT_READ_DAMAGED;
}

/* At the end of what there is, the decoder gives what it held back; then it must begin anew. */
static LeatReadResult at_end(LeatFrameReader *reader, GError **error)
{
    if (reader->inside == 0 && !reader->drained)
        return LEAT_READ_END;
    if (reader->drained) {
        /* More may have been recorded since. */
        int64_t next =
            MAX(reader->given == INT64_MIN ? reader->target : reader->given + 1, reader->target);

        reader->given = INT64_MIN;
        return leat_frame_reader_seek(reader, next, error) ? LEAT_READ_END : LEAT_READ_FAILED;
    }
    if (!leat_decoder_send(reader->decoder, NULL, error))
        return LEAT_READ_FAILED;
    reader->drained = reader->in_decoder = true;
    return LEAT_READ_ON;
}

static LeatReadResult send_next(LeatFrameReader *reader, int64_t *seq, GError **error)
{
    LeatPacket packet;
    GError *cause = NULL;
    bool got;

    if (!leat_store_cursor_next(reader->cursor, &packet, &got, error))
        return LEAT_READ_FAILED;
    if (!got)
        return at_end(reader, error);
    reader->sent = packet.times.seq;
    if (!leat_decoder_send(reader->decoder, &packet, &cause))
        return damaged(reader, cause, seq, error);
    reader->in_decoder = true;
    reader->inside++;
    reader->failures = 0;
    return LEAT_READ_ON;
}

LeatReadResult leat_frame_reader_next(LeatFrameReader *reader, LeatFrame **frame, int64_t *seq,
                                      GError **error)
{
    LeatReadResult result = LEAT_READ_ON;
    GError *cause = NULL;

    *frame = NULL;
    if (!reader->cursor && !leat_frame_reader_seek(reader, reader->target, error))
        return LEAT_READ_FAILED;
    if (!reader->in_decoder)
        result = send_next(reader, seq, error);
    if (!reader->in_decoder || result != LEAT_READ_ON)
        return result;
    if (!leat_decoder_receive(reader->decoder, frame, &cause)) {
        reader->inside--;
        reader->in_decoder = ++reader->failures < MAX_FAILURES;
        return damaged(reader, cause, seq, error);
    }
    if (!*frame) {
        reader->in_decoder = false;
        return LEAT_READ_ON;
    }
    reader->inside--;
    if (leat_frame_times(*frame).seq < reader->target) {
        g_clear_pointer(frame, leat_frame_unref);
        return LEAT_READ_ON;
    }
    reader->given = leat_frame_times(*frame).seq;
    return LEAT_READ_FRAME;
}
