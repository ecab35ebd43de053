/* SPDX-License-Identifier: MIT */
#include "media/scaler.h"

#include "base/error.h"
#include "faults.h"
#include "media/frame-internal.h"
#include "support.h"

#include <string.h>

static LeatScaler *new_scaler(void)
{
    GError *error = NULL;
    LeatScaler *scaler = leat_scaler_new(LEAT_SCALER_GOOD, &error);
    g_assert_no_error(error);
    return scaler;
}

static void test_same(void)
{
    GError *error = NULL;
    LeatScaler *scaler = new_scaler();
    LeatFrame *frame = test_frame(160, 120, 1, NULL);
    LeatFrame *same = leat_scaler_convert(scaler, frame, 160, 120, "yuv420p", &error);
    g_assert_no_error(error);
    g_assert_true(same == frame);
    leat_frame_unref(same);
    leat_frame_unref(frame);
    leat_scaler_free(scaler);
}

/* Against the ffmpeg program's scale filter. */
static void test_picture(void)
{
    GError *error = NULL;
    char *dir = test_dir();
    g_autofree char *raw = g_strdup_printf("%s/in.yuv", dir);
    g_autofree char *scaled = g_strdup_printf("%s/out.bgra", dir);
    LeatScaler *scaler = new_scaler();
    LeatFrame *frame = test_frame(640, 480, 1, NULL);
    LeatFrame *ours = leat_scaler_convert(scaler, frame, 300, 200, "bgra", &error);
    g_assert_no_error(error);
    g_assert_cmpstr(leat_frame_pixel_format(ours), ==, "bgra");
    test_append_raw(raw, frame);
    g_free(test_run("ffmpeg -v error -f rawvideo -pixel_format yuv420p -video_size 640x480 -i '%s' "
                    "-vf scale=300:200:flags=bicubic+accurate_rnd:in_color_matrix=smpte170m "
                    "-pix_fmt bgra -f rawvideo '%s'",
                    raw, scaled));
    g_autofree char *theirs = NULL;
    gsize bytes = 0;
    g_assert_true(g_file_get_contents(scaled, &theirs, &bytes, NULL));
    g_assert_cmpuint(bytes, ==, 300 * 200 * 4);
    int stride = 0;
    const uint8_t *pixels = leat_frame_plane(ours, 0, &stride);
    int worst = 0;
    for (int y = 0; y < 200; y++)
        for (int x = 0; x < 300 * 4; x++)
            worst = MAX(worst, abs(pixels[y * stride + x] - (uint8_t)theirs[y * 1200 + x]));
    g_assert_cmpint(worst, <=, 2);
    leat_frame_unref(ours);
    leat_frame_unref(frame);
    leat_scaler_free(scaler);
    test_dir_free(dir);
}

static void test_times(void)
{
    GError *error = NULL;
    LeatScaler *scaler = new_scaler();
    LeatFrame *frame = test_frame(160, 120, 9, NULL);
    LeatFrame *other = leat_scaler_convert(scaler, frame, 80, 60, "rgb24", &error);
    g_assert_no_error(error);
    LeatFrameTimes was = leat_frame_times(frame), is = leat_frame_times(other);
    g_assert_cmpmem(&was, sizeof was, &is, sizeof is);
    leat_scaler_free(scaler);
    leat_frame_unref(other);
    leat_frame_unref(frame);
}

static void test_full_range(void)
{
    GError *error = NULL;
    LeatScaler *scaler = new_scaler();
    LeatFrame *frame = test_frame(160, 120, 0, NULL);
    LeatFrame *full = leat_scaler_convert(scaler, frame, 160, 120, "yuvj420p", &error);
    g_assert_no_error(error);
    LeatFrame *limited = leat_scaler_convert(scaler, full, 160, 120, "yuv420p", &error);
    g_assert_no_error(error);
    int stride = 0;
    g_assert_cmpint(leat_frame_plane(frame, 0, &stride)[119 * stride], ==, 235);
    g_assert_cmpint(leat_frame_plane(full, 0, &stride)[119 * stride], ==, 255);
    g_assert_cmpint(leat_frame_plane(full, 0, &stride)[119 * stride + 159], ==, 0);
    g_assert_cmpint(abs(leat_frame_plane(limited, 0, &stride)[119 * stride] - 235), <=, 1);
    g_assert_cmpint(leat_frame_picture(full)->color_range, ==, AVCOL_RANGE_JPEG);
    g_assert_cmpint(leat_frame_picture(limited)->color_range, ==, AVCOL_RANGE_MPEG);
    leat_frame_unref(limited);
    leat_frame_unref(full);
    leat_frame_unref(frame);
    leat_scaler_free(scaler);
}

