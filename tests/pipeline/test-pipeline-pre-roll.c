/* SPDX-License-Identifier: MIT */
/* Recordings that begin with what just happened. */
#include "pipeline-support.h"

#include "media/decoder.h"
#include "media/test-pattern.h"

#include <sys/mount.h>

#define SOURCE "test:160x120@200"

/* All that comes before the first command, also where the machine is busy. */
static const LeatPreRoll pre_roll = {.ns = 5 * LEAT_NS_PER_S, .bytes = (size_t)256 * 1024 * 1024};

typedef struct {
    int64_t asked_at;          /* frame that was shown when the recording was asked for */
    const char *filter;        /* chosen before that */
    int64_t held_at;           /* frame that was shown when it was held still before that; or 0 */
    void (*go_on)(Run *run);   /* what the second frame after the end of a recording does */
    LeatRecordingRequest next; /* asked for then */
} Plan;

static LeatRecorderState recorder(Run *run)
{
    leat_pipeline_get_status(run->pipeline, &run->status);
    g_assert_cmpint(run->status.recorder, !=, LEAT_RECORDER_FAILED);
    return run->status.recorder;
}

enum { BEFORE, FIRST, ENDING, BETWEEN, SECOND };

/* Asks at frame 40 or later, and ends once 20 more were shown and some are committed. */
static void record_late(Run *run, LeatFrame *frame)
{
    Plan *plan = run->data;
    int64_t seq = leat_frame_times(frame).seq;
    LeatRecorderState state = recorder(run);

    if (run->phase == BEFORE && seq >= 40) {
        run_record(run);
        plan->asked_at = seq;
        run->phase = FIRST;
    } else if (run->phase == FIRST && state == LEAT_RECORDER_ON && seq >= plan->asked_at + 20) {
        leat_pipeline_stop(run->pipeline);
        run->phase = ENDING;
    }
}

static void make(Run *run, const char *source, gconstpointer data, const LeatPreRoll *wanted)
{
    run_make(run, source,
             (LeatPipelineOptions){.concurrency = GPOINTER_TO_INT(data), .pace = LEAT_PACE_LIVE});
    leat_pipeline_set_pre_roll(run->pipeline, wanted);
}

/* The numbers that a recording has, after checking that its pictures show these, and that each one
 * in between that it has not was lost and told. */
typedef struct {
    int64_t first, last, frames, lost;
} Content;

static bool is_told(const GArray *losses, int64_t seq)
{
    for (guint i = 0; i < losses->len; i++) {
        const LeatLoss *loss = &g_array_index(losses, LeatLoss, i);

        if (loss->count > 0 && loss->first <= seq && seq <= loss->last)
            return true;
    }
    return false;
}

static void show(LeatDecoder *decoder, int64_t seq)
{
    GError *error = NULL;
    LeatFrame *frame = NULL;
    int64_t number, time_ms;
    const uint8_t *luma;
    int stride;

    leat_decoder_receive(decoder, &frame, &error);
    g_assert_no_error(error);
    g_assert_nonnull(frame);
    luma = leat_frame_plane(frame, 0, &stride);
    g_assert_true(leat_test_pattern_read(luma, stride, leat_frame_width(frame),
                                         leat_frame_height(frame), &number, &time_ms));
    g_assert_cmpint(number, ==, seq);
    leat_frame_unref(frame);
}

static Content content_of(Run *run, int64_t id, const LeatRecording *recording)
{
    GError *error = NULL;
    LeatStore *store = open_store(run->place.path);
    GArray *losses = leat_store_losses(store, id, &error);
    LeatStoreCursor *cursor = leat_store_packets(store, id, INT64_MIN, INT64_MAX, false, &error);
    LeatDecoder *decoder = leat_decoder_open(&recording->stream, 1, &error);
    Content content = {.first = -1};
    LeatPacket packet;
    bool got;

    g_assert_no_error(error);
    while (leat_store_cursor_next(cursor, &packet, &got, &error) && got) {
        if (content.frames == 0)
            content.first = packet.times.seq;
        else
            for (int64_t seq = content.last + 1; seq < packet.times.seq; seq++, content.lost++)
                g_assert_true(is_told(losses, seq));
        content.last = packet.times.seq;
        content.frames++;
        g_assert_true(leat_decoder_send(decoder, &packet, NULL));
        show(decoder, packet.times.seq);
    }
    g_assert_no_error(error);
    leat_decoder_free(decoder);
    leat_store_cursor_free(cursor);
    g_array_unref(losses);
    leat_store_close(store);
    return content;
}

