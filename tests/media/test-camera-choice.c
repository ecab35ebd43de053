/* SPDX-License-Identifier: MIT */
#include "media/camera-choice.h"

#include "media/camera-format.h"

#include <glib.h>
#include <linux/videodev2.h>

#define MODE(format, width, height, rate)                \
    {                                                    \
        V4L2_PIX_FMT_##format, width, height, {rate, 1}, \
        {                                                \
            rate, 1                                      \
        }                                                \
    }

/* A usual USB camera: raw pixels are slow at large sizes. */
static const LeatCameraMode webcam[] = {
    MODE(YUYV, 160, 120, 30),  MODE(YUYV, 640, 480, 30),   MODE(YUYV, 640, 480, 15),
    MODE(YUYV, 1280, 720, 10), MODE(YUYV, 1920, 1080, 5),  MODE(MJPEG, 640, 480, 30),
    MODE(MJPEG, 640, 480, 60), MODE(MJPEG, 1280, 720, 30), MODE(MJPEG, 1920, 1080, 30),
    MODE(H264, 1280, 720, 30),
};

static void chooses(const LeatCameraMode *modes, size_t count, LeatCameraWish wish,
                    const char *expected)
{
    LeatRational rate;
    const LeatCameraMode *mode = leat_camera_choose(modes, count, &wish, &rate);
    g_assert_nonnull(mode);
    LeatCameraMode got = {mode->fourcc, mode->width, mode->height, rate, rate};
    g_autofree char *text = leat_camera_mode_text(&got);
    g_assert_cmpstr(text, ==, expected);
}

#define CHOOSES(modes, expected, ...) \
    chooses(modes, G_N_ELEMENTS(modes), (LeatCameraWish){__VA_ARGS__}, expected)

static void test_usual(void)
{
    CHOOSES(webcam, "MJPG 1280x720@30", 0);
}

static void test_usual_of_a_slow_camera(void)
{
    static const LeatCameraMode modes[] = {MODE(YUYV, 320, 240, 30), MODE(YUYV, 640, 480, 30),
                                           MODE(YUYV, 1280, 720, 10)};
    CHOOSES(modes, "YUYV 640x480@30", 0);
}

static void test_usual_of_a_large_camera(void)
{
    static const LeatCameraMode modes[] = {MODE(YUYV, 3840, 2160, 30), MODE(YUYV, 1920, 1080, 30),
                                           MODE(YUYV, 1280, 720, 5)};
    CHOOSES(modes, "YUYV 1920x1080@30", 0);
}

static void test_usual_of_a_microscope(void)
{
    static const LeatCameraMode modes[] = {MODE(YUYV, 2592, 1944, 5), MODE(YUYV, 1280, 960, 10)};
    CHOOSES(modes, "YUYV 1280x960@10", 0);
}

static void test_usual_rate_is_30(void)
{
    static const LeatCameraMode modes[] = {MODE(YUYV, 640, 480, 60), MODE(YUYV, 640, 480, 30),
                                           MODE(YUYV, 640, 480, 25)};
    CHOOSES(modes, "YUYV 640x480@30", 0);
}

static void test_exact_size_first(void)
{
    CHOOSES(webcam, "YUYV 160x120@30", .width = 160, .height = 120, .rate = {60, 1});
    CHOOSES(webcam, "MJPG 1920x1080@30", .width = 1920, .height = 1080);
}

static void test_then_the_rate(void)
{
    CHOOSES(webcam, "MJPG 640x480@60", .width = 640, .height = 480, .rate = {60, 1});
    CHOOSES(webcam, "YUYV 640x480@15", .width = 640, .height = 480, .rate = {12, 1});
}

static void test_then_the_format(void)
{
    CHOOSES(webcam, "YUYV 640x480@30", .width = 640, .height = 480, .rate = {30, 1});
    CHOOSES(webcam, "MJPG 1280x720@30", .width = 1280, .height = 720, .rate = {30, 1});
}

