/* SPDX-License-Identifier: MIT */
#include "media/encoder.h"

#include "base/error.h"
#include "faults.h"
#include "media/decoder.h"
#include "media/frame-internal.h"
#include "support.h"

#include <string.h>

static const LeatCodec all_codecs[] = {LEAT_CODEC_MJPEG, LEAT_CODEC_FFV1, LEAT_CODEC_H264,
                                       LEAT_CODEC_RAWVIDEO};

/* Decodes a stream, which must give a frame for each packet, and returns the frames. */
static GPtrArray *decode(const TestStream *stream)
{
    GError *error = NULL;
    GPtrArray *frames = g_ptr_array_new_with_free_func((GDestroyNotify)leat_frame_unref);
    LeatDecoder *decoder = leat_decoder_open(&stream->info, 0, &error);
    g_assert_no_error(error);
    for (unsigned i = 0; i <= stream->packets->len; i++) {
        const LeatPacket *packet =
            i < stream->packets->len ? g_ptr_array_index(stream->packets, i) : NULL;
        leat_decoder_send(decoder, packet, &error);
        g_assert_no_error(error);
        LeatFrame *frame = NULL;
        while (leat_decoder_receive(decoder, &frame, &error) && frame)
            g_ptr_array_add(frames, frame);
        g_assert_no_error(error);
    }
    leat_decoder_free(decoder);
    g_assert_cmpuint(frames->len, ==, stream->packets->len);
    return frames;
}

static void test_names(void)
{
    GError *error = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(all_codecs); i++) {
        LeatCodec codec = LEAT_CODEC_MJPEG;
        g_assert_true(leat_codec_parse(leat_codec_name(all_codecs[i]), &codec, &error));
        g_assert_cmpint(codec, ==, all_codecs[i]);
    }
    LeatCodec codec;
    g_assert_false(leat_codec_parse("divx", &codec, &error));
    test_error(error, LEAT_ERROR_INVALID, "no codec 'divx'; choose mjpeg, ffv1, h264 or rawvideo");
    g_assert_false(leat_codec_parse("", &codec, &error));
    test_error(error, LEAT_ERROR_INVALID, "''");
}

static void test_formats(void)
{
    g_assert_cmpstr(leat_codec_pixel_formats(LEAT_CODEC_MJPEG)[0], ==, "yuvj420p");
    g_assert_cmpstr(leat_codec_pixel_formats(LEAT_CODEC_H264)[0], ==, "yuv420p");
    g_assert_null(leat_codec_pixel_formats(LEAT_CODEC_RAWVIDEO));
    for (size_t i = 0; i < 3; i++)
        for (const char *const *name = leat_codec_pixel_formats(all_codecs[i]); *name; name++) {
            /* Each is really taken. */
            TestStream *stream =
                test_encode(&(LeatEncoderOptions){.codec = all_codecs[i]}, 160, 120, 1, *name);
            g_assert_cmpuint(stream->packets->len, ==, 1);
            /* The fourth byte of bgr0 means nothing. */
            if (all_codecs[i] == LEAT_CODEC_FFV1 && strcmp(*name, "bgr0") != 0) {
                GPtrArray *frames = decode(stream);
                LeatFrame *source = test_frame(160, 120, 0, *name);
                g_assert_true(test_same_pixels(source, g_ptr_array_index(frames, 0)));
                leat_frame_unref(source);
                g_ptr_array_unref(frames);
            }
            test_stream_free(stream);
        }
}