static LeatRecording *find(Run *run, const char *name)
{
    GError *error = NULL;
    LeatStore *store = open_store(run->place.path);
    LeatRecording *recording = leat_store_find(store, name, &error);

    g_assert_no_error(error);
    leat_store_close(store);
    return recording;
}

/* One recording, asked for late; what it holds. */
static Content record_with(Run *run, gconstpointer data, const LeatPreRoll *wanted, Plan *plan)
{
    Content content;
    LeatRecording *recording;

    run->on_shown = record_late;
    run->data = plan;
    run->request.encoder = wanted->encoder;
    run->request.record_rate = wanted->record_rate;
    make(run, SOURCE, data, wanted);
    run_to_end(run);
    recording = sound_recording(run);
    content = content_of(run, recording->id, recording);
    g_assert_cmpint(recording->state, ==, LEAT_RECORDING_COMPLETE);
    g_assert_cmpint(recording->ledger.record.stored, ==, content.frames);
    g_assert_cmpint(content.last - content.first + 1, ==, content.frames + content.lost);
    g_assert_cmpint(recording->ledger.captured, >=, content.frames + content.lost);
    g_assert_cmpint(recording->ledger.record.offered + recording->ledger.capture_lost, ==,
                    recording->ledger.captured);
    leat_recording_free(recording);
    return content;
}

static void test_begins_before(Run *run, gconstpointer data)
{
    Plan plan = {0};
    Content content = record_with(run, data, &pre_roll, &plan);

    g_assert_cmpint(content.first, <, plan.asked_at);
    g_assert_cmpint(content.last, >, plan.asked_at);
}

static void test_groups(Run *run, gconstpointer data)
{
    LeatPreRoll wanted = pre_roll;
    Plan plan = {0};

    wanted.encoder.codec = LEAT_CODEC_H264;
    g_assert_cmpint(record_with(run, data, &wanted, &plan).first, <, plan.asked_at);
}

/* More than the writer's queue takes without waiting. */
static void test_large(Run *run, gconstpointer data)
{
    LeatPreRoll wanted = pre_roll;
    LeatRecording *recording;
    Plan plan = {0};
    Content content;

    wanted.encoder.codec = LEAT_CODEC_RAWVIDEO;
    run->on_shown = record_late;
    run->data = &plan;
    run->request.encoder = wanted.encoder;
    make(run, "test:640x480@150", data, &wanted);
    run_to_end(run);
    recording = sound_recording(run);
    content = content_of(run, recording->id, recording);
    g_assert_cmpint(content.first, <, plan.asked_at);
    g_assert_cmpint(recording->ledger.record.stored, ==, content.frames);
    leat_recording_free(recording);
}

/* Where the source waits, the encoder may hold several frames when the recording begins. */
static void test_fast(Run *run, gconstpointer data)
{
    LeatRecording *recording;
    Plan plan = {0};
    Content content;

    run->on_shown = record_late;
    run->data = &plan;
    run_make(run, SOURCE,
             (LeatPipelineOptions){.concurrency = GPOINTER_TO_INT(data), .pace = LEAT_PACE_FAST});
    leat_pipeline_set_pre_roll(run->pipeline, &pre_roll);
    run_to_end(run);
    recording = sound_recording(run);
    content = content_of(run, recording->id, recording);
    g_assert_cmpint(content.first, <, plan.asked_at);
    g_assert_cmpint(content.lost, ==, 0);
    g_assert_cmpint(recording->ledger.record.stored, ==, recording->ledger.captured);
    leat_recording_free(recording);
}

static void record_until_full(Run *run, LeatFrame *frame)
{
    leat_pipeline_get_status(run->pipeline, &run->status);
    if (run->phase == BEFORE && leat_frame_times(frame).seq >= 40) {
        run_record(run);
        run->phase = FIRST;
    } else if (run->phase == FIRST && run->status.recorder == LEAT_RECORDER_FAILED) {
        leat_pipeline_stop(run->pipeline);
    }
}

