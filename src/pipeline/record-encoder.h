/* SPDX-License-Identifier: MIT */
/* Encodes frames as a recording wants them: skips those that its record rate does not want, makes
 * their times those of one stream, and hands on the packets. What becomes of these is for whoever
 * listens: a recorder stores them, a pre-roll keeps them, and one may go on where the other was.
 *
 * Owned and used by one thread at a time. */
#ifndef LEAT_PIPELINE_RECORD_ENCODER_H
#define LEAT_PIPELINE_RECORD_ENCODER_H

#include "pipeline/stage.h"

#include <glib.h>
#include <stdbool.h>

typedef struct LeatRecordEncoder LeatRecordEncoder;

/* How many frames it had been given in front of one, and how many of these it had skipped. */
typedef struct {
    int64_t taken, skipped;
} LeatRecordCount;

/* All are called from within the functions below. */
typedef struct {
    /* A packet, its frame (NULL when unknown) and what was in front of that. False with an error
     * ends encoding; the frame then counts as one that is still inside. */
    bool (*pass)(const LeatPacket *packet, LeatFrame *frame, const LeatRecordCount *before,
                 void *data, GError **error);
    void (*skip)(void *data);
    void (*lose)(int64_t seq, const char *reason, void *data);
    void *data;
} LeatRecordSink;

typedef struct {
    LeatEncoderOptions encoder;
    LeatRational record_rate;
    const char *filter; /* the graph in force, NULL or "" for none: the source's rate is then that
                         * of the frames */
} LeatRecordEncoding;

/* Whether packets of the one go on where those of the other ended. */
bool leat_record_encoding_equal(const LeatRecordEncoding *a, const LeatRecordEncoding *b);

/* For frames like the first, which is not taken yet. */
LeatRecordEncoder *leat_record_encoder_open(const LeatStageContext *context,
                                            const LeatRecordEncoding *encoding,
                                            const LeatFrame *first, const LeatRecordSink *sink,
                                            GError **error);

/* NULL is fine. */
void leat_record_encoder_free(LeatRecordEncoder *encoder);

void leat_record_encoder_set_sink(LeatRecordEncoder *encoder, const LeatRecordSink *sink);

const LeatStreamInfo *leat_record_encoder_stream(const LeatRecordEncoder *encoder);

/* Whether the frame has the first one's size and pixel format; another is converted. */
bool leat_record_encoder_fits(const LeatRecordEncoder *encoder, const LeatFrame *frame);

/* Of all frames so far. */
LeatRecordCount leat_record_encoder_count(const LeatRecordEncoder *encoder);

/* Takes one frame: skips it or encodes it. One that the encoder alone refuses is lost, and the next
 * may pass. False with the error with which the sink ended it. */
bool leat_record_encoder_add(LeatRecordEncoder *encoder, LeatFrame *frame, GError **error);

/* No more will come: hands on what is still inside. */
bool leat_record_encoder_drain(LeatRecordEncoder *encoder, GError **error);

/* Lets go of what is still inside, as lost. */
void leat_record_encoder_lose(LeatRecordEncoder *encoder, const char *reason);

#endif
