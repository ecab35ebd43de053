/* SPDX-License-Identifier: MIT */
/* What comes out of a camera's buffers, compressed ones included, which the virtual camera of
 * tests/vm cannot give. */
#include "media/camera-items.h"
#include "media/camera-picture.h"
#include "media/frame-internal.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#define PICTURES 12

typedef struct {
    char *folder;
    char *bytes[PICTURES];
    gsize sizes[PICTURES];
    LeatDecoder *decoder;
    LeatCameraItems items;
} Fixture;

/* Has the ffmpeg program write each compressed picture into a file of its own. */
static void make_pictures(Fixture *fixture, const char *codec, const char *const *options)
{
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_autofree char *names = g_build_filename(fixture->folder, "%d.bin", NULL);
    g_autofree char *frames = g_strdup_printf("%d", PICTURES);
    int status = 0;

    g_strv_builder_add_many(builder, "ffmpeg", "-v", "error", "-f", "lavfi", "-i",
                            "testsrc2=size=320x240:rate=30", "-frames:v", frames, "-c:v", codec,
                            NULL);
    for (; *options; options++)
        g_strv_builder_add(builder, *options);
    g_strv_builder_add_many(builder, "-f", "image2", "-start_number", "0", names, NULL);
    g_auto(GStrv) command = g_strv_builder_end(builder);
    g_assert_true(g_spawn_sync(NULL, command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                               &status, NULL));
    g_assert_cmpint(status, ==, 0);

    for (int i = 0; i < PICTURES; i++) {
        g_autofree char *name = g_strdup_printf("%s/%d.bin", fixture->folder, i);
        g_assert_true(g_file_get_contents(name, &fixture->bytes[i], &fixture->sizes[i], NULL));
        g_assert_cmpint(g_unlink(name), ==, 0);
    }
}

static void set_up(Fixture *fixture, const char *codec, const char *decoder,
                   const char *const *options)
{
    LeatStreamInfo stream = {.width = 320, .height = 240, .time_base = {1, 1000000}};
    GError *error = NULL;

    fixture->folder = g_dir_make_tmp("leat-camera-XXXXXX", NULL);
    make_pictures(fixture, codec, options);
    g_strlcpy(stream.codec, decoder, sizeof stream.codec);
    fixture->decoder = leat_decoder_open(&stream, 0, &error);
    g_assert_no_error(error);
    leat_camera_items_init(&fixture->items);
}

static void set_up_mjpg(Fixture *fixture, gconstpointer data)
{
    (void)data;
    set_up(fixture, "mjpeg", "mjpeg",
           (const char *const[]){"-pix_fmt", "yuvj422p", "-q:v", "3", NULL});
}

static void set_up_h264(Fixture *fixture, gconstpointer data)
{
    (void)data;
    set_up(fixture, "libx264", "h264",
           (const char *const[]){"-pix_fmt", "yuv420p", "-tune", "zerolatency", "-g", "5",
                                 "-x264-params", "repeat-headers=1", NULL});
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
    (void)data;
    for (int i = 0; i < PICTURES; i++)
        g_free(fixture->bytes[i]);
    leat_camera_items_clear(&fixture->items);
    leat_decoder_free(fixture->decoder);
    g_assert_cmpint(g_rmdir(fixture->folder), ==, 0);
    g_free(fixture->folder);
}

static LeatFrameTimes times_of(int64_t seq)
{
    return (LeatFrameTimes){.seq = seq,
                            .captured_ns = 1000000000 + seq * 33000000,
                            .wall_ns = 5,
                            .pts = seq * 33000,
                            .time_base = {1, 1000000}};
}

static void decode(Fixture *fixture, int64_t seq, const char *bytes, size_t size)
{
    LeatFrameTimes times = times_of(seq);
    leat_camera_picture_decode(fixture->decoder, (const uint8_t *)bytes, size, &times,
                               &fixture->items);
}

static void expect_frame(Fixture *fixture, int64_t seq)
{
    LeatSourceItem item;

    g_assert_true(leat_camera_items_next(&fixture->items, &item));
    g_assert_cmpint(item.type, ==, LEAT_SOURCE_ITEM_FRAME);
    LeatFrameTimes times = leat_frame_times(item.frame), wanted = times_of(seq);
    g_assert_cmpint(times.seq, ==, seq);
    g_assert_cmpint(times.captured_ns, ==, wanted.captured_ns);
    g_assert_cmpint(times.pts, ==, wanted.pts);
    g_assert_cmpint(leat_frame_width(item.frame), ==, 320);
    leat_frame_unref(item.frame);
}