static void test_asked_format(void)
{
    CHOOSES(webcam, "H264 1280x720@30", .fourcc = V4L2_PIX_FMT_H264, .width = 640, .height = 480);
    CHOOSES(webcam, "MJPG 640x480@30", .fourcc = V4L2_PIX_FMT_MJPEG, .width = 640, .height = 480);
    CHOOSES(webcam, "YUYV 640x480@30", .fourcc = V4L2_PIX_FMT_YUYV);
}

static void test_format_it_lacks(void)
{
    CHOOSES(webcam, "YUYV 640x480@30", .fourcc = V4L2_PIX_FMT_NV12, .width = 640, .height = 480);
}

static void test_nearest_size(void)
{
    CHOOSES(webcam, "YUYV 640x480@30", .width = 650, .height = 470);
    CHOOSES(webcam, "MJPG 1920x1080@30", .width = 16000, .height = 9000);
    CHOOSES(webcam, "YUYV 160x120@30", .width = 1, .height = 1);
}

static void test_rate_range(void)
{
    static const LeatCameraMode modes[] = {
        {V4L2_PIX_FMT_YUYV, 640, 480, {1, 1}, {120, 1}},
        {V4L2_PIX_FMT_YUYV, 1280, 720, {1, 1}, {15, 1}},
    };
    CHOOSES(modes, "YUYV 640x480@30", 0);
    CHOOSES(modes, "YUYV 640x480@120", .width = 640, .height = 480, .rate = {500, 1});
    CHOOSES(modes, "YUYV 640x480@29.97", .width = 640, .height = 480, .rate = {30000, 1001});
    CHOOSES(modes, "YUYV 1280x720@10", .rate = {10, 1});
}

static void test_unknown_rate(void)
{
    static const LeatCameraMode modes[] = {{V4L2_PIX_FMT_NV12, 640, 480, {0, 0}, {0, 0}}};
    CHOOSES(modes, "NV12 640x480", 0);
    CHOOSES(modes, "NV12 640x480", .rate = {30, 1});
}

static void test_nothing(void)
{
    LeatRational rate = {1, 1};
    LeatCameraWish wish = {0};
    g_assert_null(leat_camera_choose(webcam, 0, &wish, &rate));
    g_assert_false(leat_rational_is_set(rate));
}

