/* SPDX-License-Identifier: MIT */
/* The player shows the frame that it was asked for, read from the picture itself: the test pattern
 * carries its number. */
#include "app/player.h"
#include "base/clock.h"
#include "base/error.h"
#include "media/encoder.h"
#include "media/test-pattern.h"
#include "store/store-writer.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 320
#define HEIGHT 240
#define RATE 50
#define FRAMES 120

/* Numbers that were lost. */
#define LOST_FIRST 40
#define LOST_LAST 44

static char *folder;

/* Recording into a library, frame by frame. */
typedef struct {
    LeatTestPattern *pattern;
    LeatEncoder *encoder;
    LeatStoreWriter *writer;
    int64_t stored;
    int64_t damaged; /* this frame is written as rubbish; -1 for none */
} Recorder;

static void take_packets(Recorder *recorder)
{
    LeatPacket packet;
    bool got = false;

    while (leat_encoder_receive(recorder->encoder, &packet, &got, NULL) && got) {
        static const uint8_t rubbish[64] = {1, 2, 3};

        if (packet.times.seq == recorder->damaged) {
            packet.data = rubbish;
            packet.size = sizeof rubbish;
        }
        g_assert_true(leat_store_writer_add(recorder->writer, &packet, NULL));
        recorder->stored++;
    }
}

static void record_frame(Recorder *recorder, int64_t number)
{
    LeatFrame *frame = leat_test_pattern_draw(recorder->pattern, number, NULL, NULL);

    g_assert_true(leat_encoder_send(recorder->encoder, frame, NULL));
    take_packets(recorder);
    leat_frame_unref(frame);
}

static Recorder begin_recording(const char *path, LeatCodec codec, int64_t damaged)
{
    Recorder recorder = {.damaged = damaged};
    LeatStoreWriterOptions options = {
        .path = path, .name = "take", .source = "test", .threaded = true};
    LeatEncoderOptions encoding = {.codec = codec, .rate = {RATE, 1}};
    GError *error = NULL;
    LeatFrame *frame;

    recorder.pattern = leat_test_pattern_new(WIDTH, HEIGHT, (LeatRational){RATE, 1}, &error);
    g_assert_no_error(error);
    frame = leat_test_pattern_draw(recorder.pattern, 0, NULL, &error);
    recorder.encoder = leat_encoder_open(&encoding, frame, &error);
    g_assert_no_error(error);
    leat_frame_unref(frame);
    recorder.writer = leat_store_writer_open(&options, &error);
    g_assert_no_error(error);
    leat_store_writer_begin(recorder.writer, leat_encoder_stream(recorder.encoder), &error);
    g_assert_no_error(error);
    return recorder;
}

static void end_recording(Recorder *recorder, int64_t captured, const LeatLoss *loss)
{
    LeatLedger ledger = {.captured = captured};
    GError *error = NULL;

    leat_encoder_send(recorder->encoder, NULL, NULL);
    take_packets(recorder);
    ledger.capture_lost = loss ? loss->count : 0;
    ledger.process.in = ledger.process.out = captured - ledger.capture_lost;
    ledger.record.offered = ledger.record.stored = ledger.process.out;
    leat_store_writer_set_ledger(recorder->writer, &ledger, loss, 0, loss ? 1 : 0);
    leat_store_writer_finish(recorder->writer, &error);
    g_assert_no_error(error);
    leat_encoder_free(recorder->encoder);
    leat_test_pattern_free(recorder->pattern);
}

/* FRAMES frames without those that were lost. */
static char *make_library(const char *name, LeatCodec codec, int64_t damaged)
{
    char *path = g_strconcat(folder, "/", name, ".leat", NULL);
    LeatLoss loss = {.stage = LEAT_STAGE_CAPTURE,
                     .reason = "the driver lost them",
                     .first = LOST_FIRST,
                     .last = LOST_LAST,
                     .count = LOST_LAST - LOST_FIRST + 1};
    Recorder recorder = begin_recording(path, codec, damaged);

    for (int64_t i = 0; i < FRAMES; i++)
        if (i < LOST_FIRST || i > LOST_LAST)
            record_frame(&recorder, i);
    end_recording(&recorder, FRAMES, &loss);
    return path;
}

/* What a player showed. */
typedef struct {
    LeatPlayer *player;
    LeatFrame *picture;
    GArray *shown; /* int64_t: the numbers in the pictures */
    GPtrArray *marks;
    bool stopped;
} View;

