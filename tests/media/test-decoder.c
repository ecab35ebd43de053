/* SPDX-License-Identifier: MIT */
#include "media/decoder.h"

#include "base/clock.h"
#include "base/error.h"
#include "concurrency/queue.h"
#include "faults.h"
#include "support.h"

#include <pthread.h>
#include <string.h>

static const LeatCodec all_codecs[] = {LEAT_CODEC_MJPEG, LEAT_CODEC_FFV1, LEAT_CODEC_H264,
                                       LEAT_CODEC_RAWVIDEO};

static LeatDecoder *open_decoder(const LeatStreamInfo *stream)
{
    GError *error = NULL;
    LeatDecoder *decoder = leat_decoder_open(stream, 0, &error);
    g_assert_no_error(error);
    return decoder;
}

static const LeatPacket *packet_at(const TestStream *stream, unsigned index)
{
    return g_ptr_array_index(stream->packets, index);
}

/* Sends a packet and takes the one frame that comes of it; NULL and an error when it is damaged. */
static LeatFrame *through(LeatDecoder *decoder, const LeatPacket *packet, GError **error)
{
    LeatFrame *frame = NULL, *more = NULL;
    if (!leat_decoder_send(decoder, packet, error) || !leat_decoder_receive(decoder, &frame, error))
        return NULL;
    while (frame && leat_decoder_receive(decoder, &more, NULL) && more)
        leat_frame_unref(more);
    return frame;
}

static void test_no_delay(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(all_codecs); i++) {
        GError *error = NULL;
        TestStream *stream =
            test_encode(&(LeatEncoderOptions){.codec = all_codecs[i]}, 320, 240, 10, NULL);
        LeatDecoder *decoder = open_decoder(&stream->info);
        for (unsigned number = 0; number < 10; number++) {
            LeatFrame *frame = through(decoder, packet_at(stream, number), &error);
            g_assert_no_error(error);
            g_assert_nonnull(frame);
            g_assert_cmpint(test_shown_number(frame), ==, number);
            g_assert_cmpint(leat_frame_times(frame).seq, ==, number);
            leat_frame_unref(frame);
        }
        leat_decoder_free(decoder);
        test_stream_free(stream);
    }
    leat_decoder_free(NULL);
}

/* h264 of others, whose pictures come in another order than their packets. */
static void test_reordered(void)
{
    char *dir = test_dir();
    g_autofree char *raw = g_strdup_printf("%s/in.yuv", dir);
    g_autofree char *path = g_strdup_printf("%s/out.h264", dir);
    for (int64_t number = 0; number < 30; number++) {
        LeatFrame *frame = test_frame(320, 240, number, NULL);
        test_append_raw(raw, frame);
        leat_frame_unref(frame);
    }
    g_free(test_run("ffmpeg -v error -f rawvideo -pixel_format yuv420p -video_size 320x240 -i '%s' "
                    "-c:v libx264 -bf 3 -x264-params aud=1 '%s'",
                    raw, path));
    g_autofree char *bytes = NULL;
    gsize size = 0;
    g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
    LeatStreamInfo info = {.codec = "h264", .width = 320, .height = 240, .time_base = {1, 30}};
    LeatDecoder *decoder = open_decoder(&info);
    GError *error = NULL;
    int64_t shown = 0, sent = 0;
    static const char delimiter[] = {0, 0, 0, 1, 9};
    for (const char *at = bytes; at;) {
        const char *next = memmem(at + 1, size - (size_t)(at + 1 - bytes), delimiter, 5);
        LeatPacket packet = {.times = {.seq = sent, .pts = sent, .time_base = {1, 30}},
                             .data = (const uint8_t *)at,
                             .size = (size_t)((next ? next : bytes + size) - at)};
        leat_decoder_send(decoder, &packet, &error);
        g_assert_no_error(error);
        sent++;
        at = next;
        for (LeatFrame *frame = NULL; leat_decoder_receive(decoder, &frame, &error) && frame;) {
            g_assert_cmpint(test_shown_number(frame), ==, shown++);
            leat_frame_unref(frame);
        }
    }
    leat_decoder_send(decoder, NULL, &error);
    for (LeatFrame *frame = NULL; leat_decoder_receive(decoder, &frame, &error) && frame;) {
        g_assert_cmpint(test_shown_number(frame), ==, shown++);
        leat_frame_unref(frame);
    }
    g_assert_no_error(error);
    g_assert_cmpint(sent, ==, 30);
    g_assert_cmpint(shown, ==, 30);
    leat_decoder_free(decoder);
    test_dir_free(dir);
}