static void test_round_trip(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(all_codecs); i++) {
        LeatEncoderOptions options = {.codec = all_codecs[i], .rate = {30, 1}};
        TestStream *stream = test_encode(&options, 320, 240, 40, NULL);
        g_assert_cmpstr(stream->info.codec, ==, leat_codec_name(all_codecs[i]));
        g_assert_cmpint(stream->info.width, ==, 320);
        g_assert_cmpint(stream->info.time_base.den, ==, 30);
        g_assert_cmpuint(stream->packets->len, ==, 40);
        GPtrArray *frames = decode(stream);
        for (unsigned number = 0; number < 40; number++) {
            const LeatPacket *packet = g_ptr_array_index(stream->packets, number);
            LeatFrame *source = test_frame(320, 240, number, NULL);
            LeatFrameTimes given = leat_frame_times(source);
            g_assert_cmpmem(&packet->times, sizeof given, &given, sizeof given);
            g_assert_cmpint(packet->dts, ==, number);
            g_assert_cmpint(packet->duration, ==, 1);
            g_assert_true(packet->key || (all_codecs[i] == LEAT_CODEC_H264 && number > 0));
            LeatFrame *frame = g_ptr_array_index(frames, number);
            LeatFrameTimes times = leat_frame_times(frame);
            g_assert_cmpmem(&times, sizeof times, &given, sizeof given);
            g_assert_cmpint(test_shown_number(frame), ==, number);
            if (all_codecs[i] == LEAT_CODEC_FFV1 || all_codecs[i] == LEAT_CODEC_RAWVIDEO)
                g_assert_true(test_same_pixels(frame, source));
            leat_frame_unref(source);
        }
        g_ptr_array_unref(frames);
        test_stream_free(stream);
    }
}

static void test_no_delay(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(all_codecs); i++) {
        GError *error = NULL;
        LeatEncoder *encoder = NULL;
        for (int64_t number = 0; number < 10; number++) {
            LeatFrame *frame = test_frame(320, 240, number, NULL);
            if (!encoder)
                encoder = leat_encoder_open(
                    &(LeatEncoderOptions){.codec = all_codecs[i], .threads = 4}, frame, &error);
            g_assert_no_error(error);
            LeatPacket packet;
            bool got = false;
            g_assert_true(leat_encoder_send(encoder, frame, &error));
            g_assert_true(leat_encoder_receive(encoder, &packet, &got, &error));
            g_assert_true(got);
            g_assert_cmpint(packet.times.seq, ==, number);
            g_assert_true(leat_encoder_receive(encoder, &packet, &got, &error));
            g_assert_false(got);
            leat_frame_unref(frame);
        }
        leat_encoder_free(encoder);
    }
}

static bool same_bytes(const TestStream *a, const TestStream *b)
{
    g_assert_cmpuint(a->packets->len, ==, b->packets->len);
    for (unsigned i = 0; i < a->packets->len; i++) {
        const LeatPacket *one = g_ptr_array_index(a->packets, i);
        const LeatPacket *two = g_ptr_array_index(b->packets, i);
        g_assert_cmpint(one->times.seq, ==, two->times.seq);
        if (one->size != two->size || memcmp(one->data, two->data, one->size) != 0)
            return false;
    }
    return true;
}

static void test_threads(void)
{
    static const LeatCodec codecs[] = {LEAT_CODEC_MJPEG, LEAT_CODEC_FFV1};
    for (size_t i = 0; i < G_N_ELEMENTS(codecs); i++) {
        TestStream *one = test_encode(&(LeatEncoderOptions){.codec = codecs[i], .threads = 1}, 320,
                                      240, 12, NULL);
        TestStream *four =
            test_encode(&(LeatEncoderOptions){.codec = codecs[i], .threads = 4, .may_delay = true},
                        320, 240, 12, NULL);
        g_assert_true(same_bytes(one, four));
        test_stream_free(one);
        test_stream_free(four);
    }
}

static size_t bytes_of(const TestStream *stream)
{
    size_t bytes = 0;
    for (unsigned i = 0; i < stream->packets->len; i++)
        bytes += ((const LeatPacket *)g_ptr_array_index(stream->packets, i))->size;
    return bytes;
}