static void test_full(Run *run, gconstpointer data)
{
    LeatPreRoll wanted = pre_roll;
    LeatRecording *recording;

    if (mount("tmpfs", run->place.folder, "tmpfs", 0, "size=8m") != 0) {
        g_test_skip("mounting a small disk needs root");
        return;
    }
    wanted.encoder.codec = LEAT_CODEC_RAWVIDEO;
    run->on_shown = record_until_full;
    run->request.encoder = wanted.encoder;
    make(run, "test:640x480@150", data, &wanted);
    run_to_end(run);
    recording = sound_recording(run);
    g_assert_cmpint(recording->ledger.record.stored, ==, recording->frames);
    g_assert_cmpint(recording->ledger.record.lost, >=, 40 - recording->frames);
    g_assert_true(has_loss(run, "full"));
    leat_recording_free(recording);
    g_assert_cmpint(umount(run->place.folder), ==, 0);
}

static void test_record_rate(Run *run, gconstpointer data)
{
    LeatPreRoll wanted = pre_roll;
    LeatRecording *recording;
    Plan plan = {0};

    wanted.record_rate = (LeatRational){50, 1};
    run->on_shown = record_late;
    run->data = &plan;
    run->request.record_rate = wanted.record_rate;
    make(run, SOURCE, data, &wanted);
    run_to_end(run);
    recording = sound_recording(run);
    g_assert_cmpint(recording->ledger.record.skipped, >, 0);
    g_assert_cmpint(recording->ledger.captured, >, plan.asked_at);
    leat_recording_free(recording);
}

/* Records twice: the second one is `next`, asked for 20 frames after the first one's end. */
static void record_twice(Run *run, LeatFrame *frame)
{
    static int64_t ended_at;
    Plan *plan = run->data;
    int64_t seq = leat_frame_times(frame).seq;
    LeatRecorderState state = recorder(run);

    if (run->phase == BEFORE && seq >= 40) {
        run_record(run);
        run->phase = FIRST;
    } else if (run->phase == FIRST && state == LEAT_RECORDER_ON) {
        leat_pipeline_stop_recording(run->pipeline);
        run->phase = ENDING;
    } else if (run->phase == ENDING && state == LEAT_RECORDER_OFF) {
        ended_at = seq;
        run->phase = BETWEEN;
    } else if (run->phase == BETWEEN && seq >= ended_at + 40) {
        run->request = plan->next;
        run_record(run);
        plan->asked_at = seq;
        run->phase = SECOND;
    } else if (run->phase == SECOND && state == LEAT_RECORDER_ON) {
        leat_pipeline_stop(run->pipeline);
    }
}

static void run_twice(Run *run, gconstpointer data, Plan *plan, Content contents[2])
{
    run->on_shown = record_twice;
    run->data = plan;
    plan->next.path = run->place.path;
    make(run, SOURCE, data, &pre_roll);
    run_to_end(run);
    assert_sound(run->place.path);
    for (int i = 0; i < 2; i++) {
        LeatRecording *recording = find(run, i == 0 ? "1" : "2");

        contents[i] = content_of(run, i + 1, recording);
        leat_recording_free(recording);
    }
    g_assert_cmpint(contents[1].first, >, contents[0].last);
}

static void test_again(Run *run, gconstpointer data)
{
    Plan plan = {0};
    Content contents[2];

    run_twice(run, data, &plan, contents);
    g_assert_cmpint(contents[1].first, <, plan.asked_at);
}

static void test_other_encoder(Run *run, gconstpointer data)
{
    Plan plan = {.next.encoder.codec = LEAT_CODEC_FFV1};
    LeatRecording *recording;
    Content contents[2];

    run_twice(run, data, &plan, contents);
    g_assert_cmpint(contents[1].first, >=, plan.asked_at);
    recording = find(run, "2");
    g_assert_cmpstr(recording->stream.codec, ==, "ffv1");
    leat_recording_free(recording);
}

/* A change at frame 20; what came before does not go with what comes then. */
static void change_and_record(Run *run, LeatFrame *frame)
{
    GError *error = NULL;
    Plan *plan = run->data;

    if (plan->filter && leat_frame_times(frame).seq >= 20) {
        leat_pipeline_set_filter(run->pipeline, plan->filter, &error);
        g_assert_no_error(error);
        plan->filter = NULL;
    }
    record_late(run, frame);
}

static void test_filter(Run *run, gconstpointer data)
{
    Plan plan = {.filter = "scale=80:60"};
    LeatRecording *recording;

    run->on_shown = change_and_record;
    run->data = &plan;
    make(run, SOURCE, data, &pre_roll);
    run_to_end(run);
    recording = sound_recording(run);
    g_assert_cmpint(recording->stream.width, ==, 80);
    g_assert_cmpstr(recording->filter, ==, "scale=80:60");
    g_assert_cmpint(recording->ledger.captured, >, 20);
    leat_recording_free(recording);
}