static void test_seek(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(all_codecs); i++) {
        GError *error = NULL;
        TestStream *stream = test_encode(
            &(LeatEncoderOptions){.codec = all_codecs[i], .rate = {5, 1}}, 160, 120, 25, NULL);
        LeatDecoder *decoder = open_decoder(&stream->info);
        leat_frame_unref(through(decoder, packet_at(stream, 0), &error));
        leat_decoder_send(decoder, NULL, &error);
        g_assert_no_error(error);
        leat_decoder_reset(decoder);
        g_assert_true(packet_at(stream, 10)->key);
        for (unsigned number = 10; number < 15; number++) {
            LeatFrame *frame = through(decoder, packet_at(stream, number), &error);
            g_assert_no_error(error);
            g_assert_cmpint(test_shown_number(frame), ==, number);
            leat_frame_unref(frame);
        }
        leat_decoder_free(decoder);
        test_stream_free(stream);
    }
}

/* Damages a copy of the packet by a seed: some bytes changed, or the end cut off. */
static LeatPacket damage(const LeatPacket *packet, GRand *rand)
{
    LeatPacket damaged = *packet;
    uint8_t *bytes = g_memdup2(packet->data, packet->size);
    if (g_rand_boolean(rand) || packet->size < 8) {
        int count = g_rand_int_range(rand, 1, 20);
        while (count--)
            bytes[(uint32_t)g_rand_int(rand) % packet->size] ^=
                (uint8_t)g_rand_int_range(rand, 1, 256);
    } else {
        damaged.size = 1 + g_rand_int(rand) % (packet->size - 4);
    }
    damaged.data = bytes;
    return damaged;
}

/* How many of 100 damaged packets are told; between them whole ones must pass. */
static int count_told(LeatCodec codec, LeatFrame **last)
{
    GRand *rand = g_rand_new_with_seed(20240131);
    TestStream *stream = test_encode(&(LeatEncoderOptions){.codec = codec}, 320, 240, 2, NULL);
    LeatDecoder *decoder = open_decoder(&stream->info);
    int told = 0;
    for (int i = 0; i < 100; i++) {
        GError *error = NULL;
        LeatPacket damaged = damage(packet_at(stream, 0), rand);
        LeatFrame *frame = through(decoder, &damaged, &error);
        if (error) {
            g_assert_null(frame);
            test_error(error, LEAT_ERROR_CORRUPT, "frame 0 is damaged: ");
            told++;
        }
        leat_frame_unref(frame);
        g_free((void *)(uintptr_t)damaged.data);
        leat_decoder_reset(decoder);

        frame = through(decoder, packet_at(stream, 0), &error);
        g_assert_no_error(error);
        g_assert_cmpint(test_shown_number(frame), ==, 0);
        if (last && i == 99)
            *last = leat_frame_ref(frame);
        leat_frame_unref(frame);
    }
    leat_decoder_free(decoder);
    test_stream_free(stream);
    g_rand_free(rand);
    return told;
}

static void test_damaged_ffv1(void)
{
    /* Every slice has a check sum. */
    LeatFrame *last = NULL, *source = test_frame(320, 240, 0, NULL);
    g_assert_cmpint(count_told(LEAT_CODEC_FFV1, &last), ==, 100);
    g_assert_true(test_same_pixels(last, source));
    leat_frame_unref(last);
    leat_frame_unref(source);
}

static void test_damaged_mjpeg(void)
{
    /* A changed coefficient is a picture like any other; a broken code is not. */
    int told = count_told(LEAT_CODEC_MJPEG, NULL);
    g_test_message("%d of 100 told", told);
    g_assert_cmpint(told, >=, 60);
}

static void test_damaged_h264(void)
{
    int told = count_told(LEAT_CODEC_H264, NULL);
    g_test_message("%d of 100 told", told);
    g_assert_cmpint(told, >=, 60);
}

