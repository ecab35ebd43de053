/* SPDX-License-Identifier: MIT */
#include "media/muxer.h"

#include "base/error.h"
#include "faults.h"
#include "support.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static TestStream *encode(LeatCodec codec, int count)
{
    return test_encode(&(LeatEncoderOptions){.codec = codec, .rate = {30, 1}}, 320, 240, count,
                       NULL);
}

static void mux(const TestStream *stream, const char *path)
{
    GError *error = NULL;
    LeatMuxer *muxer = leat_muxer_open(path, &stream->info, &error);
    g_assert_no_error(error);
    for (unsigned i = 0; i < stream->packets->len; i++) {
        leat_muxer_write(muxer, g_ptr_array_index(stream->packets, i), &error);
        g_assert_no_error(error);
    }
    leat_muxer_finish(muxer, &error);
    g_assert_no_error(error);
}

/* The columns of `ffmpeg -f framemd5`: presentation time, and check sum. */
static void frame_sums(const char *input, int64_t *pts, char sums[][33], int count)
{
    g_autofree char *text = test_run("ffmpeg -v error %s -f framemd5 -", input);
    g_auto(GStrv) lines = g_strsplit(g_strchomp(text), "\n", -1);
    int seen = 0;
    for (char **line = lines; *line; line++) {
        if (**line == '#')
            continue;
        g_auto(GStrv) fields = g_strsplit(*line, ",", -1);
        g_assert_cmpuint(g_strv_length(fields), ==, 6);
        g_assert_cmpint(seen, <, count);
        pts[seen] = g_ascii_strtoll(g_strstrip(fields[2]), NULL, 10);
        g_strlcpy(sums[seen++], g_strstrip(fields[5]), 33);
    }
    g_assert_cmpint(seen, ==, count);
}

/* Frame for frame what went in, by ffmpeg's own reckoning. */
static void test_lossless(void)
{
    enum { COUNT = 20 };
    char *dir = test_dir();
    g_autofree char *raw = g_strdup_printf("%s/in.yuv", dir);
    g_autofree char *path = g_strdup_printf("%s/out.mkv", dir);
    for (int64_t number = 0; number < COUNT; number++) {
        LeatFrame *frame = test_frame(320, 240, number, NULL);
        test_append_raw(raw, frame);
        leat_frame_unref(frame);
    }
    TestStream *stream = encode(LEAT_CODEC_FFV1, COUNT);
    mux(stream, path);

    int64_t pts_in[COUNT], pts_out[COUNT];
    char sums_in[COUNT][33], sums_out[COUNT][33];
    g_autofree char *from = g_strdup_printf(
        "-f rawvideo -pixel_format yuv420p -video_size 320x240 -framerate 30 -i '%s'", raw);
    g_autofree char *to = g_strdup_printf("-i '%s' -fps_mode passthrough", path);
    frame_sums(from, pts_in, sums_in, COUNT);
    frame_sums(to, pts_out, sums_out, COUNT);
    for (int i = 0; i < COUNT; i++) {
        g_assert_cmpstr(sums_in[i], ==, sums_out[i]);
        g_assert_cmpint(pts_in[i], ==, i);
        g_assert_cmpint(pts_out[i], ==, i);
    }
    test_stream_free(stream);
    test_dir_free(dir);
}

static void test_containers(void)
{
    static const struct {
        LeatCodec codec;
        const char *ending;
    } cases[] = {
        {LEAT_CODEC_MJPEG, "mkv"},    {LEAT_CODEC_FFV1, "mkv"},  {LEAT_CODEC_H264, "mkv"},
        {LEAT_CODEC_RAWVIDEO, "mkv"}, {LEAT_CODEC_MJPEG, "mp4"}, {LEAT_CODEC_H264, "mp4"},
    };
    char *dir = test_dir();
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        TestStream *stream = encode(cases[i].codec, 15);
        g_autofree char *path = g_strdup_printf("%s/%zu.%s", dir, i, cases[i].ending);
        mux(stream, path);
        g_autofree char *facts =
            test_run("ffprobe -v error -count_frames -show_entries "
                     "stream=codec_name,width,height,avg_frame_rate,nb_read_frames -of csv=p=0 "
                     "'%s'",
                     path);
        g_autofree char *expected =
            g_strdup_printf("%s,320,240,30/1,15\n", leat_codec_name(cases[i].codec));
        g_assert_cmpstr(facts, ==, expected);
        /* And it decodes without a complaint. */
        g_autofree char *complaints =
            test_run("ffmpeg -v warning -xerror -i '%s' -f null - 2>&1", path);
        g_assert_cmpstr(complaints, ==, "");
        test_stream_free(stream);
    }
    test_dir_free(dir);
}