static void expect_lost(Fixture *fixture, int64_t first, int64_t count, const char *reason)
{
    LeatSourceItem item;

    g_assert_true(leat_camera_items_next(&fixture->items, &item));
    g_assert_cmpint(item.type, ==, LEAT_SOURCE_ITEM_LOST);
    g_assert_cmpint(item.first, ==, first);
    g_assert_cmpint(item.last, ==, first + count - 1);
    g_assert_cmpint(item.count, ==, count);
    g_assert_cmpstr(item.reason, ==, reason);
}

static void expect_nothing(Fixture *fixture)
{
    LeatSourceItem item;
    g_assert_false(leat_camera_items_next(&fixture->items, &item));
}

static void test_decoded_at_once(Fixture *fixture, gconstpointer data)
{
    (void)data;
    for (int i = 0; i < PICTURES; i++) {
        decode(fixture, 100 + i, fixture->bytes[i], fixture->sizes[i]);
        expect_frame(fixture, 100 + i);
        expect_nothing(fixture);
    }
}

static void test_mjpg_damaged(Fixture *fixture, gconstpointer data)
{
    (void)data;
    memset(fixture->bytes[1], 0x55, fixture->sizes[1]);
    for (int i = 0; i < 3; i++)
        decode(fixture, i, fixture->bytes[i], fixture->sizes[i]);
    expect_frame(fixture, 0);
    expect_lost(fixture, 1, 1, LEAT_CAMERA_DAMAGED);
    expect_frame(fixture, 2);
    expect_nothing(fixture);
}

static void test_mjpg_cut(Fixture *fixture, gconstpointer data)
{
    (void)data;
    decode(fixture, 0, fixture->bytes[0], 40);
    decode(fixture, 1, fixture->bytes[1], fixture->sizes[1]);
    expect_lost(fixture, 0, 1, LEAT_CAMERA_DAMAGED);
    expect_frame(fixture, 1);
}

/* Cameras pad their buffers. */
static void test_mjpg_padded(Fixture *fixture, gconstpointer data)
{
    (void)data;
    gsize size = fixture->sizes[0] + 5000;

    fixture->bytes[0] = g_realloc(fixture->bytes[0], size);
    memset(fixture->bytes[0] + fixture->sizes[0], 0, 5000);
    decode(fixture, 0, fixture->bytes[0], size);
    expect_frame(fixture, 0);
}

static void test_h264_joined_late(Fixture *fixture, gconstpointer data)
{
    (void)data;
    for (int i = 2; i < PICTURES; i++)
        decode(fixture, i, fixture->bytes[i], fixture->sizes[i]);
    for (int i = 2; i < 5; i++)
        expect_lost(fixture, i, 1, LEAT_CAMERA_DAMAGED);
    for (int i = 5; i < PICTURES; i++)
        expect_frame(fixture, i);
    expect_nothing(fixture);
}

static LeatFrame *grey_frame(int64_t seq)
{
    LeatFrameTimes times = times_of(seq);
    AVFrame *picture = leat_picture_new(320, 2, AV_PIX_FMT_GRAY8, NULL);
    return leat_frame_wrap(picture, &times, NULL);
}

static void test_order(void)
{
    Fixture fixture = {0};

    leat_camera_items_init(&fixture.items);
    leat_camera_items_expect(&fixture.items, 0);
    leat_camera_items_lost(&fixture.items, 1, 2, "why");
    leat_camera_items_expect(&fixture.items, 3);
    expect_nothing(&fixture);
    leat_camera_items_decoded(&fixture.items, grey_frame(0));
    expect_frame(&fixture, 0);
    expect_lost(&fixture, 1, 2, "why");
    expect_nothing(&fixture);
    leat_camera_items_give_up(&fixture.items);
    expect_lost(&fixture, 3, 1, LEAT_CAMERA_DAMAGED);
    leat_camera_items_clear(&fixture.items);
}

