/* SPDX-License-Identifier: MIT */
/* The whole pipeline on the test pattern, in both concurrency modes, with real files behind it. */
#include "base/error.h"
#include "pipeline/pipeline.h"
#include "store/store.h"

#include <glib.h>
#include <glib/gstdio.h>

typedef struct {
    GMainLoop *loop;
    LeatPipeline *pipeline;
    LeatPipelineStatus status;
    int presented;
    int64_t last_shown;
    /* Commands of a test, given once so many frames were shown. */
    int start_recording_at;
    int frames_between, frames_after; /* shown until the recording stops, and then all does */
    int stop_recording_at, stop_at;
    LeatRecordingRequest request;
} Run;

static char *folder;

static void on_changed(void *data)
{
    Run *run = data;
    leat_pipeline_get_status(run->pipeline, &run->status);
    if (run->status.finished)
        g_main_loop_quit(run->loop);
}

static bool has_offered(Run *run)
{
    LeatLedger figures;

    leat_session_ledger_snapshot(leat_pipeline_ledger(run->pipeline), false, &figures, 0, NULL,
                                 NULL);
    return figures.record.offered > 0;
}

static void on_present(LeatFrame *frame, void *data)
{
    Run *run = data;
    int64_t seq = leat_frame_times(frame).seq;
    g_assert_cmpint(seq, >, run->last_shown);
    run->last_shown = seq;
    run->presented++;
    if (run->presented == run->start_recording_at)
        g_assert_true(leat_pipeline_start_recording(run->pipeline, &run->request, NULL));
    /* On a busy machine frames are shown in a row before one of them is offered. */
    if (run->frames_between > 0 && run->stop_recording_at == 0 && has_offered(run))
        run->stop_recording_at = run->presented + run->frames_between;
    if (run->stop_recording_at > 0 && run->presented == run->stop_recording_at) {
        leat_pipeline_stop_recording(run->pipeline);
        run->stop_at = run->presented + run->frames_after;
    }
    if (run->presented == run->stop_at)
        leat_pipeline_stop(run->pipeline);
}

static char *library(const char *name)
{
    return g_build_filename(folder, name, NULL);
}

static void set_up(Run *run, const char *spec, LeatPipelineOptions *options)
{
    GError *error = NULL;
    run->loop = g_main_loop_new(NULL, FALSE);
    run->last_shown = -1;
    LeatSourceSpec *source = leat_source_spec_parse(spec, NULL);
    options->spec = source;
    options->changed = on_changed;
    options->present = on_present;
    options->data = run;
    run->pipeline = leat_pipeline_new(options, &error);
    g_assert_no_error(error);
    leat_source_spec_free(source);
}

static LeatLedger finish(Run *run)
{
    GError *error = NULL;
    LeatLedger figures;
    g_assert_true(leat_pipeline_start(run->pipeline, &error));
    g_assert_no_error(error);
    g_main_loop_run(run->loop);
    leat_session_ledger_snapshot(leat_pipeline_ledger(run->pipeline), false, &figures, 0, NULL,
                                 NULL);
    char *fault = leat_ledger_imbalance(&figures);
    g_assert_null(fault);
    leat_pipeline_free(run->pipeline);
    g_main_loop_unref(run->loop);
    return figures;
}

static LeatRecording *only_recording(const char *path)
{
    GError *error = NULL;
    LeatStore *store = leat_store_open(path, NULL, &error);
    g_assert_no_error(error);
    GPtrArray *faults = g_ptr_array_new_with_free_func(g_free);
    g_assert_true(leat_store_check(store, -1, faults, &error));
    g_assert_no_error(error);
    if (faults->len > 0)
        g_test_message("%s", (char *)faults->pdata[0]);
    g_assert_cmpuint(faults->len, ==, 0);
    g_ptr_array_unref(faults);
    LeatRecording *recording = leat_store_find(store, "1", &error);
    g_assert_no_error(error);
    leat_store_close(store);
    return recording;
}

/* Records 200 frames of the test pattern, as fast as it goes, under the name "all". */
static LeatLedger record_all(Run *run, LeatConcurrency concurrency, const char *path)
{
    set_up(run, "test:160x120@30",
           &(LeatPipelineOptions){
               .concurrency = concurrency, .pace = LEAT_PACE_FAST, .max_frames = 200});
    run->request = (LeatRecordingRequest){.path = path, .name = "all"};
    g_assert_true(leat_pipeline_start_recording(run->pipeline, &run->request, NULL));
    return finish(run);
}