static void test_colours(void)
{
    char *dir = test_dir();
    g_autofree char *path = g_strdup_printf("%s/out.mkv", dir);
    TestStream *stream =
        test_encode(&(LeatEncoderOptions){.codec = LEAT_CODEC_FFV1}, 320, 240, 2, "yuvj422p");
    stream->info.sample_aspect = (LeatRational){4, 3};
    mux(stream, path);
    g_autofree char *facts = test_run(
        "ffprobe -v error -show_entries stream=pix_fmt,color_range,color_space,sample_aspect_ratio "
        "-of csv=p=0 '%s'",
        path);
    g_assert_cmpstr(facts, ==, "4:3,yuv422p,pc,smpte170m\n");
    test_stream_free(stream);
    test_dir_free(dir);
}

static void test_same_bytes(void)
{
    char *dir = test_dir();
    TestStream *stream = encode(LEAT_CODEC_MJPEG, 5);
    g_autofree char *one = g_strdup_printf("%s/one.mkv", dir);
    g_autofree char *two = g_strdup_printf("%s/two.mkv", dir);
    mux(stream, one);
    mux(stream, two);
    g_free(test_run("cmp '%s' '%s'", one, two));
    test_stream_free(stream);
    test_dir_free(dir);
}

/* First times below 0, gaps, and times that are one after rounding to the container's ticks. */
static void test_odd_times(void)
{
    static const int64_t pts[] = {-500000, -500000 + 10, -499000, 0, 0, 1000000, 999999};
    static const char *const endings[] = {"mkv", "mp4"};
    char *dir = test_dir();
    for (size_t e = 0; e < G_N_ELEMENTS(endings); e++) {
        GError *error = NULL;
        TestStream *stream = encode(LEAT_CODEC_MJPEG, 1);
        stream->info.time_base = (LeatRational){1, 1000000};
        g_autofree char *path = g_strdup_printf("%s/out.%s", dir, endings[e]);
        LeatMuxer *muxer = leat_muxer_open(path, &stream->info, &error);
        g_assert_no_error(error);
        for (size_t i = 0; i < G_N_ELEMENTS(pts); i++) {
            LeatPacket packet = *(const LeatPacket *)g_ptr_array_index(stream->packets, 0);
            packet.times.pts = packet.dts = pts[i];
            packet.times.time_base = stream->info.time_base;
            leat_muxer_write(muxer, &packet, &error);
            g_assert_no_error(error);
        }
        g_assert_true(leat_muxer_finish(muxer, &error));
        g_autofree char *times =
            test_run("ffprobe -v error -show_entries packet=pts_time -of csv=p=0 '%s'", path);
        g_auto(GStrv) lines = g_strsplit(g_strchomp(times), "\n", -1);
        g_assert_cmpuint(g_strv_length(lines), ==, G_N_ELEMENTS(pts));
        double last = -1;
        for (size_t i = 0; i < G_N_ELEMENTS(pts); i++) {
            double time = g_ascii_strtod(lines[i], NULL);
            g_assert_cmpfloat(time, >, last);
            last = time;
        }
        g_assert_cmpfloat(ABS(last - 1.5), <, 0.01);
        test_stream_free(stream);
    }
    test_dir_free(dir);
}

static void test_late_start(void)
{
    char *dir = test_dir();
    GError *error = NULL;
    TestStream *stream = encode(LEAT_CODEC_MJPEG, 3);
    g_autofree char *path = g_strdup_printf("%s/out.mkv", dir);
    LeatMuxer *muxer = leat_muxer_open(path, &stream->info, &error);
    for (unsigned i = 0; i < 3; i++) {
        LeatPacket packet = *(const LeatPacket *)g_ptr_array_index(stream->packets, i);
        packet.times.pts += 300;
        packet.dts += 300;
        leat_muxer_write(muxer, &packet, &error);
        g_assert_no_error(error);
    }
    g_assert_true(leat_muxer_finish(muxer, &error));
    g_autofree char *times =
        test_run("ffprobe -v error -show_entries packet=pts_time -of csv=p=0 '%s'", path);
    g_assert_cmpstr(times, ==, "10.000000\n10.033000\n10.067000\n");
    test_stream_free(stream);
    test_dir_free(dir);
}

