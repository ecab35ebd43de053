/* SPDX-License-Identifier: MIT */
#include "media/test-pattern.h"

#include "base/error.h"
#include "faults.h"
#include "media/scaler.h"
#include "support.h"

#include <string.h>

static LeatTestPattern *new_pattern(int width, int height, LeatRational rate)
{
    GError *error = NULL;
    LeatTestPattern *pattern = leat_test_pattern_new(width, height, rate, &error);
    g_assert_no_error(error);
    return pattern;
}

static LeatFrame *draw(LeatTestPattern *pattern, int64_t number)
{
    GError *error = NULL;
    LeatFrame *frame = leat_test_pattern_draw(pattern, number, NULL, &error);
    g_assert_no_error(error);
    return frame;
}

static bool read_code(const LeatFrame *frame, int64_t *number, int64_t *time_ms)
{
    int stride = 0;
    const uint8_t *luma = leat_frame_plane(frame, 0, &stride);
    return leat_test_pattern_read(luma, stride, leat_frame_width(frame), leat_frame_height(frame),
                                  number, time_ms);
}

static void test_code(void)
{
    static const int64_t numbers[] = {0, 1, 29, 30, 123456, INT64_C(0xffffffff)};
    static const struct {
        int width, height;
    } sizes[] = {{160, 120}, {161, 121}, {640, 480}, {333, 777}, {1920, 1080}};
    for (size_t s = 0; s < G_N_ELEMENTS(sizes); s++) {
        LeatTestPattern *pattern =
            new_pattern(sizes[s].width, sizes[s].height, (LeatRational){30000, 1001});
        for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
            int64_t number = -1, time_ms = -1;
            LeatFrame *frame = draw(pattern, numbers[i]);
            g_assert_true(read_code(frame, &number, &time_ms));
            g_assert_cmpint(number, ==, numbers[i]);
            g_assert_cmpint(time_ms, ==, numbers[i] * 1001 / 30 & 0xffffffff);
            leat_frame_unref(frame);
        }
        leat_test_pattern_free(pattern);
    }
}

static void test_times(void)
{
    GError *error = NULL;
    LeatTestPattern *pattern = new_pattern(64, 48, (LeatRational){25, 2});
    LeatFrame *frame = draw(pattern, 5);
    LeatFrameTimes times = leat_frame_times(frame);
    g_assert_cmpint(times.seq, ==, 5);
    g_assert_cmpint(times.pts, ==, 5);
    g_assert_cmpint(times.time_base.num, ==, 2);
    g_assert_cmpint(times.time_base.den, ==, 25);
    g_assert_cmpint(times.captured_ns, ==, 0);
    leat_frame_unref(frame);

    LeatFrameTimes given = {9, 8, 7, 6, {1, 5}};
    frame = leat_test_pattern_draw(pattern, 5, &given, &error);
    g_assert_no_error(error);
    times = leat_frame_times(frame);
    g_assert_cmpmem(&times, sizeof times, &given, sizeof given);
    leat_frame_unref(frame);
    leat_test_pattern_free(pattern);
}

static bool equal(const LeatFrame *a, const LeatFrame *b)
{
    for (int plane = 0; plane < 3; plane++) {
        int stride_a = 0, stride_b = 0;
        const uint8_t *pixels_a = leat_frame_plane(a, plane, &stride_a);
        const uint8_t *pixels_b = leat_frame_plane(b, plane, &stride_b);
        int width = (leat_frame_width(a) + !!plane) >> !!plane;
        int height = (leat_frame_height(a) + !!plane) >> !!plane;
        for (int y = 0; y < height; y++)
            if (memcmp(pixels_a + y * stride_a, pixels_b + y * stride_b, (size_t)width) != 0)
                return false;
    }
    return true;
}

static void test_deterministic(void)
{
    LeatTestPattern *one = new_pattern(641, 361, (LeatRational){30, 1});
    LeatTestPattern *two = new_pattern(641, 361, (LeatRational){30, 1});
    leat_frame_unref(draw(two, 999));
    for (int64_t number = 0; number < 200; number += 37) {
        LeatFrame *a = draw(one, number), *b = draw(two, number), *next = draw(two, number + 1);
        g_assert_true(equal(a, b));
        g_assert_false(equal(a, next));
        leat_frame_unref(a);
        leat_frame_unref(b);
        leat_frame_unref(next);
    }
    leat_test_pattern_free(one);
    leat_test_pattern_free(two);
}

static void test_small(void)
{
    static const struct {
        int width, height;
    } sizes[] = {{1, 1}, {2, 1}, {1, 500}, {500, 1}, {17, 13}, {159, 200}, {200, 119}};
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        int64_t number = -1, time_ms = -1;
        LeatTestPattern *pattern =
            new_pattern(sizes[i].width, sizes[i].height, (LeatRational){1, 1});
        LeatFrame *frame = draw(pattern, 123456789012);
        g_assert_false(read_code(frame, &number, &time_ms));
        leat_frame_unref(frame);
        leat_test_pattern_free(pattern);
    }
}

static void test_frames_outlive(void)
{
    LeatTestPattern *pattern = new_pattern(320, 240, (LeatRational){30, 1});
    LeatFrame *frame = draw(pattern, 77), *other = draw(pattern, 78);
    leat_test_pattern_free(pattern);
    g_assert_cmpint(test_shown_number(frame), ==, 77);
    g_assert_cmpint(test_shown_number(other), ==, 78);
    leat_frame_unref(frame);
    leat_frame_unref(other);
}