static void test_fast_pace_stores_every_frame(gconstpointer data)
{
    LeatConcurrency concurrency = GPOINTER_TO_INT(data);
    char *path = library(concurrency ? "fast-threads.leat" : "fast-none.leat");
    Run run = {0};
    LeatLedger figures = record_all(&run, concurrency, path);
    g_assert_cmpint(figures.captured, ==, 200);
    g_assert_cmpint(figures.process.out, ==, 200);
    g_assert_cmpint(figures.record.offered, ==, 200);
    g_assert_cmpint(figures.record.stored, ==, 200);
    g_assert_cmpint(figures.record.lost, ==, 0);
    g_assert_cmpint(figures.present.presented, ==, run.presented);
    g_assert_cmpint(run.last_shown, ==, 199);
    g_assert_cmpint(run.status.source, ==, LEAT_SOURCE_STATE_ENDED);
    g_assert_cmpint(run.status.recorder, ==, LEAT_RECORDER_OFF);
    g_assert_cmpstr(run.status.recording_name, ==, "all");
    LeatRecording *recording = only_recording(path);
    g_assert_cmpint(recording->frames, ==, 200);
    g_assert_cmpint(recording->state, ==, LEAT_RECORDING_COMPLETE);
    g_assert_cmpint(recording->ledger.captured, ==, 200);
    leat_recording_free(recording);
    g_free(path);
}

static void test_a_recording_may_begin_and_end_in_mid_stream(gconstpointer data)
{
    LeatConcurrency concurrency = GPOINTER_TO_INT(data);
    char *path = library(concurrency ? "middle-threads.leat" : "middle-none.leat");
    Run run = {.start_recording_at = 5, .frames_between = 10, .frames_after = 10};
    set_up(&run, "test:160x120@100",
           &(LeatPipelineOptions){.concurrency = concurrency, .pace = LEAT_PACE_LIVE});
    run.request = (LeatRecordingRequest){.path = path, .name = "middle"};
    LeatLedger figures = finish(&run);
    g_assert_cmpint(figures.captured, >=, 25);
    g_assert_cmpint(figures.record.stored, >, 0);
    g_assert_cmpint(figures.record.stored, <, figures.captured);
    LeatRecording *recording = only_recording(path);
    g_assert_cmpint(recording->frames, ==, figures.record.stored);
    g_assert_cmpint(recording->ledger.process.out, ==, figures.record.offered);
    g_assert_cmpint(recording->state, ==, LEAT_RECORDING_COMPLETE);
    leat_recording_free(recording);
    g_free(path);
}

static void test_both_modes_store_the_same_bytes(void)
{
    char *digests[2] = {0};
    for (int i = 0; i < 2; i++) {
        char *path = library(i ? "same-threads.leat" : "same-none.leat");
        Run run = {0};
        record_all(&run, i ? LEAT_CONCURRENCY_THREADS : LEAT_CONCURRENCY_NONE, path);
        LeatStore *store = leat_store_open(path, NULL, NULL);
        g_assert_nonnull(store);
        LeatStoreCursor *cursor = leat_store_packets(store, 1, INT64_MIN, INT64_MAX, false, NULL);
        GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
        LeatPacket packet;
        bool got = true;
        while (leat_store_cursor_next(cursor, &packet, &got, NULL) && got) {
            g_checksum_update(sum, (const guchar *)&packet.times.seq, sizeof(packet.times.seq));
            g_checksum_update(sum, (const guchar *)&packet.times.pts, sizeof(packet.times.pts));
            g_checksum_update(sum, packet.data, (gssize)packet.size);
        }
        digests[i] = g_strdup(g_checksum_get_string(sum));
        g_checksum_free(sum);
        leat_store_cursor_free(cursor);
        leat_store_close(store);
        g_free(path);
    }
    g_assert_cmpstr(digests[0], ==, digests[1]);
    g_free(digests[0]);
    g_free(digests[1]);
}

static void test_the_record_rate_keeps_frames_by_their_times(void)
{
    char *path = library("rate.leat");
    Run run = {0};
    set_up(&run, "test:160x120@30",
           &(LeatPipelineOptions){
               .concurrency = LEAT_CONCURRENCY_THREADS, .pace = LEAT_PACE_FAST, .max_frames = 90});
    run.request = (LeatRecordingRequest){.path = path, .record_rate = {10, 1}};
    g_assert_true(leat_pipeline_start_recording(run.pipeline, &run.request, NULL));
    LeatLedger figures = finish(&run);
    g_assert_cmpint(figures.record.stored, ==, 30);
    g_assert_cmpint(figures.record.skipped, ==, 60);
    LeatStore *store = leat_store_open(path, NULL, NULL);
    LeatStoreCursor *cursor = leat_store_packets(store, 1, INT64_MIN, INT64_MAX, false, NULL);
    LeatPacket packet;
    bool got = true;
    for (int64_t seq = 0; leat_store_cursor_next(cursor, &packet, &got, NULL) && got; seq += 3)
        g_assert_cmpint(packet.times.seq, ==, seq);
    leat_store_cursor_free(cursor);
    leat_store_close(store);
    g_free(path);
}

