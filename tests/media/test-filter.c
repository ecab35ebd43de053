/* SPDX-License-Identifier: MIT */
#include "media/filter.h"

#include "base/clock.h"
#include "base/error.h"
#include "concurrency/queue.h"
#include "faults.h"
#include "media/filter-internal.h"
#include "support.h"

#include <pthread.h>
#include <string.h>

static LeatFilter *new_filter(LeatFilterOptions options)
{
    GError *error = NULL;
    LeatFilter *filter = leat_filter_new(&options, &error);
    g_assert_no_error(error);
    return filter;
}

static void send(LeatFilter *filter, LeatFrame *frame)
{
    GError *error = NULL;
    leat_filter_send(filter, frame, &error);
    g_assert_no_error(error);
}

static LeatFrame *receive(LeatFilter *filter)
{
    GError *error = NULL;
    LeatFrame *frame = NULL;
    leat_filter_receive(filter, &frame, &error);
    g_assert_no_error(error);
    return frame;
}

/* Sends a frame and takes the one that comes of it. */
static LeatFrame *through(LeatFilter *filter, LeatFrame *frame)
{
    send(filter, frame);
    LeatFrame *out = receive(filter);
    g_assert_nonnull(out);
    g_assert_null(receive(filter));
    return out;
}

static void test_nothing_asked(void)
{
    LeatFilter *filter = new_filter((LeatFilterOptions){0});
    LeatFrame *frame = test_frame(160, 120, 3, NULL);
    uint64_t copied = leat_frame_copied_bytes();
    LeatFrame *out = through(filter, frame);
    g_assert_true(out == frame);
    g_assert_cmpuint(leat_frame_copied_bytes(), ==, copied);
    send(filter, NULL);
    g_assert_null(receive(filter));
    leat_frame_unref(out);
    leat_frame_unref(frame);
    leat_filter_free(filter);
    leat_filter_free(NULL);
}

static void test_fits_already(void)
{
    static const char *const formats[] = {"yuvj420p", "yuv420p", NULL};
    LeatFilter *filter =
        new_filter((LeatFilterOptions){.width = 160, .height = 120, .pixel_formats = formats});
    LeatFrame *fitting = test_frame(160, 120, 3, NULL), *other = test_frame(160, 120, 4, "rgb24");
    LeatFrame *out = through(filter, fitting);
    g_assert_true(out == fitting);
    leat_frame_unref(out);
    out = through(filter, other);
    g_assert_cmpint(test_shown_number(out), ==, 4);
    leat_frame_unref(out);
    out = through(filter, fitting);
    g_assert_true(out == fitting);
    leat_frame_unref(out);
    leat_frame_unref(fitting);
    leat_frame_unref(other);
    leat_filter_free(filter);
}

static void test_wishes(void)
{
    static const char *const formats[] = {"yuvj420p", NULL};
    LeatFilter *filter = new_filter((LeatFilterOptions){
        .graph = "hue=s=0", .width = 320, .height = 200, .pixel_formats = formats});
    LeatFrame *frame = test_frame(640, 480, 5, NULL);
    LeatFrame *out = through(filter, frame);
    g_assert_cmpint(leat_frame_width(out), ==, 320);
    g_assert_cmpint(leat_frame_height(out), ==, 200);
    g_assert_cmpstr(leat_frame_pixel_format(out), ==, "yuvj420p");
    g_assert_cmpint(test_shown_number(out), ==, 5);
    int stride = 0;
    g_assert_cmpint(leat_frame_plane(out, 0, &stride)[199 * stride], >=, 254);
    leat_frame_unref(out);
    leat_frame_unref(frame);
    leat_filter_free(filter);
}

static void test_one_edge(void)
{
    LeatFilter *filter = new_filter((LeatFilterOptions){.width = 320});
    LeatFrame *frame = test_frame(640, 480, 5, NULL);
    LeatFrame *out = through(filter, frame);
    g_assert_cmpint(leat_frame_width(out), ==, 320);
    g_assert_cmpint(leat_frame_height(out), ==, 240);
    leat_frame_unref(out);
    leat_frame_unref(frame);
    leat_filter_free(filter);
}