/* The default is what `ffmpeg -q:v 5` makes. */
static void test_mjpeg_like_ffmpeg(void)
{
    char *dir = test_dir();
    g_autofree char *raw = g_strdup_printf("%s/in.yuv", dir);
    for (int64_t number = 0; number < 5; number++) {
        LeatFrame *frame = test_frame(640, 480, number, "yuvj420p");
        test_append_raw(raw, frame);
        leat_frame_unref(frame);
    }
    g_free(test_run("ffmpeg -v error -f rawvideo -pixel_format yuvj420p -video_size 640x480 "
                    "-framerate 30 -i '%s' -c:v mjpeg -q:v 5 -f mjpeg '%s/out.mjpeg'",
                    raw, dir));
    g_autofree char *path = g_strdup_printf("%s/out.mjpeg", dir);
    g_autofree char *theirs = NULL;
    gsize bytes = 0;
    g_assert_true(g_file_get_contents(path, &theirs, &bytes, NULL));
    TestStream *stream =
        test_encode(&(LeatEncoderOptions){.codec = LEAT_CODEC_MJPEG}, 640, 480, 5, "yuvj420p");
    g_assert_cmpfloat((double)bytes_of(stream), <, 1.01 * (double)bytes);
    g_assert_cmpfloat((double)bytes_of(stream), >, 0.99 * (double)bytes);
    test_stream_free(stream);
    test_dir_free(dir);
}

static void test_quality(void)
{
    static const LeatCodec codecs[] = {LEAT_CODEC_MJPEG, LEAT_CODEC_H264};
    static const int qualities[] = {1, 25, 50, 75, 100};
    for (size_t i = 0; i < G_N_ELEMENTS(codecs); i++) {
        size_t last_bytes = 0;
        double last_psnr = 0;
        for (size_t q = 0; q < G_N_ELEMENTS(qualities); q++) {
            TestStream *stream =
                test_encode(&(LeatEncoderOptions){.codec = codecs[i], .quality = qualities[q]}, 640,
                            480, 3, NULL);
            GPtrArray *frames = decode(stream);
            LeatFrame *source =
                test_frame(640, 480, 2, codecs[i] == LEAT_CODEC_MJPEG ? "yuvj420p" : NULL);
            double psnr = test_psnr(source, g_ptr_array_index(frames, 2));
            g_assert_cmpuint(bytes_of(stream), >, last_bytes);
            g_assert_cmpfloat(psnr, >, last_psnr);
            last_bytes = bytes_of(stream);
            last_psnr = psnr;
            leat_frame_unref(source);
            g_ptr_array_unref(frames);
            test_stream_free(stream);
        }
        g_assert_cmpfloat(last_psnr, >, 40);
    }
}

static void test_keeps_chroma(void)
{
    static const struct {
        LeatCodec codec;
        const char *from, *to;
        int range;
    } cases[] = {
        {LEAT_CODEC_MJPEG, "yuv420p", "yuvj420p", AVCOL_RANGE_JPEG},
        {LEAT_CODEC_MJPEG, "nv12", "yuvj420p", AVCOL_RANGE_JPEG},
        {LEAT_CODEC_MJPEG, "yuyv422", "yuvj422p", AVCOL_RANGE_JPEG},
        {LEAT_CODEC_MJPEG, "yuvj422p", "yuvj422p", AVCOL_RANGE_JPEG},
        {LEAT_CODEC_MJPEG, "bgra", "yuvj444p", AVCOL_RANGE_JPEG},
        {LEAT_CODEC_FFV1, "yuyv422", "yuv422p", AVCOL_RANGE_MPEG},
        {LEAT_CODEC_FFV1, "nv12", "yuv420p", AVCOL_RANGE_MPEG},
        {LEAT_CODEC_FFV1, "yuvj420p", "yuv420p", AVCOL_RANGE_JPEG},
        {LEAT_CODEC_FFV1, "rgb24", "bgr0", AVCOL_RANGE_JPEG},
        {LEAT_CODEC_H264, "yuv420p", "yuv420p", AVCOL_RANGE_MPEG},
        {LEAT_CODEC_H264, "yuvj420p", "yuv420p", AVCOL_RANGE_JPEG},
        {LEAT_CODEC_H264, "bgra", "yuv420p", AVCOL_RANGE_MPEG},
        {LEAT_CODEC_RAWVIDEO, "yuyv422", "yuyv422", AVCOL_RANGE_MPEG},
        {LEAT_CODEC_RAWVIDEO, "yuvj420p", "yuv420p", AVCOL_RANGE_JPEG},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        TestStream *stream =
            test_encode(&(LeatEncoderOptions){.codec = cases[i].codec}, 320, 240, 2, cases[i].from);
        g_assert_cmpstr(stream->info.pixel_format, ==, cases[i].to);
        g_assert_cmpint(stream->info.color_range, ==, cases[i].range);
        GPtrArray *frames = decode(stream);
        if (!strstr(cases[i].to, "yuyv") && !strstr(cases[i].to, "bgr"))
            g_assert_cmpint(test_shown_number(g_ptr_array_index(frames, 1)), ==, 1);
        g_ptr_array_unref(frames);
        test_stream_free(stream);
    }
}