static void test_a_filter_may_make_and_drop_frames(void)
{
    Run run = {0};
    set_up(&run, "test:160x120@30",
           &(LeatPipelineOptions){.concurrency = LEAT_CONCURRENCY_THREADS,
                                  .pace = LEAT_PACE_FAST,
                                  .filter = "fps=10",
                                  .max_frames = 90});
    LeatLedger figures = finish(&run);
    g_assert_cmpint(figures.process.in, ==, 90);
    g_assert_cmpint(figures.process.out, ==, 30);
    g_assert_cmpint(figures.process.lost, ==, 0);
}

static void test_another_filter_takes_effect_in_mid_stream(void)
{
    Run run = {0};
    set_up(&run, "test:160x120@100",
           &(LeatPipelineOptions){
               .concurrency = LEAT_CONCURRENCY_THREADS, .pace = LEAT_PACE_LIVE, .max_frames = 30});
    g_assert_false(leat_pipeline_set_filter(run.pipeline, "no-such-filter", NULL));
    g_assert_true(leat_pipeline_set_filter(run.pipeline, "scale=80:60", NULL));
    finish(&run);
    g_assert_cmpint(run.status.out_width, ==, 80);
    g_assert_cmpint(run.status.out_height, ==, 60);
}

static void test_a_bad_filter_is_refused_before_the_source_is_touched(void)
{
    GError *error = NULL;
    LeatSourceSpec *source = leat_source_spec_parse("/nonexistent/video.mp4", NULL);
    LeatPipeline *pipeline =
        leat_pipeline_new(&(LeatPipelineOptions){.spec = source, .filter = "hu=s=0"}, &error);
    g_assert_null(pipeline);
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_INVALID);
    g_assert_nonnull(strstr(error->message, "hu"));
    g_error_free(error);
    leat_source_spec_free(source);
}

static void test_a_source_that_cannot_be_opened_is_told_and_leaves_no_recording(gconstpointer data)
{
    char *path = library("none.leat");
    Run run = {0};
    set_up(&run, "/nonexistent/video.mp4",
           &(LeatPipelineOptions){.concurrency = GPOINTER_TO_INT(data)});
    run.request = (LeatRecordingRequest){.path = path};
    g_assert_true(leat_pipeline_start_recording(run.pipeline, &run.request, NULL));
    LeatLedger figures = finish(&run);
    g_assert_cmpint(run.status.source, ==, LEAT_SOURCE_STATE_FAILED);
    g_assert_cmpint(run.status.source_error, ==, LEAT_ERROR_NOT_FOUND);
    g_assert_nonnull(strstr(run.status.source_reason, "/nonexistent/video.mp4"));
    g_assert_cmpint(figures.captured, ==, 0);
    LeatStore *store = leat_store_open(path, NULL, NULL);
    if (store) {
        GPtrArray *recordings = leat_store_list(store, NULL);
        g_assert_cmpuint(recordings->len, ==, 0);
        g_ptr_array_unref(recordings);
        leat_store_close(store);
    }
    g_free(path);
}