static void test_text(void)
{
    static const struct {
        LeatCameraMode mode;
        const char *text;
    } all[] = {
        {MODE(MJPEG, 1280, 720, 30), "MJPG 1280x720@30"},
        {{V4L2_PIX_FMT_YUYV, 640, 480, {1, 1}, {30, 1}}, "YUYV 640x480@1-30"},
        {{V4L2_PIX_FMT_YUYV, 640, 480, {15, 2}, {15, 2}}, "YUYV 640x480@7.5"},
        {{V4L2_PIX_FMT_YUV420, 640, 480, {30000, 1001}, {30000, 1001}}, "YU12 640x480@29.97"},
        {{V4L2_PIX_FMT_Y16, 640, 480, {0, 0}, {0, 0}}, "Y16 640x480"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
        g_autofree char *text = leat_camera_mode_text(&all[i].mode);
        g_assert_cmpstr(text, ==, all[i].text);
    }
}

static void test_names(void)
{
    g_assert_cmpuint(leat_camera_format_named("yuyv")->fourcc, ==, V4L2_PIX_FMT_YUYV);
    g_assert_cmpuint(leat_camera_format_named("yuyv422")->fourcc, ==, V4L2_PIX_FMT_YUYV);
    g_assert_cmpuint(leat_camera_format_named("MJPEG")->fourcc, ==, V4L2_PIX_FMT_MJPEG);
    g_assert_cmpuint(leat_camera_format_named("MJPG")->fourcc, ==, V4L2_PIX_FMT_MJPEG);
    g_assert_cmpuint(leat_camera_format_named("h264")->fourcc, ==, V4L2_PIX_FMT_H264);
    g_assert_cmpuint(leat_camera_format_named("nv12")->fourcc, ==, V4L2_PIX_FMT_NV12);
    g_assert_null(leat_camera_format_named("XYZ9"));
    g_assert_null(leat_camera_format_named(""));
}

static void test_layout(void)
{
    LeatCameraLayout layout;

    g_assert_true(leat_camera_layout(AV_PIX_FMT_YUYV422, 640, 480, 1280, &layout));
    g_assert_cmpuint(layout.size, ==, 614400);
    g_assert_cmpint(layout.stride[1], ==, 0);

    g_assert_true(leat_camera_layout(AV_PIX_FMT_NV12, 640, 480, 704, &layout));
    g_assert_cmpint(layout.stride[0], ==, 704);
    g_assert_cmpint(layout.stride[1], ==, 704);
    g_assert_cmpuint(layout.offset[1], ==, 337920);
    g_assert_cmpuint(layout.size, ==, 506880);

    g_assert_true(leat_camera_layout(AV_PIX_FMT_YUV420P, 640, 480, 0, &layout));
    g_assert_cmpint(layout.stride[2], ==, 320);
    g_assert_cmpuint(layout.offset[2], ==, 384000);
    g_assert_cmpuint(layout.size, ==, 460800);
}

static void test_bad_layout(void)
{
    LeatCameraLayout layout;

    g_assert_false(leat_camera_layout(AV_PIX_FMT_YUYV422, 640, 480, 1279, &layout));
    g_assert_false(leat_camera_layout(AV_PIX_FMT_YUYV422, 0, 480, 0, &layout));
    g_assert_false(leat_camera_layout(AV_PIX_FMT_YUYV422, 100000, 480, 0, &layout));
    g_assert_false(leat_camera_layout(AV_PIX_FMT_YUYV422, 640, 480, UINT32_MAX, &layout));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/camera-choice/without-a-wish-up-to-1280x720-at-full-rate", test_usual);
    g_test_add_func("/camera-choice/without-a-wish-rate-goes-before-size",
                    test_usual_of_a_slow_camera);
    g_test_add_func("/camera-choice/without-a-wish-larger-goes-before-slow",
                    test_usual_of_a_large_camera);
    g_test_add_func("/camera-choice/without-a-wish-the-fastest-of-slow-modes",
                    test_usual_of_a_microscope);
    g_test_add_func("/camera-choice/without-a-wish-30-goes-before-60", test_usual_rate_is_30);
    g_test_add_func("/camera-choice/the-exact-size-counts-first", test_exact_size_first);
    g_test_add_func("/camera-choice/then-the-nearest-rate", test_then_the_rate);
    g_test_add_func("/camera-choice/then-raw-goes-before-compressed", test_then_the_format);
    g_test_add_func("/camera-choice/a-format-that-is-asked-for-is-kept", test_asked_format);
    g_test_add_func("/camera-choice/a-format-that-it-lacks-gives-another", test_format_it_lacks);
    g_test_add_func("/camera-choice/a-size-that-it-lacks-gives-the-nearest", test_nearest_size);
    g_test_add_func("/camera-choice/a-rate-in-a-range-is-taken-as-asked", test_rate_range);
    g_test_add_func("/camera-choice/an-unknown-rate-is-left-to-the-driver", test_unknown_rate);
    g_test_add_func("/camera-choice/no-modes-give-no-choice", test_nothing);
    g_test_add_func("/camera-choice/modes-are-written-for-people", test_text);
    g_test_add_func("/camera-format/is-found-by-the-names-of-kernel-and-libav", test_names);
    g_test_add_func("/camera-format/planes-lie-one-after-another-with-padded-rows", test_layout);
    g_test_add_func("/camera-format/impossible-sizes-are-refused", test_bad_layout);
    return g_test_run();
}
