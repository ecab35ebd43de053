/* SPDX-License-Identifier: MIT */
/* A capture that is held still: nothing counts, nothing is lost, and it goes on where it was. What
 * a busy machine does not keep up with, before a pause or after it, is no part of that: it is lost
 * at a link that is full, and told. */
#include "pipeline-support.h"

#include "base/error.h"

#include <string.h>
#include <time.h>

/* Several frames would come in that time. */
#define PAUSE_MS 300

enum { BEFORE_PAUSE, PAUSING, PAUSED, AFTER_PAUSE };

typedef struct {
    int64_t captured, lost; /* at the pause */
    int64_t until;          /* the frame to end with, 0: the source's own end */
    clock_t cpu;
} Pause;

static void end_at(Run *run, int64_t seq)
{
    const Pause *pause = run->data;

    if (pause->until > 0 && seq >= pause->until)
        leat_pipeline_stop(run->pipeline);
}

static void pause_at_10(Run *run, LeatFrame *frame)
{
    int64_t seq = leat_frame_times(frame).seq;

    if (run->phase == BEFORE_PAUSE && seq >= 10) {
        run->phase = PAUSING;
        leat_pipeline_set_paused(run->pipeline, true);
    }
    if (run->phase == AFTER_PAUSE)
        end_at(run, seq);
}

static gboolean resume(gpointer data)
{
    Run *run = data;
    const Pause *pause = run->data;

    g_assert_cmpint(run_figures(run).captured, ==, pause->captured);
    g_assert_cmpint(run_figures(run).capture_lost, ==, pause->lost);
    /* It rests, also where the main loop takes the stages' steps. */
    g_assert_cmpint(clock() - pause->cpu, <, CLOCKS_PER_SEC / 10);
    run->phase = AFTER_PAUSE;
    leat_pipeline_set_paused(run->pipeline, false);
    return G_SOURCE_REMOVE;
}

static void resume_later(Run *run)
{
    Pause *pause = run->data;

    if (run->phase != PAUSING || !run->status.paused)
        return;
    run->phase = PAUSED;
    pause->captured = run_figures(run).captured;
    pause->lost = run_figures(run).capture_lost;
    pause->cpu = clock();
    g_timeout_add(PAUSE_MS, resume, run);
}

static LeatLedger run_with_pause(Run *run, const char *source, gconstpointer data, Pause *pause)
{
    run->on_shown = pause_at_10;
    run->on_changed = resume_later;
    run->data = pause;
    run_make(run, source, (LeatPipelineOptions){.concurrency = GPOINTER_TO_INT(data)});
    return run_to_end(run);
}

static void test_nothing_counts(Run *run, gconstpointer data)
{
    Pause pause = {.until = 30};
    LeatLedger figures = run_with_pause(run, "test:320x240@50", data, &pause);

    g_assert_cmpint(run->phase, ==, AFTER_PAUSE);
    g_assert_false(run->status.paused);
    g_assert_cmpint(figures.captured, >=, 30);
    g_assert_cmpint(figures.process.lost, ==, 0);
}

/* At its place, the last frame included. */
static void test_file_stays(Run *run, gconstpointer data)
{
    char *video = make_video(
        run, "v.mkv", "-f lavfi -i testsrc=size=160x120:rate=50:duration=1 -c:v mpeg4 -bf 2");
    Pause pause = {0};
    LeatLedger figures = run_with_pause(run, video, data, &pause);

    g_assert_cmpint(run->phase, ==, AFTER_PAUSE);
    g_assert_cmpint(figures.captured, ==, 50);
    g_assert_cmpint(run->status.source, ==, LEAT_SOURCE_STATE_ENDED);
    g_free(video);
}

/* Records with a pause at frame 10; `on_changed` says what comes of it. */
static void run_recording(Run *run, gconstpointer data, Pause *pause, void (*on_changed)(Run *run))
{
    run->on_shown = pause_at_10;
    run->on_changed = on_changed;
    run->data = pause;
    run_make(run, "test:320x240@50", (LeatPipelineOptions){.concurrency = GPOINTER_TO_INT(data)});
    run_record(run);
}

/* All that was captured is stored, or was lost at a full link. Nothing else is a reason to lose. */
static void assert_stored(Run *run, const LeatRecording *recording)
{
    int64_t busy = count_losses(run, "the link to");

    g_assert_cmpint(recording->ledger.record.stored, >, 0);
    g_assert_cmpint(recording->ledger.record.stored + busy, ==, recording->ledger.captured);
    g_assert_cmpint(count_losses(run, ""), ==, busy);
}

static void assert_hole(Run *run, int64_t first)
{
    LeatStore *store = open_store(run->place.path);
    GArray *losses = leat_store_losses(store, 1, NULL);
    unsigned holes = 0;

    for (guint i = 0; i < losses->len; i++) {
        const LeatLoss *loss = &g_array_index(losses, LeatLoss, i);

        if (loss->count > 0)
            continue;
        holes++;
        g_assert_cmpint(loss->first, ==, first);
        g_assert_cmpint(loss->duration_ns, >, (PAUSE_MS - 50) * LEAT_NS_PER_MS);
        g_assert_cmpstr(loss->reason, ==, "capture was stopped by hand");
    }
    g_assert_cmpuint(holes, ==, 1);
    g_array_unref(losses);
    leat_store_close(store);
}