static void test_times(void)
{
    LeatFilter *filter = new_filter((LeatFilterOptions){.graph = "negate,settb=1/90000"});
    for (int64_t number = 10; number < 14; number++) {
        LeatFrame *frame = test_frame(160, 120, number, NULL);
        LeatFrame *out = through(filter, frame);
        LeatFrameTimes was = leat_frame_times(frame), is = leat_frame_times(out);
        g_assert_cmpint(is.seq, ==, was.seq);
        g_assert_cmpint(is.captured_ns, ==, was.captured_ns);
        g_assert_cmpint(is.wall_ns, ==, was.wall_ns);
        g_assert_cmpint(is.pts, ==, number * 3000);
        g_assert_cmpint(is.time_base.den, ==, 90000);
        g_assert_cmpint(test_shown_number(out), ==, number);
        leat_frame_unref(out);
        leat_frame_unref(frame);
    }
    leat_filter_free(filter);
}

/* Runs frames 0..count-1 through and checks what comes by a function. */
typedef void (*Check)(const LeatFrame *frame, int index);

static int run(LeatFilter *filter, int count, Check check)
{
    int out = 0;
    int64_t last_seq = -1;
    for (int64_t number = 0; number <= count; number++) {
        LeatFrame *frame = number < count ? test_frame(160, 120, number, NULL) : NULL;
        send(filter, frame);
        leat_frame_unref(frame);
        for (LeatFrame *got; (got = receive(filter)); out++) {
            g_assert_cmpint(leat_frame_times(got).seq, >, last_seq);
            last_seq = leat_frame_times(got).seq;
            if (check)
                check(got, out);
            leat_frame_unref(got);
        }
    }
    return out;
}

static void check_tenth(const LeatFrame *frame, int index)
{
    g_assert_cmpint(abs((int)test_shown_number(frame) - index * 3), <=, 1);
    g_assert_cmpint(leat_frame_times(frame).seq, ==, test_shown_number(frame));
    g_assert_cmpint(leat_frame_times(frame).captured_ns, ==,
                    (test_shown_number(frame) + 1) * 1000000);
}

static void test_lower_rate(void)
{
    LeatFilter *filter = new_filter((LeatFilterOptions){.rate = {10, 1}});
    g_assert_cmpint(run(filter, 30, check_tenth), ==, 10);
    leat_filter_free(filter);
}

static void check_doubled(const LeatFrame *frame, int index)
{
    g_assert_cmpint(test_shown_number(frame), ==, index / 2);
    g_assert_cmpint(leat_frame_times(frame).captured_ns, ==, (index / 2 + 1) * 1000000);
    g_assert_cmpint(leat_frame_times(frame).pts, ==, index);
    g_assert_cmpint(leat_frame_times(frame).time_base.den, ==, 60);
}

static void test_higher_rate(void)
{
    LeatFilter *filter = new_filter((LeatFilterOptions){.graph = "fps=60"});
    uint64_t copied = leat_frame_copied_bytes();
    g_assert_cmpint(run(filter, 10, check_doubled), ==, 20);
    g_assert_cmpuint(leat_frame_copied_bytes(), ==, copied);
    leat_filter_free(filter);
}

static void check_padded(const LeatFrame *frame, int index)
{
    /* The graph's own two frames are nearest to the first one given. */
    int64_t origin = MAX(index - 2, 0);
    g_assert_cmpint(leat_frame_times(frame).captured_ns, ==, (origin + 1) * 1000000);
}

static void test_made_frames(void)
{
    LeatFilter *filter = new_filter((LeatFilterOptions){.graph = "tpad=start=2"});
    g_assert_cmpint(run(filter, 5, check_padded), ==, 7);
    leat_filter_free(filter);
}