static void test_refuses(void)
{
    char *dir = test_dir();
    GError *error = NULL;
    TestStream *ffv1 = encode(LEAT_CODEC_FFV1, 1), *raw = encode(LEAT_CODEC_RAWVIDEO, 1);
    g_autofree char *mp4 = g_strdup_printf("%s/out.mp4", dir);
    g_autofree char *avi = g_strdup_printf("%s/out.avi", dir);
    g_autofree char *nowhere = g_strdup_printf("%s/none/out.mkv", dir);
    g_assert_null(leat_muxer_open(mp4, &raw->info, &error));
    test_error(error, LEAT_ERROR_UNSUPPORTED,
               "cannot hold rawvideo of yuv420p; choose a name that "
               "ends in .mkv");
    g_assert_null(leat_muxer_open(avi, &ffv1->info, &error));
    test_error(error, LEAT_ERROR_INVALID, "must end in .mkv or .mp4");
    g_assert_null(leat_muxer_open(nowhere, &ffv1->info, &error));
    test_error(error, LEAT_ERROR_NOT_FOUND, "cannot create ");
    LeatStreamInfo bad = ffv1->info;
    g_strlcpy(bad.codec, "divx9", sizeof bad.codec);
    g_assert_null(leat_muxer_open(mp4, &bad, &error));
    test_error(error, LEAT_ERROR_UNSUPPORTED, "divx9");
    g_autofree char *left = test_run("ls '%s'", dir);
    g_assert_cmpstr(left, ==, "");
    test_stream_free(ffv1);
    test_stream_free(raw);
    test_dir_free(dir);
    leat_muxer_abandon(NULL);
}

static void test_exists(void)
{
    char *dir = test_dir();
    GError *error = NULL;
    TestStream *stream = encode(LEAT_CODEC_MJPEG, 1);
    g_autofree char *path = g_strdup_printf("%s/out.mkv", dir);
    g_autofree char *dangling = g_strdup_printf("%s/link.mkv", dir);
    g_assert_true(g_file_set_contents(path, "precious", -1, NULL));
    g_assert_cmpint(symlink("/nonexistent/target", dangling), ==, 0);
    g_assert_null(leat_muxer_open(path, &stream->info, &error));
    test_error(error, LEAT_ERROR_EXISTS, "it is there already");
    g_assert_null(leat_muxer_open(dangling, &stream->info, &error));
    test_error(error, LEAT_ERROR_EXISTS, "it is there already");
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "precious");
    test_stream_free(stream);
    test_dir_free(dir);
}

static void test_abandon(void)
{
    char *dir = test_dir();
    GError *error = NULL;
    TestStream *stream = encode(LEAT_CODEC_MJPEG, 1);
    static const char *const endings[] = {"mkv", "mp4"};
    for (size_t e = 0; e < G_N_ELEMENTS(endings); e++) {
        g_autofree char *path = g_strdup_printf("%s/out.%s", dir, endings[e]);
        LeatMuxer *muxer = leat_muxer_open(path, &stream->info, &error);
        g_assert_no_error(error);
        g_assert_true(leat_muxer_write(muxer, g_ptr_array_index(stream->packets, 0), &error));
        leat_muxer_abandon(muxer);
        g_assert_cmpint(g_access(path, F_OK), !=, 0);
    }
    test_stream_free(stream);
    test_dir_free(dir);
}

static void test_empty(void)
{
    char *dir = test_dir();
    GError *error = NULL;
    TestStream *stream = encode(LEAT_CODEC_MJPEG, 1);
    g_autofree char *path = g_strdup_printf("%s/out.mkv", dir);
    LeatMuxer *muxer = leat_muxer_open(path, &stream->info, &error);
    g_assert_no_error(error);
    g_assert_true(leat_muxer_finish(muxer, &error));
    g_assert_no_error(error);
    g_assert_cmpint(g_access(path, F_OK), ==, 0);
    test_stream_free(stream);
    test_dir_free(dir);
}