static void test_recording_waits(Run *run, gconstpointer data)
{
    Pause pause = {.until = 30};
    LeatRecording *recording;

    run_recording(run, data, &pause, resume_later);
    run_to_end(run);
    g_assert_cmpint(run->phase, ==, AFTER_PAUSE);

    recording = sound_recording(run);
    g_assert_cmpint(recording->state, ==, LEAT_RECORDING_COMPLETE);
    assert_stored(run, recording);
    leat_recording_free(recording);
    assert_hole(run, pause.captured);
}

static void stop_when_paused(Run *run)
{
    if (run->phase == PAUSING && run->status.paused)
        leat_pipeline_stop(run->pipeline);
}

static void test_stop(Run *run, gconstpointer data)
{
    LeatRecording *recording;
    Pause pause = {0};

    run_recording(run, data, &pause, stop_when_paused);
    g_assert_cmpint(run_to_end(run).captured, >=, 10);
    g_assert_cmpint(run->status.source, ==, LEAT_SOURCE_STATE_ENDED);
    recording = sound_recording(run);
    g_assert_cmpint(recording->state, ==, LEAT_RECORDING_COMPLETE);
    leat_recording_free(recording);
}

/* A recording can be ended while nothing comes. */
static void stop_recording_when_paused(Run *run)
{
    if (run->phase == PAUSING && run->status.paused) {
        run->phase = PAUSED;
        leat_pipeline_stop_recording(run->pipeline);
    } else if (run->phase == PAUSED && run->status.recorder == LEAT_RECORDER_OFF) {
        g_assert_true(run->status.paused);
        run->phase = AFTER_PAUSE;
        leat_pipeline_stop(run->pipeline);
    }
}

static void test_stop_recording(Run *run, gconstpointer data)
{
    LeatRecording *recording;
    Pause pause = {0};

    run_recording(run, data, &pause, stop_recording_when_paused);
    run_to_end(run);
    g_assert_cmpint(run->phase, ==, AFTER_PAUSE);
    recording = sound_recording(run);
    g_assert_cmpint(recording->state, ==, LEAT_RECORDING_COMPLETE);
    assert_stored(run, recording);
    leat_recording_free(recording);
}

/* Asked for before it starts, the source is opened, and waits. */
static void resume_opened(Run *run)
{
    Pause *pause = run->data;

    if (!run->status.paused || run->phase != BEFORE_PAUSE)
        return;
    g_assert_cmpint(run->status.source, ==, LEAT_SOURCE_STATE_LIVE);
    g_assert_cmpint(run_figures(run).captured, ==, 0);
    run->phase = AFTER_PAUSE;
    pause->until = 5;
    leat_pipeline_set_paused(run->pipeline, false);
}

static void test_from_the_start(Run *run, gconstpointer data)
{
    Pause pause = {0};

    run->on_shown = pause_at_10;
    run->on_changed = resume_opened;
    run->data = &pause;
    run_make(run, "test:320x240@50", (LeatPipelineOptions){.concurrency = GPOINTER_TO_INT(data)});
    leat_pipeline_set_paused(run->pipeline, true);
    g_assert_cmpint(run_to_end(run).captured, >=, 5);
    g_assert_cmpint(run->phase, ==, AFTER_PAUSE);
}

/* With each frame that is shown; what it did last is taken back. */
static void toggle(Run *run, LeatFrame *frame)
{
    leat_pipeline_set_paused(run->pipeline, true);
    leat_pipeline_set_paused(run->pipeline, false);
    end_at(run, leat_frame_times(frame).seq);
}

static void test_often(Run *run, gconstpointer data)
{
    Pause pause = {.until = 60};
    LeatRecording *recording;

    run->on_shown = toggle;
    run->data = &pause;
    run_make(run, "test:160x120@100", (LeatPipelineOptions){.concurrency = GPOINTER_TO_INT(data)});
    run_record(run);
    g_assert_cmpint(run_to_end(run).captured, >=, 60);
    recording = sound_recording(run);
    leat_recording_free(recording);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_RUNS("a-pause-counts-nothing-and-loses-nothing", test_nothing_counts);
    ADD_RUNS("a-pause-leaves-a-file-at-its-place", test_file_stays);
    ADD_RUNS("a-pause-makes-a-recording-wait-and-is-told-as-a-hole", test_recording_waits);
    ADD_RUNS("a-pause-can-be-ended-by-a-stop", test_stop);
    ADD_RUNS("a-recording-can-be-ended-in-a-pause", test_stop_recording);
    ADD_RUNS("a-pause-may-come-before-the-start", test_from_the_start);
    ADD_RUNS("pauses-may-come-often", test_often);
    return g_test_run();
}