/* Against the ffmpeg program, for each layout of chroma and both ways. */
static void test_range_like_ffmpeg(void)
{
    static const struct {
        const char *from, *to;
    } cases[] = {{"yuv420p", "yuvj420p"},
                 {"yuv422p", "yuvj422p"},
                 {"yuv444p", "yuvj444p"},
                 {"yuvj420p", "yuv420p"}};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        GError *error = NULL;
        char *dir = test_dir();
        g_autofree char *in = g_strdup_printf("%s/in", dir);
        g_autofree char *our_path = g_strdup_printf("%s/ours", dir);
        g_autofree char *their_path = g_strdup_printf("%s/theirs", dir);
        LeatScaler *scaler = new_scaler();
        LeatFrame *frame = test_frame(161, 121, 1, cases[i].from);
        LeatFrame *made = leat_scaler_convert(scaler, frame, 161, 121, cases[i].to, &error);
        g_assert_no_error(error);
        test_append_raw(in, frame);
        test_append_raw(our_path, made);
        g_free(test_run("ffmpeg -v error -f rawvideo -pixel_format %s -video_size 161x121 -i '%s' "
                        "-pix_fmt %s -f rawvideo '%s' 2>&1",
                        cases[i].from, in, cases[i].to, their_path));
        g_autofree char *ours = NULL, *theirs = NULL;
        gsize our_bytes = 0, their_bytes = 0;
        g_assert_true(g_file_get_contents(our_path, &ours, &our_bytes, NULL));
        g_assert_true(g_file_get_contents(their_path, &theirs, &their_bytes, NULL));
        g_assert_cmpuint(our_bytes, ==, their_bytes);
        int worst = 0;
        for (size_t b = 0; b < our_bytes; b++)
            worst = MAX(worst, abs((uint8_t)ours[b] - (uint8_t)theirs[b]));
        g_assert_cmpint(worst, <=, 2);
        leat_frame_unref(made);
        leat_frame_unref(frame);
        leat_scaler_free(scaler);
        test_dir_free(dir);
    }
}

/* One scaler, many kinds of frames: it adapts each time. */
static void test_changes(void)
{
    static const char *const formats[] = {"yuv420p", "yuyv422", "nv12",        "gray", "rgb24",
                                          "bgra",    "yuv444p", "yuv420p10le", "gbrp", "yuvj422p"};
    GError *error = NULL;
    LeatScaler *scaler = new_scaler();
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        LeatFrame *frame = test_frame(322, 240, 77, formats[i]);
        LeatFrame *back = leat_scaler_convert(scaler, frame, 640, 480, "yuv420p", &error);
        g_assert_no_error(error);
        g_assert_cmpint(test_shown_number(back), ==, 77);
        leat_frame_unref(back);
        leat_frame_unref(frame);
    }
    leat_scaler_free(scaler);
}

static void test_aspect(void)
{
    GError *error = NULL;
    LeatScaler *scaler = new_scaler();
    LeatFrame *frame = test_frame(160, 120, 9, NULL);
    LeatFrame *other = leat_scaler_convert(scaler, frame, 160, 60, "yuv420p", &error);
    g_assert_no_error(error);
    g_assert_cmpint(leat_frame_picture(other)->sample_aspect_ratio.num, ==, 1);
    g_assert_cmpint(leat_frame_picture(other)->sample_aspect_ratio.den, ==, 2);
    leat_frame_unref(other);
    leat_frame_unref(frame);
    leat_scaler_free(scaler);
}

