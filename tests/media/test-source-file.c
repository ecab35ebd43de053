/* SPDX-License-Identifier: MIT */
/* Files as sources, compared with what the ffmpeg and ffprobe programs say of them. */
#include "source-support.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PICTURES "-f lavfi -i testsrc2=size=160x120:rate=30:duration=2 -pix_fmt yuv420p "
#define H264 "-c:v libx264 -preset veryfast -g 15 -bf 2 "

static int64_t count_by_ffprobe(const char *path)
{
    g_autofree char *text =
        run("ffprobe", "-v", "quiet", "-count_frames", "-select_streams", "v:0", "-show_entries",
            "stream=nb_read_frames", "-of", "default=nw=1:nk=1", path, NULL);
    return g_ascii_strtoll(text, NULL, 10);
}

static void test_counts(void)
{
    static const struct {
        const char *name, *arguments;
    } files[] = {
        {"count.mkv", PICTURES H264},
        {"count.mp4", PICTURES H264},
        {"count.avi", PICTURES H264},
        {"count.ts", PICTURES H264},
        {"mjpeg.avi", PICTURES "-c:v mjpeg"},
        {"mpeg4.avi", PICTURES "-c:v mpeg4 -bf 2"},
        {"ffv1.mkv", PICTURES "-c:v ffv1"},
        {"raw.avi", PICTURES "-c:v rawvideo"},
        {"vp8.webm", PICTURES "-c:v libvpx -b:v 500k -deadline realtime -cpu-used 8"},
        {"mpeg2.ts", PICTURES "-c:v mpeg2video -bf 2 -flags +ildct+ilme"},
        {"audio.mp4", "-f lavfi -i sine=duration=3 " PICTURES H264},
        {"image.png", "-f lavfi -i testsrc2=size=64x48 -frames:v 1"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = make_video(files[i].name, files[i].arguments);
        g_autoptr(Reading) reading = read_all_of(path, false);
        g_assert_no_error(reading->error);
        g_assert_cmpint(reading->frames, ==, count_by_ffprobe(path));
        g_assert_cmpint(reading->lost, ==, 0);
        g_assert_cmpstr(reading->notes->str, ==, "");
        g_assert_true(reading->ended);
    }
}

static void test_pixels(void)
{
    static const struct {
        const char *name, *arguments;
    } files[] = {
        {"pixels.mp4", PICTURES H264},
        {"pixels.mkv", PICTURES "-c:v ffv1"},
        {"pixels.avi", "-f lavfi -i testsrc2=size=162x122:rate=30:duration=1 -c:v mjpeg -pix_fmt "
                       "yuvj420p"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = make_video(files[i].name, files[i].arguments);
        g_autofree char *text = run("ffmpeg", "-nostdin", "-loglevel", "error", "-i", path,
                                    "-vsync", "passthrough", "-f", "framemd5", "-", NULL);
        g_autoptr(Reading) reading = read_all_of(path, true);
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
        unsigned frame = 0;
        for (char **line = lines; *line; line++) {
            const char *sum = strrchr(*line, ' ');
            if (**line == '#' || !sum)
                continue;
            g_assert_cmpuint(frame, <, reading->md5->len);
            g_assert_cmpstr(reading->md5->pdata[frame++], ==, sum + 1);
        }
        g_assert_cmpuint(frame, ==, reading->md5->len);
    }
}

static void test_times(void)
{
    g_autofree char *path =
        make_video("times.mkv", PICTURES "-vf select='lt(mod(n\\,7)\\,3)' -vsync vfr " H264);
    g_autofree char *text =
        run("ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries",
            "frame=best_effort_timestamp", "-of", "default=nw=1:nk=1", path, NULL);
    g_autoptr(Reading) reading = read_all_of(path, false);
    g_auto(GStrv) lines = g_strsplit(g_strchomp(text), "\n", -1);
    g_assert_cmpuint(g_strv_length(lines), ==, reading->pts->len);
    for (unsigned i = 0; i < reading->pts->len; i++)
        g_assert_cmpint(g_array_index(reading->pts, int64_t, i), ==,
                        g_ascii_strtoll(lines[i], NULL, 10));
}

static void test_format(void)
{
    g_autofree char *path = make_video("format.mp4", PICTURES H264);
    g_autoptr(LeatSource) source = open_source(path, NULL, NULL, NULL);
    LeatSourceFormat format = leat_source_format(source);
    g_assert_cmpint(format.width, ==, 160);
    g_assert_cmpint(format.height, ==, 120);
    g_assert_cmpstr(format.pixel_format, ==, "yuv420p");
    g_assert_cmpstr(format.native_format, ==, "h264");
    g_assert_cmpfloat(leat_rational_value(format.rate), ==, 30.0);
    g_assert_cmpint(format.duration_ns, ==, 2 * LEAT_NS_PER_S);
    g_assert_cmpint(format.frames, ==, 60);
    g_assert_false(format.live);
}

static void read_bytes(const char *path, char **bytes, size_t *size)
{
    GError *error = NULL;
    g_file_get_contents(path, bytes, size, &error);
    g_assert_no_error(error);
}

static char *write_bytes(const char *name, const char *bytes, size_t size)
{
    GError *error = NULL;
    char *path = temp_path(name);
    g_file_set_contents(path, bytes, (gssize)size, &error);
    g_assert_no_error(error);
    return path;
}

static void test_cut_off(void)
{
    static const char *const files[][2] = {
        {"cut.mkv", PICTURES H264},
        {"cut.avi", PICTURES H264},
        {"cut.mp4", PICTURES H264 "-movflags +faststart"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *whole = make_video(files[i][0], files[i][1]);
        g_autofree char *bytes = NULL;
        size_t size;
        read_bytes(whole, &bytes, &size);
        g_autofree char *path = write_bytes(files[i][0], bytes, size * 6 / 10);
        g_autoptr(Reading) reading = read_all_of(path, false);
        g_assert_no_error(reading->error);
        g_assert_true(reading->ended);
        g_assert_cmpint(reading->frames, >, 10);
        g_assert_cmpint(reading->frames + reading->lost, <, 60);
        g_assert_nonnull(strstr(reading->notes->str, "the file is cut off: "));
    }
    /* Without its index nothing of it can be read. */
    g_autofree char *whole = make_video("end.mp4", PICTURES H264);
    g_autofree char *bytes = NULL;
    size_t size;
    read_bytes(whole, &bytes, &size);
    g_autofree char *path = write_bytes("end.mp4", bytes, size / 2);
    assert_refused(path, LEAT_ERROR_CORRUPT, "cannot open file", path, "moov atom not found", NULL);
}

/* The packets are found by their sizes; what is in them is not what it was. */
static void test_damage(void)
{
    static const char *const files[][2] = {
        {"damage.mp4", PICTURES H264},
        {"damage-mjpeg.mp4", PICTURES "-c:v mjpeg"},
        {"damage-ffv1.mkv", PICTURES "-c:v ffv1 -slicecrc 1"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
        g_autofree char *whole = make_video(files[i][0], files[i][1]);
        g_autofree char *bytes = NULL;
        size_t size;
        read_bytes(whole, &bytes, &size);
        /* Runs of 200 bytes, inside the frames of the file's middle. */
        for (size_t run_start = size / 4; run_start < size / 2; run_start += 3000)
            memset(bytes + run_start, 0xa5, 200);
        g_autofree char *path = write_bytes(files[i][0], bytes, size);
        g_autoptr(Reading) reading = read_all_of(path, false);
        g_assert_no_error(reading->error);
        g_assert_true(reading->ended);
        g_assert_cmpstr(reading->notes->str, !=, "");
        g_test_message("%s: %d frames, %d lost", files[i][0], (int)reading->frames,
                       (int)reading->lost);
        if (!g_str_has_suffix(files[i][0], ".mkv"))
            g_assert_cmpint(reading->frames + reading->lost, ==, 60);
    }
}

static void test_fuzz(void)
{
    static const char *const names[] = {"fuzz.mkv", "fuzz.mp4", "fuzz.avi", "fuzz.ts"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *whole = make_video(names[i], PICTURES H264);
        g_autofree char *bytes = NULL;
        size_t size;
        read_bytes(whole, &bytes, &size);
        g_autoptr(GRand) random = g_rand_new_with_seed((guint32)i);
        for (int j = 0; j < 40; j++)
            bytes[g_rand_int_range(random, 0, (gint32)size)] = (char)g_rand_int(random);
        g_autofree char *path = write_bytes(names[i], bytes, size);
        GError *error = NULL;
        LeatSource *source = open_source(path, NULL, NULL, &error);
        if (source) {
            g_autoptr(Reading) reading = read_all(source, 0, false);
            g_assert_true(reading->ended || reading->error);
            leat_source_close(source);
        } else {
            g_assert_nonnull(strstr(error->message, "cannot open file"));
            g_error_free(error);
        }
    }
}

/* A container that is good, and nothing else is. */
static void test_garbage_packets(void)
{
    g_autofree char *whole = make_video("garbage.mp4", PICTURES "-c:v mjpeg -movflags +faststart");
    g_autofree char *bytes = NULL;
    size_t size;
    read_bytes(whole, &bytes, &size);
    const char *data = g_strstr_len(bytes, (gssize)size, "mdat");
    /* g_strstr_len stops at a zero byte. */
    for (size_t i = 0; !data && i + 4 < size; i++)
        if (memcmp(bytes + i, "mdat", 4) == 0)
            data = bytes + i;
    memset(bytes + (data - bytes) + 4, 0x11, size - (size_t)(data - bytes) - 4);
    g_autofree char *path = write_bytes("garbage.mp4", bytes, size);

    GError *error = NULL;
    LeatSource *source = open_source(path, NULL, NULL, &error);
    if (!source) {
        g_assert_error(error, LEAT_ERROR, LEAT_ERROR_CORRUPT);
        g_error_free(error);
        return;
    }
    g_autoptr(Reading) reading = read_all(source, 0, false);
    g_assert_cmpint(reading->frames, ==, 0);
    g_assert_cmpint(reading->lost, ==, 60);
    g_assert_error(reading->error, LEAT_ERROR, LEAT_ERROR_CORRUPT);
    g_assert_nonnull(strstr(reading->error->message, "none of its 60 packets gave a picture"));
    leat_source_close(source);
}

static void test_not_a_video(void)
{
    char random[20000];
    g_autoptr(GRand) dice = g_rand_new_with_seed(7);
    for (size_t i = 0; i < sizeof random; i++)
        random[i] = (char)g_rand_int(dice);

    g_autofree char *none = temp_path("no-such.mp4");
    g_autofree char *empty = write_bytes("empty.mp4", "", 0);
    g_autofree char *text = write_bytes("notes.txt", "Not a video.\n", 13);
    g_autofree char *long_text = write_bytes("long.nfo", "a\n", 2);
    g_autofree char *noise = write_bytes("noise.mkv", random, sizeof random);
    g_autofree char *sound = make_video("sound.wav", "-f lavfi -i sine=duration=1");
    g_autofree char *folder = g_path_get_dirname(none);

    assert_refused(none, LEAT_ERROR_NOT_FOUND, "cannot open file", "no such file", none, NULL);
    assert_refused(folder, LEAT_ERROR_INVALID, "it is a folder", NULL);
    assert_refused(empty, LEAT_ERROR_CORRUPT, "it is empty", NULL);
    assert_refused(text, LEAT_ERROR_CORRUPT, "not a video", NULL);
    assert_refused(long_text, LEAT_ERROR_CORRUPT, "not a video", NULL);
    assert_refused(noise, LEAT_ERROR_CORRUPT, "not a video", NULL);
    assert_refused(sound, LEAT_ERROR_CORRUPT, "it has no video", NULL);
    assert_refused("/dev/null/x", LEAT_ERROR_NOT_FOUND, "cannot open file", NULL);
}

static void test_no_permission(void)
{
    bool root = geteuid() == 0;
    g_autofree char *path = make_video("private.mp4", PICTURES H264);
    g_assert_cmpint(g_chmod(path, 0), ==, 0);
    /* access(2) asks for the real user. */
    if (root)
        g_assert_cmpint(setresuid(65534, 65534, 0), ==, 0);
    g_autofree char *folder = g_path_get_dirname(path);
    assert_refused(path, LEAT_ERROR_PERMISSION, "ermission denied", NULL);
    if (root)
        g_assert_cmpint(setresuid(0, 0, 0), ==, 0);
}

static void test_colon(void)
{
    g_autofree char *path = make_video("plain.mkv", PICTURES H264);
    g_autofree char *bytes = NULL;
    size_t size;
    read_bytes(path, &bytes, &size);
    g_autofree char *odd = write_bytes("http:caf\xe9 %d.mkv", bytes, size);
    g_autoptr(Reading) reading = read_all_of(odd, false);
    g_assert_cmpint(reading->frames, ==, 60);
}

static void test_pipe(void)
{
    g_autofree char *path = temp_path("pipe");
    g_autofree char *file = make_video("piped.mkv", PICTURES H264);
    g_assert_cmpint(mkfifo(path, 0600), ==, 0);
    assert_obeys_cancel(path, NULL);

    char *words[] = {(char *)"cp", file, path, NULL};
    GError *error = NULL;
    g_spawn_async(NULL, words, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, &error);
    g_assert_no_error(error);
    g_autoptr(Reading) reading = read_all_of(path, false);
    g_assert_cmpint(reading->frames, ==, 60);
}

static void test_pace(void)
{
    LeatSourceRequest request = {.realtime = true};
    g_autofree char *path = make_video("pace.mkv", PICTURES H264);
    g_autoptr(LeatSource) source = open_source(path, &request, NULL, NULL);
    int64_t start_ns = leat_clock_now_ns();
    g_autoptr(Reading) reading = read_all(source, 31, false);
    g_assert_cmpint(leat_clock_now_ns() - start_ns, >=, LEAT_NS_PER_S);

    g_autofree char *slow =
        make_video("slow.mkv", "-f lavfi -i testsrc2=size=64x48:rate=0.1:duration=30 " H264);
    assert_obeys_cancel(slow, &request);
}

static void test_size_changes(void)
{
    g_autofree char *small = make_video("small.ts", PICTURES H264);
    g_autofree char *large =
        make_video("large.ts", "-f lavfi -i testsrc2=size=320x240:rate=30:duration=1 "
                               "-output_ts_offset 2 -pix_fmt yuv420p " H264);
    g_autofree char *first = NULL, *second = NULL;
    size_t first_size, second_size;
    read_bytes(small, &first, &first_size);
    read_bytes(large, &second, &second_size);
    g_autofree char *both = g_malloc(first_size + second_size);
    memcpy(both, first, first_size);
    memcpy(both + first_size, second, second_size);
    g_autofree char *path = write_bytes("both.ts", both, first_size + second_size);

    g_autoptr(LeatSource) source = open_source(path, NULL, NULL, NULL);
    g_assert_cmpint(leat_source_format(source).width, ==, 160);
    g_autoptr(Reading) reading = read_all(source, 0, false);
    g_assert_cmpint(reading->frames + reading->lost, ==, 90);
    g_assert_cmpint(leat_source_format(source).width, ==, 320);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    temp_init();
    g_test_add_func("/source-file/has-as-many-frames-as-ffprobe-counts", test_counts);
    g_test_add_func("/source-file/has-the-pixels-that-ffmpeg-decodes", test_pixels);
    g_test_add_func("/source-file/keeps-timestamps-of-a-variable-rate", test_times);
    g_test_add_func("/source-file/tells-its-format", test_format);
    g_test_add_func("/source-file/what-is-left-of-a-cut-off-file-is-read", test_cut_off);
    g_test_add_func("/source-file/damaged-packets-are-lost-frames", test_damage);
    g_test_add_func("/source-file/random-damage-ends-well", test_fuzz);
    g_test_add_func("/source-file/garbage-in-all-packets-is-an-error", test_garbage_packets);
    g_test_add_func("/source-file/what-is-not-a-video-is-refused", test_not_a_video);
    g_test_add_func("/source-file/no-permission-is-told", test_no_permission);
    g_test_add_func("/source-file/a-name-may-look-like-an-address-or-a-pattern", test_colon);
    g_test_add_func("/source-file/a-named-pipe-is-read-and-obeys-the-cancel", test_pipe);
    g_test_add_func("/source-file/keeps-the-pace-of-the-clock-when-asked", test_pace);
    g_test_add_func("/source-file/the-picture-may-change-its-size", test_size_changes);
    int failed = g_test_run();
    temp_finish();
    return failed;
}