static void test_swallowed(void)
{
    Fixture fixture = {0};

    leat_camera_items_init(&fixture.items);
    for (int seq = 0; seq < 3; seq++)
        leat_camera_items_expect(&fixture.items, seq);
    leat_camera_items_decoded(&fixture.items, grey_frame(2));
    leat_camera_items_decoded(&fixture.items, grey_frame(1));
    expect_lost(&fixture, 0, 1, LEAT_CAMERA_DAMAGED);
    expect_lost(&fixture, 1, 1, LEAT_CAMERA_DAMAGED);
    expect_frame(&fixture, 2);
    expect_nothing(&fixture);
    leat_camera_items_clear(&fixture.items);
}

static void test_bounded(void)
{
    Fixture fixture = {0};

    leat_camera_items_init(&fixture.items);
    for (int seq = 0; seq < 1000; seq++) {
        leat_camera_items_expect(&fixture.items, seq);
        g_assert_cmpuint(fixture.items.queue.length, <=, 34);
        if (seq >= 32)
            expect_lost(&fixture, seq - 32, 1, LEAT_CAMERA_DAMAGED);
    }
    leat_camera_items_clear(&fixture.items);
}

static void test_raw_copy(void)
{
    LeatCameraPicture kind = {
        .pixel_format = AV_PIX_FMT_NV12,
        .about = {.width = 4, .height = 2, .bytesperline = 6, .colorspace = V4L2_COLORSPACE_SRGB}};
    static const uint8_t bytes[18] = {1, 2, 3, 4, 0, 0, 5, 6, 7, 8, 0, 0, 9, 10, 11, 12, 0, 0};
    LeatFrameTimes times = times_of(7);
    uint64_t before = leat_frame_copied_bytes();
    int stride;

    g_assert_true(leat_camera_layout(AV_PIX_FMT_NV12, 4, 2, 6, &kind.layout));
    g_assert_cmpuint(kind.layout.size, ==, sizeof bytes);
    LeatFrame *frame = leat_camera_picture_copy(&kind, bytes, &times, NULL);
    g_assert_cmpuint(leat_frame_copied_bytes() - before, ==, sizeof bytes);
    const uint8_t *luma = leat_frame_plane(frame, 0, &stride);
    g_assert_cmpmem(luma + stride, 4, bytes + 6, 4);
    g_assert_cmpmem(leat_frame_plane(frame, 1, &stride), 4, bytes + 12, 4);
    g_assert_cmpint(leat_frame_times(frame).seq, ==, 7);
    g_assert_cmpint(leat_frame_picture(frame)->color_range, ==, AVCOL_RANGE_MPEG);
    g_assert_cmpint(leat_frame_picture(frame)->colorspace, ==, AVCOL_SPC_SMPTE170M);
    leat_frame_unref(frame);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/camera-picture/mjpg-is-decoded-at-once", Fixture, NULL, set_up_mjpg,
               test_decoded_at_once, tear_down);
    g_test_add("/camera-picture/a-damaged-mjpg-is-one-loss", Fixture, NULL, set_up_mjpg,
               test_mjpg_damaged, tear_down);
    g_test_add("/camera-picture/a-cut-mjpg-is-one-loss", Fixture, NULL, set_up_mjpg, test_mjpg_cut,
               tear_down);
    g_test_add("/camera-picture/a-padded-mjpg-is-a-picture", Fixture, NULL, set_up_mjpg,
               test_mjpg_padded, tear_down);
    g_test_add("/camera-picture/h264-is-decoded-at-once", Fixture, NULL, set_up_h264,
               test_decoded_at_once, tear_down);
    g_test_add("/camera-picture/h264-without-its-start-is-lost-until-a-key-frame", Fixture, NULL,
               set_up_h264, test_h264_joined_late, tear_down);
    g_test_add_func("/camera-picture/a-raw-picture-is-copied-without-its-padding", test_raw_copy);
    g_test_add_func("/camera-items/come-in-order-while-the-decoder-holds-one", test_order);
    g_test_add_func("/camera-items/a-picture-that-was-swallowed-is-a-loss", test_swallowed);
    g_test_add_func("/camera-items/a-decoder-that-gives-nothing-is-bounded", test_bounded);
    return g_test_run();
}
