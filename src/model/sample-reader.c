/* SPDX-License-Identifier: MIT */
#include "model/sample-reader.h"

#include "base/clock.h"
#include "base/error.h"
#include "concurrency/queue.h"
#include "concurrency/thread.h"

#include <stdlib.h>

enum { BUFFERS = 2 };

/* Goes round: empty -> the thread -> full -> the user -> empty. */
typedef struct {
    uint8_t *pixels;
    GError *error; /* of reading into it */
} Buffer;

struct LeatSampleReader {
    /* Set once. */
    const LeatSamples *samples;
    const unsigned *indices;
    unsigned count, batch;
    LeatQueue *empty, *full;
    LeatThread *thread;
    Buffer buffers[BUFFERS];

    /* The user's. */
    Buffer *in_hand;
};

static bool fill(const LeatSampleReader *reader, unsigned first, Buffer *buffer)
{
    const LeatSamples *samples = reader->samples;

    for (unsigned i = first; i < reader->count && i < first + reader->batch; i++)
        if (!samples->read(samples->data, reader->indices ? reader->indices[i] : i,
                           buffer->pixels + (i - first) * LEAT_SAMPLE_BYTES, &buffer->error))
            return false;
    return true;
}

static void read_all(void *data)
{
    LeatSampleReader *reader = data;
    bool good = true;

    for (unsigned first = 0; good && first < reader->count; first += reader->batch) {
        void *buffer;

        if (leat_queue_pop(reader->empty, &buffer, LEAT_FOREVER) != LEAT_QUEUE_OK)
            break;
        good = fill(reader, first, buffer);
        if (leat_queue_push(reader->full, buffer, 0, LEAT_FOREVER) != LEAT_QUEUE_OK)
            break;
    }
}

static bool init_buffers(LeatSampleReader *reader, GError **error)
{
    for (int i = 0; i < BUFFERS; i++) {
        const size_t bytes = reader->batch * LEAT_SAMPLE_BYTES;

        reader->buffers[i].pixels = malloc(bytes);
        if (!reader->buffers[i].pixels) {
            leat_error_no_memory(error, bytes, "a batch of samples");
            return false;
        }
        leat_queue_push(reader->empty, &reader->buffers[i], 0, 0);
    }
    return true;
}

static bool start(LeatSampleReader *reader, LeatCancel *cancel, GError **error)
{
    const LeatQueueLimits limits = {.items = BUFFERS};

    reader->empty = leat_queue_new(limits, NULL, cancel, error);
    if (!reader->empty)
        return false;
    reader->full = leat_queue_new(limits, NULL, cancel, error);
    if (!reader->full || !init_buffers(reader, error))
        return false;
    reader->thread = leat_thread_new("samples", LEAT_THREAD_BACKGROUND, read_all, reader, error);
    return reader->thread && leat_thread_start(reader->thread, error);
}

LeatSampleReader *leat_sample_reader_new(const LeatSamples *samples, const unsigned *indices,
                                         unsigned count, unsigned batch, LeatCancel *cancel,
                                         GError **error)
{
    LeatSampleReader *reader = calloc(1, sizeof *reader);

    if (!reader)
        return leat_error_no_memory(error, sizeof *reader, "a reader of samples");
    reader->samples = samples;
    reader->indices = indices;
    reader->count = count;
    reader->batch = batch;
    if (!start(reader, cancel, error)) {
        leat_sample_reader_free(reader);
        return NULL;
    }
    return reader;
}

void leat_sample_reader_free(LeatSampleReader *reader)
{
    if (!reader)
        return;
    if (reader->empty)
        leat_queue_abort(reader->empty);
    if (reader->full)
        leat_queue_abort(reader->full);
    leat_thread_free(reader->thread);
    leat_queue_free(reader->empty);
    leat_queue_free(reader->full);
    for (int i = 0; i < BUFFERS; i++) {
        free(reader->buffers[i].pixels);
        g_clear_error(&reader->buffers[i].error);
    }
    free(reader);
}

const uint8_t *leat_sample_reader_next(LeatSampleReader *reader, GError **error)
{
    void *next = NULL;

    if (reader->in_hand)
        leat_queue_push(reader->empty, reader->in_hand, 0, 0);
    reader->in_hand = NULL;
    if (leat_queue_pop(reader->full, &next, LEAT_FOREVER) != LEAT_QUEUE_OK) {
        g_set_error_literal(error, LEAT_ERROR, LEAT_ERROR_CANCELLED,
                            "reading samples was cancelled");
        return NULL;
    }
    reader->in_hand = next;
    if (reader->in_hand->error) {
        g_propagate_error(error, g_steal_pointer(&reader->in_hand->error));
        return NULL;
    }
    return reader->in_hand->pixels;
}