static void test_presets(void)
{
    GError *error = NULL;
    static const char *const ids[] = {"none", "grey", "negative", "edges", "flip", "blur"};
    const LeatFilterPreset *presets = leat_filter_presets();
    for (size_t i = 0; i < G_N_ELEMENTS(ids); i++, presets++) {
        g_assert_cmpstr(presets->id, ==, ids[i]);
        g_assert_cmpstr(leat_filter_resolve(ids[i]), ==, presets->graph);
        LeatFilterOptions options = {.graph = presets->graph};
        leat_filter_check(&options, &error);
        g_assert_no_error(error);
        LeatFilter *filter = new_filter(options);
        LeatFrame *frame = test_frame(640, 480, 12, NULL);
        LeatFrame *out = through(filter, frame);
        g_assert_cmpint(leat_frame_width(out), ==, 640);
        if (i < 3)
            g_assert_cmpint(test_shown_number(out), ==, 12);
        g_assert_true(i == 0 || i == 1 || test_psnr(frame, out) < 30);
        leat_frame_unref(out);
        leat_frame_unref(frame);
        leat_filter_free(filter);
    }
    g_assert_null(presets->id);
    g_assert_cmpstr(leat_filter_resolve("scale=2:2"), ==, "scale=2:2");
}

/* FFmpeg's reason, and where in the text. */
static void test_bad_graphs(void)
{
    static const struct {
        const char *graph, *message;
    } cases[] = {
        {"scale=640:-2,hu=s=0", "bad filter 'scale=640:-2,hu=s=0': at character 14: "
                                "No such filter: 'hu'"},
        {"nope", "at character 1: No such filter: 'nope'"},
        {"scale=w=320:colour=blue", "at character 1: "},
        {"hflip, scale=w=abc", "at character 8: "},
        {"hflip,drawbox=x='a,b',vflop", "at character 23: No such filter: 'vflop'"},
        {"split[a][b];[a][b]overlayy", "at character 19: No such filter: 'overlayy'"},
        {"scale=100000:100000", "100000x100000"},
        {"scale=100000:100000,scale=64:64", "100000x100000"},
        {"split", "more than one open output"},
        {"overlay", "more than one open input"},
        {"testsrc", "no open input"},
        {"nullsink", "no open output"},
        {"volume=2", "'volume' is not for pictures"},
        {"hflip,,vflip", "No such filter: ''"},
        {"[in", "[in"},
        {"hflip'", ""},
        {"scale=640", ""},
        {"fps=0", ""},
        {"sws_flags=bicubic;nope", "at character 19: No such filter: 'nope'"},
        {"crop=9999:9999", "at character 1: "},
        {"movie=http\\\\://10.255.255.1/a[b];[in][b]overlay", "must be a file"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        GError *error = NULL;
        LeatFilterOptions options = {.graph = cases[i].graph};
        bool good = leat_filter_check(&options, &error);
        if (strcmp(cases[i].graph, "scale=640") == 0 || strcmp(cases[i].graph, "hflip'") == 0) {
            g_clear_error(&error); /* libavfilter takes these as well-meant */
            continue;
        }
        g_test_message("%s -> %s", cases[i].graph, error ? error->message : "good");
        g_assert_false(good);
        test_error(error, LEAT_ERROR_INVALID, cases[i].message);
        g_assert_null(leat_filter_new(&options, &error));
        test_error(error, LEAT_ERROR_INVALID, cases[i].message);
    }
}

static void test_bad_wishes(void)
{
    GError *error = NULL;
    static const char *const formats[] = {"purple", NULL};
    g_assert_false(leat_filter_check(&(LeatFilterOptions){.width = -1}, &error));
    test_error(error, LEAT_ERROR_INVALID, "-1x0");
    g_assert_false(
        leat_filter_check(&(LeatFilterOptions){.width = 100000, .height = 100000}, &error));
    test_error(error, LEAT_ERROR_INVALID, "100000x100000");
    g_assert_false(leat_filter_check(&(LeatFilterOptions){.rate = {100000, 1}}, &error));
    test_error(error, LEAT_ERROR_INVALID, "100000/1");
    g_assert_false(leat_filter_check(&(LeatFilterOptions){.pixel_formats = formats}, &error));
    test_error(error, LEAT_ERROR_INVALID, "purple");
}

static void test_places(void)
{
    static const char text[] = " [in]scale=2:2 [x]; [x] drawtext=text='a;b,c\\':d=\\,e,hflip[out]";
    int length = 0;
    g_assert_cmpint(leat_filter_place(text, 0, &length), ==, 5);
    g_assert_cmpint(length, ==, (int)strlen("scale=2:2 "));
    g_assert_cmpint(leat_filter_place(text, 1, &length), ==, strstr(text, "drawtext") - text);
    g_assert_cmpint(leat_filter_place(text, 2, &length), ==, strstr(text, "hflip") - text);
    g_assert_cmpint(length, ==, 5);
    g_assert_cmpint(leat_filter_place(text, 3, &length), ==, -1);
    g_assert_cmpint(leat_filter_place("", 1, &length), ==, -1);
    g_assert_cmpint(leat_filter_place("a\\", 1, &length), ==, -1);
    g_assert_cmpint(leat_filter_place("[", 1, &length), ==, -1);
}

static void test_size_changes(void)
{
    static const struct {
        int width, height;
        const char *format;
    } kinds[] = {{160, 120, NULL}, {320, 240, NULL}, {320, 240, "rgb24"}, {160, 120, NULL}};
    /* Holds frames back, so that some are inside at each change. */
    LeatFilter *filter = new_filter((LeatFilterOptions){.graph = "fps=30,hue=s=0", .width = 200});
    int out = 0;
    for (int64_t number = 0; number <= 40; number++) {
        LeatFrame *frame = NULL;
        if (number < 40)
            frame = test_frame(kinds[number / 10].width, kinds[number / 10].height, number,
                               kinds[number / 10].format);
        send(filter, frame);
        leat_frame_unref(frame);
        for (LeatFrame *got; (got = receive(filter)); out++) {
            g_assert_cmpint(leat_frame_width(got), ==, 200);
            g_assert_cmpint(leat_frame_times(got).seq, ==, out);
            g_assert_cmpint(test_shown_number(got), ==, out);
            leat_frame_unref(got);
        }
    }
    g_assert_cmpint(out, ==, 40);
    leat_filter_free(filter);
}

/* A size that the graph cannot take: that frame is lost, the ones after it pass. */
static void test_size_that_cannot_be(void)
{
    GError *error = NULL;
    LeatFilter *filter = new_filter((LeatFilterOptions){.graph = "crop=300:200"});
    LeatFrame *large = test_frame(320, 240, 1, NULL), *small = test_frame(160, 120, 2, NULL);
    leat_frame_unref(through(filter, large));
    LeatFrame *got = NULL;
    bool sent = leat_filter_send(filter, small, &error);
    g_assert_false(sent && leat_filter_receive(filter, &got, &error));
    g_assert_null(got);
    test_error(error, LEAT_ERROR_INVALID, "at character 1");
    g_assert_null(receive(filter));
    leat_frame_unref(through(filter, large));
    leat_frame_unref(large);
    leat_frame_unref(small);
    leat_filter_free(filter);
}

static void test_too_early(void)
{
    GError *error = NULL;
    LeatFilter *filter = new_filter((LeatFilterOptions){0});
    LeatFrame *frame = test_frame(160, 120, 1, NULL);
    send(filter, frame);
    g_assert_false(leat_filter_send(filter, frame, &error));
    test_error(error, LEAT_ERROR_INVALID, "received");
    leat_frame_unref(receive(filter));
    leat_frame_unref(frame);
    leat_filter_free(filter);
}

static void test_input_untouched(void)
{
    /* drawbox draws in place where it may. */
    LeatFilter *filter = new_filter((LeatFilterOptions){.graph = "drawbox=color=white:t=fill"});
    LeatFrame *frame = test_frame(160, 120, 1, NULL), *same = test_frame(160, 120, 1, NULL);
    LeatFrame *out = through(filter, frame);
    g_assert_cmpfloat(test_psnr(frame, same), ==, 100);
    g_assert_cmpfloat(test_psnr(frame, out), <, 20);
    leat_frame_unref(out);
    leat_frame_unref(same);
    leat_frame_unref(frame);
    leat_filter_free(filter);
}

static void test_outlives(void)
{
    LeatFilter *filter = new_filter((LeatFilterOptions){.graph = "hflip,hflip"});
    LeatFrame *frame = test_frame(160, 120, 55, NULL);
    LeatFrame *out = through(filter, frame);
    leat_frame_unref(frame);
    leat_filter_free(filter);
    g_assert_cmpint(test_shown_number(out), ==, 55);
    leat_frame_unref(out);
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

/* Frames doubled and cut by reference go to two other threads while the filter goes on. */
static void test_threads(void)
{
    GError *error = NULL;
    LeatFilter *filter =
        new_filter((LeatFilterOptions){.graph = "fps=60,crop=iw:ih,setpts=PTS+1", .threads = 2});
    LeatQueue *queue = leat_queue_new((LeatQueueLimits){4, 0}, drop_frame, NULL, &error);
    g_assert_no_error(error);
    pthread_t consumers[2];
    for (int i = 0; i < 2; i++)
        g_assert_cmpint(pthread_create(&consumers[i], NULL, consume, queue), ==, 0);
    for (int64_t number = 0; number < 100; number++) {
        LeatFrame *frame = test_frame(160, 120, number, NULL);
        send(filter, frame);
        leat_frame_unref(frame);
        for (LeatFrame *got; (got = receive(filter));)
            g_assert_cmpint(leat_queue_push(queue, got, 0, LEAT_FOREVER), ==, LEAT_QUEUE_OK);
    }
    leat_queue_close(queue);
    for (int i = 0; i < 2; i++)
        pthread_join(consumers[i], NULL);
    leat_queue_free(queue);
    leat_filter_free(filter);
}

static void test_no_memory(void)
{
    for (int n = 1;; n++) {
        GError *error = NULL;
        LeatFrame *frame = test_frame(160, 120, 1, NULL), *out = NULL;
        leat_faults_arm(n);
        LeatFilter *filter = leat_filter_new(&(LeatFilterOptions){.graph = "hflip"}, &error);
        if (filter && leat_filter_send(filter, frame, &error))
            leat_filter_receive(filter, &out, &error);
        bool failed = leat_faults_disarm();
        leat_frame_unref(out);
        leat_frame_unref(frame);
        leat_filter_free(filter);
        if (!failed) {
            g_assert_no_error(error);
            g_assert_cmpint(n, >=, 3);
            return;
        }
        g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NO_MEMORY);
        g_clear_error(&error);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/filter/asked-for-nothing-hands-the-same-frame-on", test_nothing_asked);
    g_test_add_func("/filter/a-frame-that-fits-passes-as-it-is", test_fits_already);
    g_test_add_func("/filter/makes-size-and-format-asked-for", test_wishes);
    g_test_add_func("/filter/one-edge-keeps-the-shape", test_one_edge);
    g_test_add_func("/filter/carries-times-through", test_times);
    g_test_add_func("/filter/lower-rate-drops-frames", test_lower_rate);
    g_test_add_func("/filter/higher-rate-shares-frames-and-numbers-rise", test_higher_rate);
    g_test_add_func("/filter/frames-it-makes-take-the-nearest-times", test_made_frames);
    g_test_add_func("/filter/presets-work", test_presets);
    g_test_add_func("/filter/bad-graph-is-refused-with-reason-and-place", test_bad_graphs);
    g_test_add_func("/filter/bad-wishes-are-refused", test_bad_wishes);
    g_test_add_func("/filter/finds-filters-in-a-text", test_places);
    g_test_add_func("/filter/adapts-when-size-or-format-changes", test_size_changes);
    g_test_add_func("/filter/goes-on-after-a-frame-it-cannot-take", test_size_that_cannot_be);
    g_test_add_func("/filter/wants-its-output-taken-first", test_too_early);
    g_test_add_func("/filter/never-draws-into-its-input", test_input_untouched);
    g_test_add_func("/filter/frames-outlive-it", test_outlives);
    g_test_add_func("/filter/frames-go-to-other-threads", test_threads);
    g_test_add_func("/filter/tells-when-memory-runs-out", test_no_memory);
    return g_test_run();
}