static void test_h264_sizes(void)
{
    TestStream *stream =
        test_encode(&(LeatEncoderOptions){.codec = LEAT_CODEC_H264}, 321, 241, 2, NULL);
    g_assert_cmpint(stream->info.width, ==, 320);
    g_assert_cmpint(stream->info.height, ==, 240);
    g_assert_cmpuint(stream->info.extradata_size, >, 0);
    GPtrArray *frames = decode(stream);
    g_assert_cmpint(test_shown_number(g_ptr_array_index(frames, 1)), ==, 1);
    g_ptr_array_unref(frames);
    test_stream_free(stream);
}

static void test_h264_keys(void)
{
    TestStream *stream = test_encode(
        &(LeatEncoderOptions){.codec = LEAT_CODEC_H264, .rate = {10, 1}}, 160, 120, 45, NULL);
    for (unsigned i = 0; i < stream->packets->len; i++) {
        const LeatPacket *packet = g_ptr_array_index(stream->packets, i);
        if (i % 20 == 0)
            g_assert_true(packet->key);
    }
    test_stream_free(stream);
}

static void test_raw_copies(void)
{
    GError *error = NULL;
    static const struct {
        int width;
        bool copied;
    } cases[] = {{640, false}, {650, true}};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        LeatFrame *frame = test_frame(cases[i].width, 480, 5, NULL);
        LeatEncoder *encoder =
            leat_encoder_open(&(LeatEncoderOptions){.codec = LEAT_CODEC_RAWVIDEO}, frame, &error);
        g_assert_no_error(error);
        uint64_t before = leat_frame_copied_bytes();
        LeatPacket packet;
        bool got = false;
        g_assert_true(leat_encoder_send(encoder, frame, &error));
        g_assert_true(leat_encoder_receive(encoder, &packet, &got, &error));
        g_assert_true(got);
        size_t bytes = (size_t)cases[i].width * 480 * 3 / 2;
        g_assert_cmpuint(packet.size, ==, bytes);
        g_assert_cmpuint(leat_frame_copied_bytes() - before, ==, cases[i].copied ? bytes : 0);
        int stride = 0;
        const uint8_t *luma = leat_frame_plane(frame, 0, &stride);
        g_assert_cmpmem(packet.data, cases[i].width, luma, cases[i].width);
        /* The bytes live until the next call, whoever lets go of the frame. */
        leat_frame_unref(frame);
        g_assert_cmpint(packet.data[packet.size - 1], >=, 0);
        g_assert_true(leat_encoder_receive(encoder, &packet, &got, &error));
        g_assert_false(got);
        leat_encoder_free(encoder);
    }
}

static void test_other_frames(void)
{
    GError *error = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(all_codecs); i++) {
        static const struct {
            int width, height;
            const char *format;
        } kinds[] = {
            {320, 240, NULL}, {640, 480, NULL}, {200, 200, "rgb24"}, {320, 240, "yuyv422"}};
        LeatEncoder *encoder = NULL;
        LeatDecoder *decoder = NULL;
        for (int64_t number = 0; number < 4; number++) {
            LeatFrame *frame =
                test_frame(kinds[number].width, kinds[number].height, number, kinds[number].format);
            if (!encoder) {
                encoder =
                    leat_encoder_open(&(LeatEncoderOptions){.codec = all_codecs[i]}, frame, &error);
                g_assert_no_error(error);
                decoder = leat_decoder_open(leat_encoder_stream(encoder), 0, &error);
                g_assert_no_error(error);
            }
            LeatPacket packet;
            bool got = false;
            leat_encoder_send(encoder, frame, &error);
            g_assert_no_error(error);
            leat_encoder_receive(encoder, &packet, &got, &error);
            g_assert_true(got);
            leat_decoder_send(decoder, &packet, &error);
            g_assert_no_error(error);
            LeatFrame *out = NULL;
            leat_decoder_receive(decoder, &out, &error);
            g_assert_nonnull(out);
            g_assert_cmpint(leat_frame_width(out), ==, 320);
            g_assert_cmpint(test_shown_number(out), ==, number);
            leat_frame_unref(out);
            leat_frame_unref(frame);
        }
        leat_encoder_free(encoder);
        leat_decoder_free(decoder);
    }
}