static gboolean resume(gpointer data)
{
    Run *run = data;

    leat_pipeline_set_paused(run->pipeline, false);
    return G_SOURCE_REMOVE;
}

/* Held still for a moment in the time that is kept. */
static void pause_and_record(Run *run, LeatFrame *frame)
{
    Plan *plan = run->data;

    if (plan->held_at == 0 && leat_frame_times(frame).seq >= 25) {
        plan->held_at = leat_frame_times(frame).seq;
        leat_pipeline_set_paused(run->pipeline, true);
        g_timeout_add(100, resume, run);
    }
    record_late(run, frame);
}

static void test_pause(Run *run, gconstpointer data)
{
    LeatRecording *recording;
    Plan plan = {0};
    Content content;

    run->on_shown = pause_and_record;
    run->data = &plan;
    make(run, SOURCE, data, &pre_roll);
    run_to_end(run);
    recording = sound_recording(run);
    content = content_of(run, recording->id, recording);
    g_assert_cmpint(content.first, <=, plan.held_at);
    g_assert_true(has_loss(run, "stopped by hand"));
    leat_recording_free(recording);
}

/* It may be wanted or not, of any kind, at any time. */
static void change_often(Run *run, LeatFrame *frame)
{
    LeatPreRoll wanted = pre_roll;
    int64_t seq = leat_frame_times(frame).seq;
    LeatRecorderState state = recorder(run);

    wanted.encoder.codec = (LeatCodec)(run->presented % 4);
    leat_pipeline_set_pre_roll(run->pipeline, run->presented % 5 ? &wanted : NULL);
    run->request.encoder.codec = (LeatCodec)(run->phase % 4);
    if (state == LEAT_RECORDER_OFF && run->phase < 8) {
        run->phase++;
        run_record(run);
    } else if (state == LEAT_RECORDER_OFF) {
        leat_pipeline_stop(run->pipeline);
    } else if (seq % 3 == 0) {
        leat_pipeline_stop_recording(run->pipeline);
    }
}

static void test_often(Run *run, gconstpointer data)
{
    run->on_shown = change_often;
    make(run, SOURCE, data, &pre_roll);
    run_to_end(run);
    assert_sound(run->place.path);
}

/* Nothing of it is anybody's loss. */
static void stop_late(Run *run, LeatFrame *frame)
{
    if (leat_frame_times(frame).seq >= 40)
        leat_pipeline_stop(run->pipeline);
}

static void test_unused(Run *run, gconstpointer data)
{
    LeatPreRoll wanted = pre_roll;
    LeatLedger figures;

    wanted.ns = LEAT_NS_PER_S / 10;
    run->on_shown = stop_late;
    make(run, SOURCE, data, &wanted);
    figures = run_to_end(run);
    g_assert_cmpint(figures.record.offered, ==, 0);
    g_assert_cmpint(figures.record.lost, ==, 0);
    g_assert_false(g_file_test(run->place.path, G_FILE_TEST_EXISTS));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_RUNS("a-recording-begins-with-the-pre-roll-without-a-gap", test_begins_before);
    ADD_RUN("threads", "a-pre-roll-of-pictures-that-build-on-one-another-begins-with-a-key",
            test_groups);
    ADD_RUN("threads", "a-large-pre-roll-costs-no-live-frame-untold", test_large);
    ADD_RUN("threads", "a-full-disk-loses-the-rest-of-a-pre-roll-loudly", test_full);
    ADD_RUN("threads", "a-pre-roll-of-a-source-that-waits-loses-nothing", test_fast);
    ADD_RUN("threads", "what-the-record-rate-skips-in-a-pre-roll-is-counted", test_record_rate);
    ADD_RUNS("after-a-recording-the-pre-roll-is-kept-anew", test_again);
    ADD_RUNS("a-recording-of-another-kind-begins-at-once", test_other_encoder);
    ADD_RUNS("another-filter-begins-the-pre-roll-anew", test_filter);
    ADD_RUNS("a-pause-in-a-pre-roll-is-told-as-a-hole", test_pause);
    ADD_RUNS("a-pre-roll-may-change-at-any-time", test_often);
    ADD_RUNS("a-pre-roll-that-nobody-uses-counts-nowhere", test_unused);
    return g_test_run();
}
