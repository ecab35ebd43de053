/* SPDX-License-Identifier: MIT */
/* What may change while a session runs: recordings, filters, the picture's size. */
#include "pipeline-support.h"

#include "base/error.h"

#include <glib/gstdio.h>

enum { RECORDINGS = 50 };

/* A recording is stopped after none to three frames, some before they began. */
static void start_or_stop(Run *run, LeatFrame *frame)
{
    LeatPipelineStatus status;

    (void)frame;
    leat_pipeline_get_status(run->pipeline, &status);
    if (status.recorder == LEAT_RECORDER_OFF && run->phase < RECORDINGS) {
        run_record(run);
        g_assert_false(leat_pipeline_start_recording(run->pipeline, &run->request, NULL));
        run->data = GINT_TO_POINTER(run->presented + run->phase++ % 4);
    } else if (status.recorder == LEAT_RECORDER_OFF) {
        leat_pipeline_stop(run->pipeline);
    }
    g_assert_cmpint(status.recorder, !=, LEAT_RECORDER_FAILED);
    if (run->presented >= GPOINTER_TO_INT(run->data))
        leat_pipeline_stop_recording(run->pipeline);
}

static void test_many_recordings(Run *run, gconstpointer data)
{
    GError *error = NULL;
    LeatStore *store;
    GPtrArray *recordings;
    int64_t frames = 0;

    run->on_shown = start_or_stop;
    run_make(run, "test:64x48@500",
             (LeatPipelineOptions){.concurrency = GPOINTER_TO_INT(data), .pace = LEAT_PACE_LIVE});
    run_to_end(run);
    assert_sound(run->place.path);
    store = open_store(run->place.path);
    recordings = leat_store_list(store, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(recordings->len, >, 0);
    g_assert_cmpuint(recordings->len, <=, RECORDINGS);
    for (guint i = 0; i < recordings->len; i++) {
        const LeatRecording *recording = recordings->pdata[i];

        g_assert_cmpint(recording->state, ==, LEAT_RECORDING_COMPLETE);
        g_assert_cmpint(recording->frames + recording->ledger.record.lost, ==,
                        recording->ledger.process.out);
        frames += recording->frames;
    }
    g_assert_cmpint(frames, >, 0);
    g_ptr_array_unref(recordings);
    leat_store_close(store);
}

static void stop_recording_at_once(Run *run)
{
    if (run->status.recorder == LEAT_RECORDER_STARTING)
        leat_pipeline_stop_recording(run->pipeline);
}

static void test_no_frame(Run *run, gconstpointer data)
{
    run->on_changed = stop_recording_at_once;
    run_make(run, "test:64x48@5",
             (LeatPipelineOptions){
                 .concurrency = GPOINTER_TO_INT(data), .pace = LEAT_PACE_LIVE, .max_frames = 2});
    run_record(run);
    run_to_end(run);
    g_assert_cmpint(run->status.recorder, ==, LEAT_RECORDER_OFF);
    assert_sound(run->place.path);
}

static void start_when_finished(Run *run)
{
    GError *error = NULL;

    if (!run->status.finished || run->phase++)
        return;
    g_assert_false(leat_pipeline_start_recording(run->pipeline, &run->request, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_CANCELLED);
    g_error_free(error);
}

static void test_start_after_the_end(Run *run, gconstpointer data)
{
    run->on_changed = start_when_finished;
    run_make(run, "test:64x48@30",
             (LeatPipelineOptions){
                 .concurrency = GPOINTER_TO_INT(data), .pace = LEAT_PACE_FAST, .max_frames = 5});
    run_to_end(run);
    g_assert_cmpint(run->phase, >, 0);
    g_assert_cmpint(run->status.recorder, ==, LEAT_RECORDER_OFF);
}

static void test_asked_twice(Run *run, gconstpointer data)
{
    GError *error = NULL;

    run_make(run, "test:64x48@30",
             (LeatPipelineOptions){
                 .concurrency = GPOINTER_TO_INT(data), .pace = LEAT_PACE_FAST, .max_frames = 5});
    run_record(run);
    g_assert_false(leat_pipeline_start_recording(run->pipeline, &run->request, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_BUSY);
    g_error_free(error);
    g_assert_cmpint(run_to_end(run).record.stored, ==, 5);
    leat_recording_free(sound_recording(run));
}

/* Frames made and dropped, other sizes and formats, other time bases, frames kept to the end. */
static void choose_another_filter(Run *run, LeatFrame *frame)
{
    static const char *const filters[] = {"grey",        "none",     "fps=200",
                                          "scale=32:24", "fps=25/2", "edges",
                                          "tpad=stop=3", "none",     "setpts=2*PTS"};
    GError *error = NULL;

    (void)frame;
    if (run->presented % 3 == 0) {
        leat_pipeline_set_filter(run->pipeline, filters[run->phase++ % G_N_ELEMENTS(filters)],
                                 &error);
        g_assert_no_error(error);
    }
    if (run->phase == 4 * G_N_ELEMENTS(filters))
        leat_pipeline_stop(run->pipeline);
}

static void test_filters(Run *run, gconstpointer data)
{
    LeatLedger figures;
    LeatRecording *recording;

    run->on_shown = choose_another_filter;
    run_make(run, "test:64x48@100",
             (LeatPipelineOptions){.concurrency = GPOINTER_TO_INT(data), .pace = LEAT_PACE_LIVE});
    run_record(run);
    figures = run_to_end(run);
    g_assert_cmpint(run->status.recorder, ==, LEAT_RECORDER_OFF);
    g_assert_cmpint(figures.process.lost, ==, 0);
    recording = sound_recording(run);
    g_assert_cmpint(recording->frames, ==, figures.record.stored);
    g_assert_cmpint(recording->frames, >, 20);
    g_assert_cmpint(recording->stream.width, ==, 64);
    leat_recording_free(recording);
}

static void test_frames_at_the_end(Run *run, gconstpointer data)
{
    LeatLedger figures;

    run_make(run, "test:64x48@30",
             (LeatPipelineOptions){.concurrency = GPOINTER_TO_INT(data),
                                   .pace = LEAT_PACE_FAST,
                                   .filter = "reverse",
                                   .max_frames = 300});
    run_record(run);
    figures = run_to_end(run);
    g_assert_cmpint(figures.process.in, ==, 300);
    g_assert_cmpint(figures.process.out, ==, 300);
    g_assert_cmpint(figures.record.stored, ==, 300);
    leat_recording_free(sound_recording(run));
}

static void abort_after_some(Run *run, LeatFrame *frame)
{
    (void)frame;
    if (run->presented == 20)
        leat_pipeline_abort(run->pipeline);
}

static void test_endless_filter(Run *run, gconstpointer data)
{
    int64_t start_ns = leat_clock_now_ns();

    run->on_shown = abort_after_some;
    run_make(run, "test:64x48@100",
             (LeatPipelineOptions){.concurrency = GPOINTER_TO_INT(data),
                                   .pace = LEAT_PACE_FAST,
                                   .filter = "loop=-1:1"});
    run_record(run);
    run_to_end(run);
    assert_sound(run->place.path);
    g_assert_cmpint(leat_clock_now_ns() - start_ns, <, 5 * LEAT_NS_PER_S);
}

/* 20 frames of 160x120, then 20 of 96x64. */
static char *make_changing_video(Run *run)
{
    char *paths[3], *parts[2] = {0}, *all;
    gsize sizes[2];

    paths[0] = make_video(run, "a.ts",
                          "-f lavfi -i testsrc=size=160x120:rate=20:duration=1 -c:v mpeg2video"
                          " -f mpegts");
    paths[1] = make_video(run, "b.ts",
                          "-f lavfi -i testsrc=size=96x64:rate=20:duration=1 -c:v mpeg2video"
                          " -output_ts_offset 1 -f mpegts");
    paths[2] = g_build_filename(run->place.folder, "ab.ts", NULL);
    for (int i = 0; i < 2; i++)
        g_assert_true(g_file_get_contents(paths[i], &parts[i], &sizes[i], NULL));
    all = g_malloc(sizes[0] + sizes[1]);
    memcpy(all, parts[0], sizes[0]);
    memcpy(all + sizes[0], parts[1], sizes[1]);
    g_assert_true(g_file_set_contents(paths[2], all, (gssize)(sizes[0] + sizes[1]), NULL));
    for (int i = 0; i < 2; i++) {
        g_free(parts[i]);
        g_free(paths[i]);
    }
    g_free(all);
    return paths[2];
}

static void note_width(Run *run, LeatFrame *frame)
{
    run->phase |= leat_frame_width(frame) == 160 ? 1 : leat_frame_width(frame) == 96 ? 2 : 4;
}

static void test_another_size(Run *run, gconstpointer data)
{
    char *video = make_changing_video(run);
    LeatLedger figures;
    LeatRecording *recording;

    run->on_shown = note_width;
    run_make(run, video,
             (LeatPipelineOptions){.concurrency = GPOINTER_TO_INT(data), .pace = LEAT_PACE_FAST});
    run_record(run);
    figures = run_to_end(run);
    g_assert_cmpint(run->status.source, ==, LEAT_SOURCE_STATE_ENDED);
    g_assert_cmpint(run->status.out_width, ==, 96);
    g_assert_cmpint(figures.captured, >=, 38);
    g_assert_cmpint(figures.record.stored, ==, figures.process.in);
    if (GPOINTER_TO_INT(data) == LEAT_CONCURRENCY_NONE)
        g_assert_cmpint(run->phase, ==, 3);
    recording = sound_recording(run);
    g_assert_cmpint(recording->stream.width, ==, 160);
    leat_recording_free(recording);
    g_free(video);
}

static void assert_asked_size(Run *run, LeatFrame *frame)
{
    (void)run;
    g_assert_cmpint(leat_frame_width(frame), ==, 160);
    g_assert_cmpint(leat_frame_height(frame), ==, 120);
}

static void test_asked_size(Run *run, gconstpointer data)
{
    char *video = make_changing_video(run);
    LeatLedger figures;

    run->on_shown = assert_asked_size;
    run_make(run, video,
             (LeatPipelineOptions){.concurrency = GPOINTER_TO_INT(data),
                                   .pace = LEAT_PACE_FAST,
                                   .width = 160,
                                   .height = 120});
    run_record(run);
    figures = run_to_end(run);
    g_assert_cmpint(figures.record.stored, ==, figures.process.in);
    leat_recording_free(sound_recording(run));
    g_free(video);
}

static void test_asked_size_and_rate(Run *run, gconstpointer data)
{
    char *video =
        make_video(run, "v.mkv", "-f lavfi -i testsrc=size=160x120:rate=30:duration=2 -c:v ffv1");
    LeatLedger figures;
    LeatRecording *recording;

    run_make(run, video,
             (LeatPipelineOptions){.concurrency = GPOINTER_TO_INT(data),
                                   .pace = LEAT_PACE_FAST,
                                   .width = 80,
                                   .height = 60,
                                   .rate = {10, 1}});
    run_record(run);
    figures = run_to_end(run);
    g_assert_cmpint(figures.captured, ==, 60);
    g_assert_cmpint(figures.record.stored, ==, 20);
    g_assert_cmpint(run->status.out_width, ==, 80);
    recording = sound_recording(run);
    g_assert_cmpint(recording->stream.height, ==, 60);
    g_assert_cmpint(recording->duration_ns, >=, 2 * LEAT_NS_PER_S - LEAT_NS_PER_S / 10);
    leat_recording_free(recording);
    g_free(video);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_RUNS("many-recordings-in-one-session-each-have-an-account", test_many_recordings);
    ADD_RUNS("a-recording-may-end-before-its-first-frame", test_no_frame);
    ADD_RUNS("a-recording-after-the-end-is-refused", test_start_after_the_end);
    ADD_RUNS("a-second-recording-before-the-start-is-refused", test_asked_twice);
    ADD_RUNS("filters-may-change-while-recording", test_filters);
    ADD_RUNS("frames-that-a-filter-makes-at-its-end-are-stored", test_frames_at_the_end);
    ADD_RUNS("a-filter-without-end-can-be-broken-off", test_endless_filter);
    ADD_RUNS("the-picture-may-change-its-size-while-recording", test_another_size);
    ADD_RUNS("a-size-asked-for-is-made-whatever-comes", test_asked_size);
    ADD_RUNS("size-and-rate-are-made-by-the-filter", test_asked_size_and_rate);
    return g_test_run();
}
