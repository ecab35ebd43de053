/* SPDX-License-Identifier: MIT */
#include "source-support.h"

#include <string.h>
#include <sys/stat.h>

static void test_end(void)
{
    g_autoptr(Reading) reading = read_all_of("lavfi:testsrc=duration=1:rate=25", false);
    g_assert_no_error(reading->error);
    g_assert_true(reading->ended);
    g_assert_cmpint(reading->frames, ==, 25);
}

/* What the ffmpeg program makes of the same graph, to the last picture. */
static void assert_pixels(const char *graph, unsigned frames)
{
    g_autofree char *text = run("ffmpeg", "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i",
                                graph, "-fps_mode", "passthrough", "-f", "framemd5", "-", NULL);
    g_autofree char *source = g_strconcat("lavfi:", graph, NULL);
    g_autoptr(Reading) reading = read_all_of(source, true);
    g_assert_no_error(reading->error);
    g_assert_true(reading->ended);
    g_assert_cmpuint(reading->md5->len, ==, frames);
    const char *place = text;
    for (unsigned i = 0; i < reading->md5->len; i++) {
        place = strstr(place, reading->md5->pdata[i]);
        g_assert_nonnull(place);
    }
}

static void test_pixels(void)
{
    assert_pixels("testsrc2=s=64x48:d=1,hue=s=0,format=yuv420p", 25);
    assert_pixels("testsrc2=s=64x48:d=1:r=10,fps=25,format=rgb24", 25);
}

static void test_many_makers(void)
{
    assert_pixels("color=red:s=64x48:d=1[a];testsrc2=s=32x32:d=2[b];[a][b]overlay,format=yuv420p",
                  50);
    assert_pixels("testsrc=s=64x48:d=1[a];smptebars=s=64x48:d=1:r=10[b];[a][b]concat", 35);
    assert_pixels("testsrc=d=1,split[a][b];[a]negate[c];[b][c]hstack,format=yuv420p", 25);
    assert_pixels("sine=d=1,showwaves=s=64x48:r=25", 25);
    assert_pixels("testsrc=s=64x48:d=1,loop=2:10", 45);
}

static void test_movies(void)
{
    g_autofree char *path = make_video("movie.mkv", "-f lavfi -i testsrc2=s=64x48:d=1 -c:v ffv1");
    g_autofree char *alone = g_strdup_printf("movie=%s,hue=s=0,format=yuv420p", path);
    g_autofree char *two =
        g_strdup_printf("color=s=64x48:d=1[a];movie=filename='%s'[b];[a][b]overlay", path);
    g_autofree char *again = g_strdup_printf("lavfi:movie=%s:loop=0,select=0", path);

    assert_pixels(alone, 25);
    assert_pixels(two, 25);
    assert_obeys_cancel(again, NULL);
}

static void test_no_movies(void)
{
    /* Who opens it waits for a writer. */
    g_autofree char *pipe = temp_path("pipe");
    g_autofree char *fifo = g_strdup_printf("lavfi:testsrc[a];movie='%s'[b];[a][b]hstack", pipe);

    g_assert_cmpint(mkfifo(pipe, 0600), ==, 0);
    assert_refused(fifo, LEAT_ERROR_INVALID, "must be a file", "as its filter", NULL);
    assert_refused("lavfi:movie@a=f=mpegts:filename=tcp\\\\://10.255.255.1\\\\:9",
                   LEAT_ERROR_INVALID, "'tcp://10.255.255.1:9'", "as the source itself", NULL);
    assert_refused("lavfi: movie = no-such-file", LEAT_ERROR_INVALID, "'no-such-file' is none",
                   NULL);
    assert_refused("lavfi:movie", LEAT_ERROR_INVALID, "cannot open source lavfi:movie", NULL);
}

static void test_repeated(void)
{
    assert_pixels("testsrc=s=64x48:d=1,loop=1:5,negate,loop=1:5,format=yuv420p", 35);
    assert_pixels("testsrc=s=64x48:d=1,tpad=stop=5:stop_mode=clone", 30);
    assert_obeys_cancel("lavfi:testsrc=s=64x48,loop=-1:9,select=0", NULL);
    assert_obeys_cancel("lavfi:testsrc=s=64x48:d=1,tpad=stop=-1,negate,loop=-1:9,select=0", NULL);
    assert_obeys_cancel("lavfi:sine=d=1,apad,showwaves=s=64x48,select=0", NULL);
}