static void test_damaged_raw(void)
{
    GError *error = NULL;
    TestStream *stream =
        test_encode(&(LeatEncoderOptions){.codec = LEAT_CODEC_RAWVIDEO}, 320, 240, 1, NULL);
    LeatDecoder *decoder = open_decoder(&stream->info);
    LeatPacket cut = *packet_at(stream, 0);
    cut.size--;
    g_assert_null(through(decoder, &cut, &error));
    test_error(error, LEAT_ERROR_CORRUPT, "115200 bytes, this one 115199");
    LeatFrame *frame = through(decoder, packet_at(stream, 0), &error);
    g_assert_no_error(error);
    leat_frame_unref(frame);
    leat_decoder_free(decoder);
    test_stream_free(stream);
}

static void test_truncated_mjpeg(void)
{
    TestStream *stream =
        test_encode(&(LeatEncoderOptions){.codec = LEAT_CODEC_MJPEG}, 320, 240, 1, NULL);
    LeatDecoder *decoder = open_decoder(&stream->info);
    for (int tenth = 0; tenth < 10; tenth++) {
        GError *error = NULL;
        LeatPacket cut = *packet_at(stream, 0);
        cut.size = cut.size * (size_t)tenth / 10;
        g_assert_null(through(decoder, &cut, &error));
        test_error(error, LEAT_ERROR_CORRUPT, "damaged");
    }
    leat_decoder_free(decoder);
    test_stream_free(stream);
}

/* Bytes that were never video. */
static void test_noise(void)
{
    GRand *rand = g_rand_new_with_seed(7);
    for (size_t i = 0; i < G_N_ELEMENTS(all_codecs); i++) {
        TestStream *stream =
            test_encode(&(LeatEncoderOptions){.codec = all_codecs[i]}, 320, 240, 1, NULL);
        LeatDecoder *decoder = open_decoder(&stream->info);
        for (int round = 0; round < 50; round++) {
            GError *error = NULL;
            uint8_t bytes[5000];
            for (size_t b = 0; b < sizeof bytes; b++)
                bytes[b] = (uint8_t)g_rand_int(rand);
            if (round % 2)
                memcpy(bytes, packet_at(stream, 0)->data, 20);
            LeatPacket packet = {.data = bytes, .size = sizeof bytes};
            LeatFrame *frame = through(decoder, &packet, &error);
            if (error)
                test_error(error, LEAT_ERROR_CORRUPT, "damaged");
            g_assert_null(frame);
        }
        leat_decoder_free(decoder);
        test_stream_free(stream);
    }
    g_rand_free(rand);
}

/* A header that lies about the size must not make us allocate gigabytes. */
static void test_huge_header(void)
{
    GError *error = NULL;
    TestStream *stream =
        test_encode(&(LeatEncoderOptions){.codec = LEAT_CODEC_MJPEG}, 320, 240, 1, NULL);
    LeatDecoder *decoder = open_decoder(&stream->info);
    LeatPacket lying = *packet_at(stream, 0);
    uint8_t *bytes = g_memdup2(lying.data, lying.size);
    static const uint8_t marker[] = {0xff, 0xc0, 0x00, 0x11, 0x08};
    uint8_t *header = memmem(bytes, lying.size, marker, sizeof marker);
    g_assert_nonnull(header);
    memset(header + sizeof marker, 0xff, 4); /* 65535x65535 */
    lying.data = bytes;
    g_assert_null(through(decoder, &lying, &error));
    test_error(error, LEAT_ERROR_CORRUPT, "damaged");
    g_free(bytes);
    leat_decoder_free(decoder);
    test_stream_free(stream);
}