static void test_refuses(void)
{
    GError *error = NULL;
    LeatScaler *scaler = new_scaler();
    LeatFrame *frame = test_frame(160, 120, 1, NULL);
    g_assert_null(leat_scaler_convert(scaler, frame, 0, 10, "bgra", &error));
    test_error(error, LEAT_ERROR_INVALID, "0x10");
    g_assert_null(leat_scaler_convert(scaler, frame, 100000, 100000, "bgra", &error));
    test_error(error, LEAT_ERROR_INVALID, "100000x100000");
    g_assert_null(leat_scaler_convert(scaler, frame, 10, 10, "purple", &error));
    test_error(error, LEAT_ERROR_UNSUPPORTED, "'purple'");
    g_assert_null(leat_scaler_convert(scaler, frame, 10, 10, "vaapi", &error));
    test_error(error, LEAT_ERROR_UNSUPPORTED, "vaapi");
    g_assert_null(leat_scaler_convert(scaler, frame, 10, 10, "pal8", &error));
    test_error(error, LEAT_ERROR_UNSUPPORTED, "pal8");
    LeatFrame *good = leat_scaler_convert(scaler, frame, 10, 10, "bgra", &error);
    g_assert_no_error(error);
    leat_frame_unref(good);
    leat_frame_unref(frame);
    leat_scaler_free(scaler);
    leat_scaler_free(NULL);
}

static void test_no_memory(void)
{
    for (int n = 1;; n++) {
        GError *error = NULL;
        LeatFrame *frame = test_frame(160, 120, 1, NULL), *other = NULL;
        leat_faults_arm(n);
        LeatScaler *scaler = leat_scaler_new(LEAT_SCALER_FAST, &error);
        if (scaler)
            other = leat_scaler_convert(scaler, frame, 80, 60, "bgra", &error);
        bool failed = leat_faults_disarm();
        leat_frame_unref(other);
        leat_frame_unref(frame);
        leat_scaler_free(scaler);
        if (!failed) {
            g_assert_no_error(error);
            g_assert_cmpint(n, ==, 5);
            return;
        }
        g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NO_MEMORY);
        g_clear_error(&error);
    }
}

static void test_fit(void)
{
    static const struct {
        int width, height, box_width, box_height, fit_width, fit_height;
    } cases[] = {
        {640, 480, 320, 240, 320, 240},
        {640, 480, 1000, 240, 320, 240},
        {640, 480, 320, 1000, 320, 240},
        {1920, 1080, 800, 600, 800, 450},
        {16384, 1, 100, 100, 100, 1},
        {1, 16384, 100, 100, 1, 100},
        {16384, 16384, 16384, 16384, 16384, 16384},
        {640, 480, 1, 1, 1, 1},
        {640, 480, 0, 0, 1, 1},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        int width = 0, height = 0;
        leat_scaler_fit(cases[i].width, cases[i].height, cases[i].box_width, cases[i].box_height,
                        &width, &height);
        g_assert_cmpint(width, ==, cases[i].fit_width);
        g_assert_cmpint(height, ==, cases[i].fit_height);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/scaler/what-fits-comes-back-itself", test_same);
    g_test_add_func("/scaler/makes-the-picture-that-ffmpeg-makes", test_picture);
    g_test_add_func("/scaler/keeps-the-times", test_times);
    g_test_add_func("/scaler/converts-to-full-range-and-back", test_full_range);
    g_test_add_func("/scaler/converts-the-range-as-ffmpeg-does", test_range_like_ffmpeg);
    g_test_add_func("/scaler/adapts-to-any-format", test_changes);
    g_test_add_func("/scaler/keeps-the-shape-of-what-is-shown", test_aspect);
    g_test_add_func("/scaler/refuses-sizes-and-formats-that-cannot-be", test_refuses);
    g_test_add_func("/scaler/tells-when-memory-runs-out", test_no_memory);
    g_test_add_func("/scaler/fits-a-shape-into-a-box", test_fit);
    return g_test_run();
}