static void test_swallowed(void)
{
    assert_obeys_cancel("lavfi:testsrc,select=0", NULL);
    assert_obeys_cancel("lavfi:sine,showwaves=s=64x48,select=0", NULL);
    g_autoptr(Reading) reading = read_all_of("lavfi:testsrc=s=64x48:d=10,select=0", false);
    g_assert_true(reading->ended);
    g_assert_cmpint(reading->frames, ==, 0);
}

static void test_format(void)
{
    g_autoptr(LeatSource) source =
        open_source("lavfi:testsrc2=s=320x200:r=30000/1001", NULL, NULL, NULL);
    LeatSourceFormat format = leat_source_format(source);
    g_assert_cmpint(format.width, ==, 320);
    g_assert_cmpint(format.height, ==, 200);
    g_assert_cmpint(format.rate.num, ==, 30000);
    g_assert_cmpint(format.rate.den, ==, 1001);
    g_assert_cmpint(format.time_base.num, ==, 1001);
    g_assert_cmpint(format.time_base.den, ==, 30000);
}

static void test_bad(void)
{
    assert_refused("lavfi:testsrc,hu=s=0", LEAT_ERROR_INVALID, "cannot open source lavfi:testsrc",
                   "No such filter: 'hu'", NULL);
    assert_refused("lavfi:hue=s=0", LEAT_ERROR_INVALID, "takes an input", NULL);
    assert_refused("lavfi:testsrc,split", LEAT_ERROR_INVALID, "one open output", NULL);
    assert_refused("lavfi:sine", LEAT_ERROR_INVALID, "sound", NULL);
    assert_refused("lavfi:color=s=30000x100", LEAT_ERROR_INVALID, "30000x100", NULL);
    assert_refused("lavfi:testsrc=size=0x0", LEAT_ERROR_INVALID, "cannot open source", NULL);
    assert_refused("lavfi:testsrc=rate=0", LEAT_ERROR_INVALID, "cannot open source", NULL);
    assert_refused("lavfi:[", LEAT_ERROR_INVALID, "cannot open source", NULL);
}

static void test_pace(void)
{
    LeatSourceRequest request = {.realtime = true};
    g_autoptr(LeatSource) source = open_source("lavfi:testsrc=rate=100", &request, NULL, NULL);
    int64_t start_ns = leat_clock_now_ns();
    g_autoptr(Reading) reading = read_all(source, 31, false);
    g_assert_cmpint(leat_clock_now_ns() - start_ns, >=, 300 * LEAT_NS_PER_MS);
    assert_obeys_cancel("lavfi:testsrc=rate=1/10", &request);
    assert_obeys_cancel("lavfi:testsrc", NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    temp_init();
    g_test_add_func("/source-lavfi/ends-when-the-graph-does", test_end);
    g_test_add_func("/source-lavfi/has-the-pixels-that-ffmpeg-makes", test_pixels);
    g_test_add_func("/source-lavfi/several-makers-of-pictures-and-sound-go-together",
                    test_many_makers);
    g_test_add_func("/source-lavfi/a-graph-that-swallows-each-picture-obeys-the-cancel",
                    test_swallowed);
    g_test_add_func("/source-lavfi/tells-its-format", test_format);
    g_test_add_func("/source-lavfi/a-bad-graph-is-refused-with-the-reason", test_bad);
    g_test_add_func("/source-lavfi/keeps-the-pace-and-obeys-the-cancel", test_pace);
    g_test_add_func("/source-lavfi/a-file-inside-a-graph-is-read", test_movies);
    g_test_add_func("/source-lavfi/an-address-or-a-pipe-inside-a-graph-is-refused", test_no_movies);
    g_test_add_func("/source-lavfi/what-repeats-pictures-goes-step-by-step", test_repeated);
    int failed = g_test_run();
    temp_finish();
    return failed;
}