static void test_refuses(void)
{
    GError *error = NULL;
    static const struct {
        LeatStreamInfo info;
        int code;
        const char *message;
    } cases[] = {
        {{.codec = "divx9", .width = 10, .height = 10}, LEAT_ERROR_UNSUPPORTED, "divx9"},
        {{.codec = "aac", .width = 10, .height = 10}, LEAT_ERROR_UNSUPPORTED, "aac"},
        {{.codec = "mjpeg"}, LEAT_ERROR_INVALID, "0x0"},
        {{.codec = "mjpeg", .width = 100000, .height = 100000}, LEAT_ERROR_INVALID, "100000x"},
        {{.codec = "ffv1", .width = -5, .height = 10}, LEAT_ERROR_INVALID, "-5x10"},
        {{.codec = "mjpeg", .pixel_format = "purple", .width = 10, .height = 10},
         LEAT_ERROR_UNSUPPORTED,
         "purple"},
        {{.codec = "rawvideo", .pixel_format = "purple", .width = 10, .height = 10},
         LEAT_ERROR_UNSUPPORTED,
         "unknown"},
        {{.codec = "rawvideo", .pixel_format = "gray", .width = 0, .height = 10},
         LEAT_ERROR_INVALID,
         "0x10"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_null(leat_decoder_open(&cases[i].info, 0, &error));
        test_error(error, cases[i].code, cases[i].message);
    }
}

static void drop_frame(void *frame)
{
    leat_frame_unref(frame);
}

static void *consume(void *data)
{
    LeatQueue *queue = data;
    void *item = NULL;
    while (leat_queue_pop(queue, &item, LEAT_FOREVER) == LEAT_QUEUE_OK) {
        test_shown_number(item);
        leat_frame_unref(item);
    }
    return NULL;
}

/* Frames are read and let go on another thread while the decoder uses their memory again. */
static void test_threads(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(all_codecs); i++) {
        GError *error = NULL;
        TestStream *stream =
            test_encode(&(LeatEncoderOptions){.codec = all_codecs[i]}, 320, 240, 60, NULL);
        LeatDecoder *decoder = open_decoder(&stream->info);
        LeatQueue *queue = leat_queue_new((LeatQueueLimits){2, 0}, drop_frame, NULL, &error);
        g_assert_no_error(error);
        pthread_t consumer;
        g_assert_cmpint(pthread_create(&consumer, NULL, consume, queue), ==, 0);
        for (unsigned number = 0; number < stream->packets->len; number++) {
            LeatFrame *frame = through(decoder, packet_at(stream, number), &error);
            g_assert_no_error(error);
            g_assert_cmpint(leat_queue_push(queue, frame, 0, LEAT_FOREVER), ==, LEAT_QUEUE_OK);
        }
        leat_decoder_free(decoder);
        leat_queue_close(queue);
        pthread_join(consumer, NULL);
        leat_queue_free(queue);
        test_stream_free(stream);
    }
}

static void test_no_memory(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(all_codecs); i++) {
        TestStream *stream =
            test_encode(&(LeatEncoderOptions){.codec = all_codecs[i]}, 160, 120, 1, NULL);
        for (int n = 1;; n++) {
            GError *error = NULL;
            LeatFrame *frame = NULL;
            leat_faults_arm(n);
            LeatDecoder *decoder = leat_decoder_open(&stream->info, 0, &error);
            if (decoder)
                frame = through(decoder, packet_at(stream, 0), &error);
            bool failed = leat_faults_disarm();
            leat_decoder_free(decoder);
            if (!failed) {
                g_assert_no_error(error);
                g_assert_nonnull(frame);
                leat_frame_unref(frame);
                break;
            }
            g_assert_null(frame);
            g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NO_MEMORY);
            g_clear_error(&error);
        }
        test_stream_free(stream);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/decoder/gives-each-frame-right-after-its-packet", test_no_delay);
    g_test_add_func("/decoder/puts-frames-in-order", test_reordered);
    g_test_add_func("/decoder/goes-on-elsewhere-after-a-reset", test_seek);
    g_test_add_func("/decoder/tells-all-damage-of-ffv1", test_damaged_ffv1);
    g_test_add_func("/decoder/tells-damage-of-mjpeg", test_damaged_mjpeg);
    g_test_add_func("/decoder/tells-damage-of-h264", test_damaged_h264);
    g_test_add_func("/decoder/tells-raw-pictures-of-a-wrong-size", test_damaged_raw);
    g_test_add_func("/decoder/tells-truncated-mjpeg", test_truncated_mjpeg);
    g_test_add_func("/decoder/noise-gives-no-frames", test_noise);
    g_test_add_func("/decoder/a-lying-header-is-damage", test_huge_header);
    g_test_add_func("/decoder/refuses-streams-that-cannot-be", test_refuses);
    g_test_add_func("/decoder/frames-go-to-another-thread", test_threads);
    g_test_add_func("/decoder/tells-when-memory-runs-out", test_no_memory);
    return g_test_run();
}