static int64_t number_in(LeatFrame *picture)
{
    int width = leat_frame_width(picture), height = leat_frame_height(picture), stride;
    const uint8_t *pixels = leat_frame_plane(picture, 0, &stride);
    uint8_t *luma = g_malloc((gsize)width * (gsize)height);
    int64_t number = -1, time_ms;

    g_assert_cmpstr(leat_frame_pixel_format(picture), ==, "bgra");
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            luma[y * width + x] = pixels[y * stride + 4 * x + 1];
    if (!leat_test_pattern_read(luma, width, width, height, &number, &time_ms))
        number = -1;
    g_free(luma);
    return number;
}

static void present(LeatFrame *picture, void *data)
{
    View *view = data;
    int64_t number = number_in(picture);

    leat_frame_unref(view->picture);
    view->picture = leat_frame_ref(picture);
    g_assert_cmpint(number, ==, leat_frame_times(picture).seq);
    g_array_append_val(view->shown, number);
}

static void marked(GPtrArray *marks, void *data)
{
    View *view = data;

    if (view->marks)
        g_ptr_array_unref(view->marks);
    view->marks = g_ptr_array_ref(marks);
}

static void stopped(void *data)
{
    ((View *)data)->stopped = true;
}

static void turn(void)
{
    g_main_context_iteration(NULL, TRUE);
}

static View *open_view(const char *path)
{
    View *view = g_new0(View, 1);
    LeatPlayerCallbacks callbacks = {present, NULL, marked, stopped, view};
    GError *error = NULL;

    view->shown = g_array_new(FALSE, FALSE, sizeof(int64_t));
    view->player = leat_player_new(path, 1, &callbacks, NULL, &error);
    g_assert_no_error(error);
    leat_player_set_view(view->player, WIDTH, HEIGHT);
    return view;
}

static void close_view(View *view)
{
    leat_player_stop(view->player);
    while (!view->stopped)
        turn();
    leat_player_free(view->player);
    leat_frame_unref(view->picture);
    g_array_unref(view->shown);
    if (view->marks)
        g_ptr_array_unref(view->marks);
    g_free(view);
}

static int64_t shown(const View *view)
{
    return view->shown->len ? g_array_index(view->shown, int64_t, view->shown->len - 1) : -1;
}

static LeatPlayerStatus settle(View *view)
{
    LeatPlayerStatus status = leat_player_status(view->player);

    while (!status.settled || (status.seq != shown(view) && status.state != LEAT_PLAYER_FAILED)) {
        turn();
        status = leat_player_status(view->player);
    }
    return status;
}

static void assert_shows(View *view, int64_t seq)
{
    LeatPlayerStatus status = settle(view);

    g_assert_cmpint(shown(view), ==, seq);
    g_assert_cmpint(status.seq, ==, seq);
    g_assert_cmpint(status.position_ns, ==, seq * LEAT_NS_PER_S / RATE);
}

static void check_seeks(const char *path)
{
    static const int64_t wanted[] = {0, 100, 3, 4, 119, 60, 39, 45, 1};
    View *view = open_view(path);
    LeatPlayerStatus status;

    assert_shows(view, 0);
    status = leat_player_status(view->player);
    g_assert_cmpint(status.frames, ==, FRAMES - 5);
    g_assert_cmpint(status.last_seq, ==, FRAMES - 1);
    g_assert_cmpint(status.duration_ns, ==, FRAMES * LEAT_NS_PER_S / RATE);
    g_assert_false(status.playing || status.growing || status.damaged);
    for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++) {
        leat_player_seek_frame(view->player, wanted[i]);
        assert_shows(view, wanted[i]);
    }
    leat_player_seek_frame(view->player, LOST_FIRST); /* the next there is */
    assert_shows(view, LOST_LAST + 1);
    leat_player_seek_frame(view->player, 5000);
    assert_shows(view, FRAMES - 1);
    g_assert_true(leat_player_status(view->player).ended);
    leat_player_seek_time(view->player, LEAT_NS_PER_S);
    assert_shows(view, RATE);
    leat_player_seek_time(view->player, LEAT_NS_PER_S - LEAT_NS_PER_S / RATE * 3 / 4);
    assert_shows(view, RATE - 1);
    close_view(view);
}

static void test_seeks_are_exact(void)
{
    static const LeatCodec codecs[] = {LEAT_CODEC_MJPEG, LEAT_CODEC_FFV1, LEAT_CODEC_H264,
                                       LEAT_CODEC_RAWVIDEO};

    for (size_t i = 0; i < G_N_ELEMENTS(codecs); i++) {
        char *path = make_library(leat_codec_name(codecs[i]), codecs[i], -1);

        check_seeks(path);
        g_free(path);
    }
}

