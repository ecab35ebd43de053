/* SPDX-License-Identifier: MIT */
#include "support.h"

#include "media/frame-internal.h"
#include "media/scaler.h"
#include "media/test-pattern.h"

#include <glib/gstdio.h>
#include <libavutil/imgutils.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

LeatFrame *test_frame(int width, int height, int64_t number, const char *pixel_format)
{
    GError *error = NULL;
    LeatTestPattern *pattern = leat_test_pattern_new(width, height, (LeatRational){30, 1}, &error);
    g_assert_no_error(error);
    LeatFrameTimes times = {
        number, (number + 1) * 1000000, (number + 7) * 1000000, number, {1, 30}};
    LeatFrame *frame = leat_test_pattern_draw(pattern, number, &times, &error);
    g_assert_no_error(error);
    leat_test_pattern_free(pattern);
    if (!pixel_format)
        return frame;

    LeatScaler *scaler = leat_scaler_new(LEAT_SCALER_GOOD, &error);
    g_assert_no_error(error);
    LeatFrame *converted = leat_scaler_convert(scaler, frame, width, height, pixel_format, &error);
    g_assert_no_error(error);
    leat_scaler_free(scaler);
    leat_frame_unref(frame);
    return converted;
}

int64_t test_shown_number(const LeatFrame *frame)
{
    int stride = 0;
    int64_t number = -1, time_ms = -1;
    const uint8_t *luma = leat_frame_plane(frame, 0, &stride);
    g_assert_true(leat_test_pattern_read(luma, stride, leat_frame_width(frame),
                                         leat_frame_height(frame), &number, &time_ms));
    return number;
}

bool test_same_pixels(const LeatFrame *a, const LeatFrame *b)
{
    const AVFrame *one = leat_frame_picture(a), *two = leat_frame_picture(b);
    g_assert_cmpint(leat_format_plain(one->format), ==, leat_format_plain(two->format));
    g_assert_cmpint(one->width, ==, two->width);
    g_assert_cmpint(one->height, ==, two->height);
    int bytes = av_image_get_buffer_size(one->format, one->width, one->height, 1);
    g_autofree uint8_t *packed_one = g_malloc((size_t)bytes);
    g_autofree uint8_t *packed_two = g_malloc((size_t)bytes);
    av_image_copy_to_buffer(packed_one, bytes, (const uint8_t *const *)one->data, one->linesize,
                            one->format, one->width, one->height, 1);
    av_image_copy_to_buffer(packed_two, bytes, (const uint8_t *const *)two->data, two->linesize,
                            one->format, one->width, one->height, 1);
    return memcmp(packed_one, packed_two, (size_t)bytes) == 0;
}

static void free_packet(void *data)
{
    LeatPacket *packet = data;
    g_free((void *)(uintptr_t)packet->data);
    g_free(packet);
}

static void take_packets(LeatEncoder *encoder, TestStream *stream)
{
    GError *error = NULL;
    for (;;) {
        LeatPacket packet;
        bool got = false;
        leat_encoder_receive(encoder, &packet, &got, &error);
        g_assert_no_error(error);
        if (!got)
            return;
        packet.data = g_memdup2(packet.data, packet.size);
        g_ptr_array_add(stream->packets, g_memdup2(&packet, sizeof packet));
    }
}

TestStream *test_encode(const LeatEncoderOptions *options, int width, int height, int count,
                        const char *pixel_format)
{
    GError *error = NULL;
    TestStream *stream = g_new0(TestStream, 1);
    stream->packets = g_ptr_array_new_with_free_func(free_packet);
    LeatEncoder *encoder = NULL;
    for (int64_t number = 0; number < count; number++) {
        LeatFrame *frame = test_frame(width, height, number, pixel_format);
        if (!encoder)
            encoder = leat_encoder_open(options, frame, &error);
        g_assert_no_error(error);
        leat_encoder_send(encoder, frame, &error);
        g_assert_no_error(error);
        leat_frame_unref(frame);
        take_packets(encoder, stream);
    }
    leat_encoder_send(encoder, NULL, &error);
    g_assert_no_error(error);
    take_packets(encoder, stream);
    leat_stream_info_copy(&stream->info, leat_encoder_stream(encoder));
    leat_encoder_free(encoder);
    return stream;
}

void test_stream_free(TestStream *stream)
{
    g_ptr_array_unref(stream->packets);
    leat_stream_info_clear(&stream->info);
    g_free(stream);
}

char *test_dir(void)
{
    GError *error = NULL;
    char *dir = g_dir_make_tmp("leat-media-XXXXXX", &error);
    g_assert_no_error(error);
    return dir;
}

void test_dir_free(char *dir)
{
    g_free(test_run("rm -rf '%s'", dir));
    g_free(dir);
}

char *test_run(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *command = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *complaint = NULL;
    char *argv[] = {"/bin/sh", "-c", command, NULL};
    char *output = NULL;
    int status = 0;
    GError *error = NULL;
    g_spawn_sync(NULL, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, &complaint, &status,
                 &error);
    g_assert_no_error(error);
    if (status != 0)
        g_error("%s\nfailed: %s", command, complaint);
    return output;
}

void test_append_raw(const char *path, const LeatFrame *frame)
{
    const AVFrame *picture = leat_frame_picture(frame);
    enum AVPixelFormat format = (enum AVPixelFormat)picture->format;
    int bytes = av_image_get_buffer_size(format, picture->width, picture->height, 1);
    uint8_t *packed = g_malloc((size_t)bytes);
    av_image_copy_to_buffer(packed, bytes, (const uint8_t *const *)picture->data, picture->linesize,
                            format, picture->width, picture->height, 1);
    FILE *file = g_fopen(path, "ab");
    g_assert_nonnull(file);
    g_assert_cmpuint(fwrite(packed, 1, (size_t)bytes, file), ==, (size_t)bytes);
    g_assert_cmpint(fclose(file), ==, 0);
    g_free(packed);
}

double test_psnr(const LeatFrame *a, const LeatFrame *b)
{
    int stride_a = 0, stride_b = 0;
    const uint8_t *luma_a = leat_frame_plane(a, 0, &stride_a);
    const uint8_t *luma_b = leat_frame_plane(b, 0, &stride_b);
    int width = leat_frame_width(a), height = leat_frame_height(a);
    g_assert_cmpint(width, ==, leat_frame_width(b));
    g_assert_cmpint(height, ==, leat_frame_height(b));
    double sum = 0;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            int difference = luma_a[y * stride_a + x] - luma_b[y * stride_b + x];
            sum += difference * difference;
        }
    return sum > 0 ? 10 * log10(255.0 * 255.0 * width * height / sum) : 100;
}