static void test_scaled(void)
{
    static const struct {
        int from_width, from_height, width, height;
    } cases[] = {
        {160, 120, 80, 60},      {160, 120, 97, 71},     {640, 480, 320, 240},
        {640, 480, 333, 247},    {1920, 1080, 960, 540}, {1920, 1080, 427, 240},
        {1280, 720, 1920, 1080}, {640, 480, 640, 200},
    };
    GError *error = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        for (int quality = LEAT_SCALER_FAST; quality <= LEAT_SCALER_GOOD; quality++) {
            LeatScaler *scaler = leat_scaler_new((LeatScalerQuality)quality, &error);
            LeatFrame *frame = test_frame(cases[i].from_width, cases[i].from_height, 4321, NULL);
            LeatFrame *scaled = leat_scaler_convert(scaler, frame, cases[i].width, cases[i].height,
                                                    "yuv420p", &error);
            g_assert_no_error(error);
            g_assert_cmpint(test_shown_number(scaled), ==, 4321);
            leat_frame_unref(frame);
            leat_frame_unref(scaled);
            leat_scaler_free(scaler);
        }
    }
}

static void test_damaged(void)
{
    int64_t number = -1, time_ms = -1;
    uint8_t *luma = g_malloc0(640 * 480);
    g_assert_false(leat_test_pattern_read(luma, 640, 640, 480, &number, &time_ms));
    g_assert_false(leat_test_pattern_read(luma, 640, 0, 480, &number, &time_ms));
    g_assert_false(leat_test_pattern_read(luma, 640, 21, 23, &number, &time_ms));

    LeatFrame *frame = test_frame(640, 480, 4321, NULL);
    int stride = 0;
    const uint8_t *pixels = leat_frame_plane(frame, 0, &stride);
    for (int y = 0; y < 480; y++)
        memcpy(luma + y * 640, pixels + y * stride, 640);
    g_assert_true(leat_test_pattern_read(luma, 640, 640, 480, &number, &time_ms));
    for (int y = 400; y < 480; y++)
        for (int x = 100; x < 160; x++)
            luma[y * 640 + x] ^= 0xff;
    g_assert_false(leat_test_pattern_read(luma, 640, 640, 480, &number, &time_ms));
    leat_frame_unref(frame);
    g_free(luma);
}

static void test_refuses(void)
{
    GError *error = NULL;
    g_assert_null(leat_test_pattern_new(0, 480, (LeatRational){30, 1}, &error));
    test_error(error, LEAT_ERROR_INVALID, "0x480");
    g_assert_null(leat_test_pattern_new(100000, 100000, (LeatRational){30, 1}, &error));
    test_error(error, LEAT_ERROR_INVALID, "100000x100000");
    g_assert_null(leat_test_pattern_new(640, 480, (LeatRational){0, 1}, &error));
    test_error(error, LEAT_ERROR_INVALID, "rate");
}

static void test_no_memory(void)
{
    for (int n = 1;; n++) {
        GError *error = NULL;
        LeatFrame *frame = NULL;
        leat_faults_arm(n);
        LeatTestPattern *pattern = leat_test_pattern_new(64, 48, (LeatRational){30, 1}, &error);
        if (pattern)
            frame = leat_test_pattern_draw(pattern, 0, NULL, &error);
        bool failed = leat_faults_disarm();
        leat_frame_unref(frame);
        leat_test_pattern_free(pattern);
        if (!failed) {
            g_assert_no_error(error);
            g_assert_cmpint(n, >, 3);
            return;
        }
        g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NO_MEMORY);
        g_clear_error(&error);
    }
}

/* The other reader, in Python, over a picture that an outside program made smaller. */
static void test_python(void)
{
    char *dir = test_dir();
    g_autofree char *raw = g_strdup_printf("%s/frame.yuv", dir);
    LeatFrame *frame = test_frame(640, 480, 54321, NULL);
    test_append_raw(raw, frame);
    leat_frame_unref(frame);
    g_free(test_run("ffmpeg -v error -f rawvideo -pixel_format yuv420p -video_size 640x480 -i "
                    "'%s' -vf scale=350:260 '%s/frame.ppm'",
                    raw, dir));
    g_free(test_run("ffmpeg -v error -i '%s/frame.ppm' -pix_fmt gray '%s/frame.pgm'", dir, dir));
    for (int i = 0; i < 2; i++) {
        g_autofree char *output = test_run("/usr/bin/python3 '%s' '%s/frame.%s'",
                                           g_getenv("LEAT_PATTERN_PY"), dir, i ? "pgm" : "ppm");
        g_assert_cmpstr(output, ==, "54321 1810700\n");
    }
    test_dir_free(dir);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/test-pattern/code-is-read-back-at-any-size", test_code);
    g_test_add_func("/test-pattern/carries-its-number-as-times-or-those-given", test_times);
    g_test_add_func("/test-pattern/is-the-same-bit-for-bit-and-moves", test_deterministic);
    g_test_add_func("/test-pattern/small-pictures-are-drawn-without-code", test_small);
    g_test_add_func("/test-pattern/frames-outlive-it", test_frames_outlive);
    g_test_add_func("/test-pattern/code-survives-scaling", test_scaled);
    g_test_add_func("/test-pattern/damaged-code-is-seen", test_damaged);
    g_test_add_func("/test-pattern/refuses-sizes-and-rates-that-cannot-be", test_refuses);
    g_test_add_func("/test-pattern/tells-when-memory-runs-out", test_no_memory);
    g_test_add_func("/test-pattern/python-reads-the-code-too", test_python);
    return g_test_run();
}