static void test_steps(void)
{
    char *path = make_library("steps", LEAT_CODEC_H264, -1);
    View *view = open_view(path);

    assert_shows(view, 0);
    leat_player_step(view->player, -1);
    assert_shows(view, 0);
    for (int64_t i = 1; i < 5; i++) {
        leat_player_step(view->player, 1);
        assert_shows(view, i);
    }
    leat_player_seek_frame(view->player, LOST_FIRST - 1);
    leat_player_step(view->player, 1);
    assert_shows(view, LOST_LAST + 1);
    leat_player_step(view->player, -1);
    assert_shows(view, LOST_FIRST - 1);
    leat_player_seek_frame(view->player, 60);
    for (int i = 0; i < 7; i++) /* none of them is lost */
        leat_player_step(view->player, 1);
    assert_shows(view, 67);
    close_view(view);
    g_free(path);
}

static void wait_for_end(View *view)
{
    while (!leat_player_status(view->player).ended || leat_player_status(view->player).playing)
        turn();
    settle(view);
}

static void assert_rising(const View *view, guint from)
{
    for (guint i = from + 1; i < view->shown->len; i++)
        g_assert_cmpint(g_array_index(view->shown, int64_t, i), >,
                        g_array_index(view->shown, int64_t, i - 1));
}

static void test_plays_in_its_time(void)
{
    char *path = make_library("plays", LEAT_CODEC_MJPEG, -1);
    View *view = open_view(path);
    int64_t start_ns, taken_ns;

    settle(view);
    leat_player_set_speed(view->player, 2);
    start_ns = leat_clock_now_ns();
    leat_player_play(view->player);
    wait_for_end(view);
    taken_ns = leat_clock_now_ns() - start_ns;
    g_assert_cmpint(shown(view), ==, FRAMES - 1);
    assert_rising(view, 0);
    /* Not faster than asked; how much slower depends on the machine. */
    g_assert_cmpint(taken_ns, >=, (FRAMES - 1) * LEAT_NS_PER_S / RATE / 2);
    g_assert_cmpuint(view->shown->len, >, 10);
    leat_player_play(view->player); /* from the beginning again */
    while (shown(view) > 60)
        turn();
    leat_player_pause(view->player);
    settle(view);
    g_assert_cmpint(shown(view), <, FRAMES - 1);
    close_view(view);
    g_free(path);
}

static void test_damage_is_told_and_passed_over(void)
{
    char *path = make_library("damaged", LEAT_CODEC_MJPEG, 20);
    View *view = open_view(path);
    LeatPlayerStatus status;

    settle(view);
    leat_player_seek_frame(view->player, 20);
    assert_shows(view, 21);
    status = leat_player_status(view->player);
    g_assert_cmpint(status.damaged, ==, 1);
    g_assert_nonnull(strstr(status.message, "frame 20 is damaged"));
    leat_player_step(view->player, -1);
    assert_shows(view, 19);
    leat_player_step(view->player, 1);
    assert_shows(view, 21);
    leat_player_seek_frame(view->player, 10);
    leat_player_set_speed(view->player, 8);
    leat_player_play(view->player);
    wait_for_end(view);
    status = leat_player_status(view->player);
    g_assert_cmpint(status.damaged, ==, 1);
    g_assert_cmpint(status.state, ==, LEAT_PLAYER_READY);
    close_view(view);
    g_free(path);
}

static void test_losses_are_marked(void)
{
    char *path = make_library("marks", LEAT_CODEC_MJPEG, -1);
    View *view = open_view(path);
    const LeatMark *mark;

    while (!view->marks)
        turn();
    g_assert_cmpuint(view->marks->len, ==, 1);
    mark = view->marks->pdata[0];
    g_assert_cmpint(mark->kind, ==, LEAT_MARK_LOSS);
    g_assert_cmpint(mark->count, ==, 5);
    g_assert_cmpint(mark->from_ns, ==, (LOST_FIRST - 1) * LEAT_NS_PER_S / RATE);
    g_assert_cmpint(mark->to_ns, ==, (LOST_LAST + 1) * LEAT_NS_PER_S / RATE);
    g_assert_cmpint(mark->after, ==, LOST_LAST + 1);
    g_assert_cmpstr(mark->text, ==, "the driver lost them");
    close_view(view);
    g_free(path);
}

static void check_growing(const char *name, LeatCodec codec)
{
    char *path = g_strconcat(folder, "/", name, ".leat", NULL);
    Recorder recorder = begin_recording(path, codec, -1);
    View *view;

    for (int64_t i = 0; i < 20; i++)
        record_frame(&recorder, i);
    g_assert_true(leat_store_writer_flush(recorder.writer, LEAT_FOREVER, NULL));
    view = open_view(path);
    assert_shows(view, 0);
    g_assert_true(leat_player_status(view->player).growing);
    leat_player_set_speed(view->player, 8);
    leat_player_play(view->player);
    while (shown(view) < 19)
        turn();
    g_assert_true(leat_player_status(view->player).playing);
    for (int64_t i = 20; i < 40; i++)
        record_frame(&recorder, i);
    end_recording(&recorder, 40, NULL);
    wait_for_end(view);
    g_assert_cmpint(shown(view), ==, 39);
    g_assert_false(leat_player_status(view->player).growing);
    assert_rising(view, 0);
    close_view(view);
    g_free(path);
}

