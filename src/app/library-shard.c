/* SPDX-License-Identifier: MIT */
#include "app/library-shard.h"

#include "base/error.h"
#include "media/decoder.h"

/* Enough to make the opening of a decoder cheap, few enough to share the work out. */
#define LEAST_FRAMES 256

/* Of one recording, however far apart its frames are numbered. */
#define MOST_SHARDS 4096

/* A recording that is damaged throughout need not be told frame by frame. */
#define MOST_FAULTS 20

static void clear_shard(void *data)
{
    LeatShard *shard = data;

    g_ptr_array_unref(shard->faults);
}

GArray *leat_library_shards_new(void)
{
    GArray *shards = g_array_new(FALSE, TRUE, sizeof(LeatShard));

    g_array_set_clear_func(shards, clear_shard);
    return shards;
}

bool leat_library_shards(LeatStore *store, const LeatRecording *recording, GArray *shards,
                         GError **error)
{
    int64_t first, last, step;

    if (recording->frames == 0)
        return true;
    if (!leat_store_seq_at(store, recording->id, 0, &first, error) ||
        !leat_store_seq_at(store, recording->id, recording->duration_ns, &last, error))
        return false;
    /* Damaged numbers must not lead astray. */
    first = MAX(first, 0);
    last = MAX(last, first);
    step = MAX((last - first) / MOST_SHARDS, LEAST_FRAMES);
    for (int64_t at = first; at <= last; at += step) {
        LeatShard shard = {.recording = recording, .first = at, .last = at + step - 1};

        /* Whatever stands outside the numbers that it should have is checked too. */
        if (at == first)
            shard.first = INT64_MIN;
        if (last - at < step)
            shard.last = INT64_MAX;
        g_array_append_val(shards, shard);
        g_array_index(shards, LeatShard, shards->len - 1).faults =
            g_ptr_array_new_with_free_func(g_free);
        if (shard.last == INT64_MAX)
            break;
    }
    return true;
}

static void add_fault(LeatShard *shard, int64_t seq, const char *cause)
{
    const LeatRecording *recording = shard->recording;

    if (seq < shard->first) /* on the way from the key frame: the shard before tells */
        return;
    if (shard->faults->len < MOST_FAULTS)
        g_ptr_array_add(shard->faults, g_strdup_printf("recording %" G_GINT64_FORMAT
                                                       " (%s), frame %" G_GINT64_FORMAT ": %s",
                                                       recording->id, recording->name, seq, cause));
    else if (shard->faults->len == MOST_FAULTS)
        g_ptr_array_add(shard->faults,
                        g_strdup_printf("recording %" G_GINT64_FORMAT
                                        " (%s), frame %" G_GINT64_FORMAT ": and more from here on",
                                        recording->id, recording->name, seq));
}

static void check_picture(LeatShard *shard, const LeatFrame *frame)
{
    const LeatStreamInfo *stream = &shard->recording->stream;
    int width = leat_frame_width(frame), height = leat_frame_height(frame);
    char *cause;

    if (width == stream->width && height == stream->height)
        return;
    cause = g_strdup_printf("it is %dx%d, and the recording %dx%d", width, height, stream->width,
                            stream->height);
    add_fault(shard, leat_frame_times(frame).seq, cause);
    g_free(cause);
}

/* Takes what the decoder has ready. `due` are the numbers of the packets inside it, in the order in
 * which their pictures must come. */
static void take_pictures(LeatShard *shard, LeatDecoder *decoder, GArray *due)
{
    for (;;) {
        GError *error = NULL;
        g_autoptr(LeatFrame) frame = NULL;
        guint passed = 0;

        if (!leat_decoder_receive(decoder, &frame, &error)) {
            if (due->len > 0) {
                add_fault(shard, g_array_index(due, int64_t, 0), error->message);
                g_array_remove_index(due, 0);
            }
            g_error_free(error);
            if (due->len == 0)
                return;
            continue;
        }
        if (!frame)
            return;
        while (passed < due->len &&
               g_array_index(due, int64_t, passed) < leat_frame_times(frame).seq)
            add_fault(shard, g_array_index(due, int64_t, passed++), "it gives no picture");
        if (passed < due->len)
            passed++;
        g_array_remove_range(due, 0, passed);
        check_picture(shard, frame);
    }
}

static void send(LeatShard *shard, LeatDecoder *decoder, const LeatPacket *packet, GArray *due)
{
    GError *error = NULL;

    if (leat_decoder_send(decoder, packet, &error)) {
        if (packet)
            g_array_append_val(due, packet->times.seq);
        return;
    }
    if (packet)
        add_fault(shard, packet->times.seq, error->message);
    g_error_free(error);
}

static bool check_packets(LeatShard *shard, LeatStoreCursor *cursor, LeatDecoder *decoder,
                          GArray *due, atomic_llong *frames, LeatCancel *cancel, GError **error)
{
    bool got = true;

    while (got) {
        LeatPacket packet;

        if (!leat_cancel_check(cancel, error) ||
            !leat_store_cursor_next(cursor, &packet, &got, error))
            return false;
        send(shard, decoder, got ? &packet : NULL, due);
        take_pictures(shard, decoder, due);
        if (got && packet.times.seq >= shard->first)
            atomic_fetch_add(frames, 1);
    }
    for (guint i = 0; i < due->len; i++)
        add_fault(shard, g_array_index(due, int64_t, i), "it gives no picture");
    return true;
}

bool leat_library_check_shard(LeatStore *store, LeatShard *shard, unsigned threads,
                              atomic_llong *frames, LeatCancel *cancel, GError **error)
{
    LeatDecoder *decoder = leat_decoder_open(&shard->recording->stream, threads, error);
    LeatStoreCursor *cursor = NULL;
    GArray *due = g_array_new(FALSE, FALSE, sizeof(int64_t));
    bool good = false;

    if (decoder)
        cursor =
            leat_store_packets(store, shard->recording->id, shard->first, shard->last, true, error);
    if (cursor)
        good = check_packets(shard, cursor, decoder, due, frames, cancel, error);
    g_array_unref(due);
    leat_store_cursor_free(cursor);
    leat_decoder_free(decoder);
    return good;
}