static void test_a_taken_name_fails_at_once_before_and_as_status_later(void)
{
    char *path = library("taken.leat");
    GError *error = NULL;
    Run before = {0};
    record_all(&before, LEAT_CONCURRENCY_THREADS, path);
    Run run = {.start_recording_at = 3, .stop_at = 40};
    set_up(&run, "test:160x120@100",
           &(LeatPipelineOptions){.concurrency = LEAT_CONCURRENCY_THREADS, .pace = LEAT_PACE_LIVE});
    run.request = (LeatRecordingRequest){.path = path, .name = "all"};
    g_assert_false(leat_pipeline_start_recording(run.pipeline, &run.request, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_EXISTS);
    g_error_free(error);
    LeatLedger figures = finish(&run);
    g_assert_cmpint(run.status.recorder, ==, LEAT_RECORDER_FAILED);
    g_assert_cmpint(run.status.recording_error, ==, LEAT_ERROR_EXISTS);
    g_assert_cmpint(figures.captured, >=, 40);
    g_free(path);
}

static void test_a_view_is_presented_in_its_own_size(void)
{
    Run run = {0};
    set_up(&run, "test:320x240@30",
           &(LeatPipelineOptions){
               .concurrency = LEAT_CONCURRENCY_THREADS, .pace = LEAT_PACE_FAST, .max_frames = 20});
    leat_pipeline_set_view(run.pipeline, 100, 100);
    LeatLedger figures = finish(&run);
    g_assert_cmpint(figures.present.offered, ==, 20);
    g_assert_cmpint(run.presented, >, 0);
}

static gboolean trigger(gpointer data)
{
    leat_cancel_trigger(data);
    return G_SOURCE_REMOVE;
}

static void test_a_cancel_from_outside_stops_it(gconstpointer data)
{
    Run run = {0};
    LeatCancel *stop = leat_cancel_new(NULL, NULL);
    set_up(&run, "test:160x120@30",
           &(LeatPipelineOptions){
               .concurrency = GPOINTER_TO_INT(data), .pace = LEAT_PACE_LIVE, .stop = stop});
    g_timeout_add(200, trigger, stop);
    finish(&run);
    g_assert_cmpint(run.status.source, ==, LEAT_SOURCE_STATE_ENDED);
    leat_cancel_unref(stop);
}

static void remove_folder(void)
{
    GDir *dir = g_dir_open(folder, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(dir))) {
        char *path = g_build_filename(folder, name, NULL);
        g_unlink(path);
        g_free(path);
    }
    g_dir_close(dir);
    g_rmdir(folder);
    g_free(folder);
}

int main(int argc, char **argv)
{
    gconstpointer none = GINT_TO_POINTER(LEAT_CONCURRENCY_NONE);
    gconstpointer threads = GINT_TO_POINTER(LEAT_CONCURRENCY_THREADS);
    g_test_init(&argc, &argv, NULL);
    folder = g_dir_make_tmp("leat-pipeline-XXXXXX", NULL);
    g_test_add_data_func("/pipeline/none/fast-pace-stores-every-frame", none,
                         test_fast_pace_stores_every_frame);
    g_test_add_data_func("/pipeline/threads/fast-pace-stores-every-frame", threads,
                         test_fast_pace_stores_every_frame);
    g_test_add_func("/pipeline/both-modes-store-the-same-bytes",
                    test_both_modes_store_the_same_bytes);
    g_test_add_data_func("/pipeline/none/a-recording-may-begin-and-end-in-mid-stream", none,
                         test_a_recording_may_begin_and_end_in_mid_stream);
    g_test_add_data_func("/pipeline/threads/a-recording-may-begin-and-end-in-mid-stream", threads,
                         test_a_recording_may_begin_and_end_in_mid_stream);
    g_test_add_func("/pipeline/the-record-rate-keeps-frames-by-their-times",
                    test_the_record_rate_keeps_frames_by_their_times);
    g_test_add_func("/pipeline/a-filter-may-make-and-drop-frames",
                    test_a_filter_may_make_and_drop_frames);
    g_test_add_func("/pipeline/another-filter-takes-effect-in-mid-stream",
                    test_another_filter_takes_effect_in_mid_stream);
    g_test_add_func("/pipeline/a-bad-filter-is-refused-before-the-source-is-touched",
                    test_a_bad_filter_is_refused_before_the_source_is_touched);
    g_test_add_data_func("/pipeline/none/a-source-that-cannot-be-opened-is-told", none,
                         test_a_source_that_cannot_be_opened_is_told_and_leaves_no_recording);
    g_test_add_data_func("/pipeline/threads/a-source-that-cannot-be-opened-is-told", threads,
                         test_a_source_that_cannot_be_opened_is_told_and_leaves_no_recording);
    g_test_add_func("/pipeline/a-taken-name-fails-at-once-before-and-as-status-later",
                    test_a_taken_name_fails_at_once_before_and_as_status_later);
    g_test_add_func("/pipeline/a-view-is-presented-in-its-own-size",
                    test_a_view_is_presented_in_its_own_size);
    g_test_add_data_func("/pipeline/none/a-cancel-from-outside-stops-it", none,
                         test_a_cancel_from_outside_stops_it);
    g_test_add_data_func("/pipeline/threads/a-cancel-from-outside-stops-it", threads,
                         test_a_cancel_from_outside_stops_it);
    int result = g_test_run();
    remove_folder();
    return result;
}