static void test_small_sizes(void)
{
    static const struct {
        int width, height;
    } sizes[] = {{1, 1}, {2, 2}, {3, 7}, {1, 300}, {300, 1}, {65, 66}};
    for (size_t i = 0; i < G_N_ELEMENTS(all_codecs); i++)
        for (size_t s = 0; s < G_N_ELEMENTS(sizes); s++) {
            LeatEncoderOptions options = {.codec = all_codecs[i]};
            TestStream *stream = test_encode(&options, sizes[s].width, sizes[s].height, 3, NULL);
            GPtrArray *frames = decode(stream);
            g_assert_cmpuint(frames->len, ==, 3);
            g_ptr_array_unref(frames);
            test_stream_free(stream);
        }
}

static void test_refuses(void)
{
    GError *error = NULL;
    LeatFrame *frame = test_frame(160, 120, 0, NULL);
    g_assert_null(leat_encoder_open(&(LeatEncoderOptions){.quality = 101}, frame, &error));
    test_error(error, LEAT_ERROR_INVALID, "quality 101");
    g_assert_null(leat_encoder_open(&(LeatEncoderOptions){.quality = -1}, frame, &error));
    test_error(error, LEAT_ERROR_INVALID, "quality -1");
    leat_frame_unref(frame);
    leat_encoder_free(NULL);
}

static void test_no_memory(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(all_codecs); i++)
        for (int n = 1;; n++) {
            GError *error = NULL;
            LeatFrame *frame = test_frame(160, 120, 1, "rgb24");
            LeatPacket packet;
            bool got = false;
            leat_faults_arm(n);
            LeatEncoder *encoder =
                leat_encoder_open(&(LeatEncoderOptions){.codec = all_codecs[i]}, frame, &error);
            if (encoder && leat_encoder_send(encoder, frame, &error))
                leat_encoder_receive(encoder, &packet, &got, &error);
            bool failed = leat_faults_disarm();
            leat_frame_unref(frame);
            leat_encoder_free(encoder);
            if (!failed) {
                g_assert_no_error(error);
                g_assert_true(got);
                break;
            }
            g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NO_MEMORY);
            g_clear_error(&error);
        }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/encoder/codecs-have-names", test_names);
    g_test_add_func("/encoder/takes-the-formats-it-names", test_formats);
    g_test_add_func("/encoder/what-goes-in-comes-out-with-its-times", test_round_trip);
    g_test_add_func("/encoder/gives-each-packet-right-after-its-frame", test_no_delay);
    g_test_add_func("/encoder/threads-do-not-change-the-bytes", test_threads);
    g_test_add_func("/encoder/mjpeg-is-as-large-as-that-of-ffmpeg", test_mjpeg_like_ffmpeg);
    g_test_add_func("/encoder/quality-costs-bytes", test_quality);
    g_test_add_func("/encoder/keeps-chroma-and-range-where-it-can", test_keeps_chroma);
    g_test_add_func("/encoder/h264-has-even-sizes", test_h264_sizes);
    g_test_add_func("/encoder/h264-has-a-key-frame-every-two-seconds", test_h264_keys);
    g_test_add_func("/encoder/raw-frames-are-copied-only-to-pack-them", test_raw_copies);
    g_test_add_func("/encoder/converts-frames-of-other-kinds", test_other_frames);
    g_test_add_func("/encoder/encodes-tiny-pictures", test_small_sizes);
    g_test_add_func("/encoder/refuses-a-quality-that-cannot-be", test_refuses);
    g_test_add_func("/encoder/tells-when-memory-runs-out", test_no_memory);
    return g_test_run();
}