static void test_plays_what_is_being_recorded(void)
{
    check_growing("growing", LEAT_CODEC_MJPEG);
    check_growing("growing-h264", LEAT_CODEC_H264);
}

static void test_scales_to_the_view(void)
{
    char *path = make_library("view", LEAT_CODEC_MJPEG, -1);
    View *view = open_view(path);

    settle(view);
    leat_player_set_view(view->player, 200, 1000);
    while (leat_frame_width(view->picture) != 200)
        turn();
    g_assert_cmpint(leat_frame_height(view->picture), ==, 150);
    close_view(view);
    g_free(path);
}

static void assert_fails(const char *path, int64_t recording, int code)
{
    LeatPlayer *player = leat_player_new(path, recording, &(LeatPlayerCallbacks){0}, NULL, NULL);

    while (leat_player_status(player).state == LEAT_PLAYER_OPENING)
        turn();
    g_assert_cmpint(leat_player_status(player).state, ==, LEAT_PLAYER_FAILED);
    g_assert_cmpint(leat_player_status(player).error, ==, code);
    g_assert_cmpstr(leat_player_status(player).message, !=, "");
    leat_player_play(player);
    leat_player_step(player, 1);
    leat_player_free(player);
}

static void test_what_cannot_be_opened_is_told(void)
{
    char *path = make_library("there", LEAT_CODEC_MJPEG, -1);
    char *none = g_strconcat(folder, "/none.leat", NULL);

    assert_fails(none, 1, LEAT_ERROR_NOT_FOUND);
    assert_fails(path, 7, LEAT_ERROR_NOT_FOUND);
    g_free(path);
    g_free(none);
}

static void test_ends_in_the_midst_of_work(void)
{
    char *path = make_library("ends", LEAT_CODEC_H264, -1);

    for (int i = 0; i < 20; i++) {
        View *view = open_view(path);

        leat_player_play(view->player);
        leat_player_seek_frame(view->player, 30 + i);
        if (i % 2)
            turn();
        close_view(view);
    }
    g_free(path);
}

static void on_gone(void *gone)
{
    *(bool *)gone = true;
}

static void test_let_go_it_ends_by_itself(void)
{
    LeatPlayerCallbacks callbacks = {NULL, NULL, NULL, NULL, NULL};
    char *path = make_library("let-go", LEAT_CODEC_H264, -1);
    bool gone = false;
    GError *error = NULL;
    LeatPlayer *player = leat_player_new(path, 1, &callbacks, NULL, &error);

    g_assert_no_error(error);
    leat_player_set_view(player, WIDTH, HEIGHT);
    leat_player_play(player);
    leat_player_let_go(player, on_gone, &gone);
    while (!gone)
        turn();
    g_free(path);
}

static void remove_folder(void)
{
    GDir *dir = g_dir_open(folder, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name(dir))) {
        char *path = g_build_filename(folder, name, NULL);

        g_remove(path);
        g_free(path);
    }
    g_dir_close(dir);
    g_rmdir(folder);
    g_free(folder);
}

int main(int argc, char **argv)
{
    int status;

    g_test_init(&argc, &argv, NULL);
    folder = g_dir_make_tmp("leat-player-XXXXXX", NULL);
    g_test_add_func("/player/seeks-are-exact", test_seeks_are_exact);
    g_test_add_func("/player/steps-go-from-stored-frame-to-stored-frame", test_steps);
    g_test_add_func("/player/plays-in-its-time", test_plays_in_its_time);
    g_test_add_func("/player/damage-is-told-and-passed-over", test_damage_is_told_and_passed_over);
    g_test_add_func("/player/losses-are-marked", test_losses_are_marked);
    g_test_add_func("/player/plays-what-is-being-recorded", test_plays_what_is_being_recorded);
    g_test_add_func("/player/scales-to-the-view", test_scales_to_the_view);
    g_test_add_func("/player/what-cannot-be-opened-is-told", test_what_cannot_be_opened_is_told);
    g_test_add_func("/player/ends-in-the-midst-of-work", test_ends_in_the_midst_of_work);
    g_test_add_func("/player/let-go-it-ends-by-itself", test_let_go_it_ends_by_itself);
    status = g_test_run();
    remove_folder();
    return status;
}