/* A file that cannot grow as far as it must, as on a full disk. */
static void test_cannot_grow(void)
{
    static const char *const endings[] = {"mkv", "mp4"};
    char *dir = test_dir();
    TestStream *stream = encode(LEAT_CODEC_RAWVIDEO, 2), *h264 = encode(LEAT_CODEC_H264, 2);
    struct rlimit was;
    g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &was), ==, 0);
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    for (size_t e = 0; e < G_N_ELEMENTS(endings); e++) {
        GError *error = NULL;
        const TestStream *source = e ? h264 : stream;
        g_autofree char *path = g_strdup_printf("%s/out.%s", dir, endings[e]);
        LeatMuxer *muxer = leat_muxer_open(path, &source->info, &error);
        g_assert_no_error(error);
        struct rlimit small = {e ? 1000 : 400000, was.rlim_max};
        g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &small), ==, 0);
        bool well = true;
        for (int i = 0; i < 10 && well; i++) {
            LeatPacket packet = *(const LeatPacket *)g_ptr_array_index(source->packets, 0);
            packet.dts = packet.times.pts = i;
            well = leat_muxer_write(muxer, &packet, &error);
        }
        if (!well)
            test_error(error, LEAT_ERROR_NO_SPACE, "File too large");
        g_assert_true(e || !well);
        g_assert_false(leat_muxer_finish(muxer, &error));
        test_error(error, LEAT_ERROR_NO_SPACE, "cannot write");
        g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &was), ==, 0);
        g_assert_cmpint(g_access(path, F_OK), !=, 0);
    }
    signal(SIGXFSZ, handler);
    test_stream_free(stream);
    test_stream_free(h264);
    test_dir_free(dir);
}

/* The disk itself full, where a small one may be mounted. */
static void test_full_disk(void)
{
    char *dir = test_dir();
    g_autofree char *mounted =
        test_run("mount -t tmpfs -o size=300k leat-test '%s' 2>/dev/null && echo yes || true", dir);
    if (!g_str_has_prefix(mounted, "yes")) {
        g_test_skip("no right to mount a small disk");
        test_dir_free(dir);
        return;
    }
    GError *error = NULL;
    TestStream *stream = encode(LEAT_CODEC_RAWVIDEO, 1);
    g_autofree char *path = g_strdup_printf("%s/out.mkv", dir);
    LeatMuxer *muxer = leat_muxer_open(path, &stream->info, &error);
    g_assert_no_error(error);
    bool well = true;
    for (int i = 0; i < 10 && well; i++) {
        LeatPacket packet = *(const LeatPacket *)g_ptr_array_index(stream->packets, 0);
        packet.dts = packet.times.pts = i;
        well = leat_muxer_write(muxer, &packet, &error);
    }
    g_assert_false(well);
    test_error(error, LEAT_ERROR_NO_SPACE, "No space left on device");
    g_assert_false(leat_muxer_finish(muxer, &error));
    test_error(error, LEAT_ERROR_NO_SPACE, "out.mkv");
    g_assert_cmpint(g_access(path, F_OK), !=, 0);
    test_stream_free(stream);
    g_free(test_run("umount '%s'", dir));
    test_dir_free(dir);
}

static void test_no_memory(void)
{
    char *dir = test_dir();
    TestStream *stream = encode(LEAT_CODEC_MJPEG, 1);
    g_autofree char *path = g_strdup_printf("%s/out.mkv", dir);
    for (int n = 1;; n++) {
        GError *error = NULL;
        leat_faults_arm(n);
        LeatMuxer *muxer = leat_muxer_open(path, &stream->info, &error);
        bool failed = leat_faults_disarm();
        leat_muxer_abandon(muxer);
        g_assert_cmpint(g_access(path, F_OK), !=, 0);
        if (!failed) {
            g_assert_no_error(error);
            break;
        }
        g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NO_MEMORY);
        g_clear_error(&error);
    }
    test_stream_free(stream);
    test_dir_free(dir);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/muxer/ffv1-is-frame-for-frame-what-went-in", test_lossless);
    g_test_add_func("/muxer/each-codec-plays-from-its-containers", test_containers);
    g_test_add_func("/muxer/keeps-colours-and-shape", test_colours);
    g_test_add_func("/muxer/same-packets-make-the-same-file", test_same_bytes);
    g_test_add_func("/muxer/odd-times-rise-from-zero", test_odd_times);
    g_test_add_func("/muxer/keeps-the-first-time", test_late_start);
    g_test_add_func("/muxer/refuses-what-a-container-cannot-hold", test_refuses);
    g_test_add_func("/muxer/never-replaces-a-file", test_exists);
    g_test_add_func("/muxer/abandoned-files-go-away", test_abandon);
    g_test_add_func("/muxer/a-file-may-be-empty", test_empty);
    g_test_add_func("/muxer/a-file-that-cannot-grow-is-told-and-removed", test_cannot_grow);
    g_test_add_func("/muxer/a-full-disk-is-told-and-the-file-removed", test_full_disk);
    g_test_add_func("/muxer/tells-when-memory-runs-out", test_no_memory);
    return g_test_run();
}
