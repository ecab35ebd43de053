/* SPDX-License-Identifier: MIT */
/* A store that is locked, full, or broken off, under a live session. */
#include "pipeline-support.h"

#include "base/error.h"

#include <errno.h>
#include <sys/mount.h>

/* Raw pictures of 115 kB, 300 a second: they fill queue and link within two seconds. */
#define BUSY_SOURCE "test:320x240@300"

static Shell *lock_library(Run *run)
{
    Shell *shell = shell_start(run->place.path);

    shell_say(shell, ".timeout 5000");
    shell_say(shell, "BEGIN IMMEDIATE;");
    return shell;
}

static void unlock_library(Shell *shell)
{
    shell_say(shell, "COMMIT;");
    shell_end(shell);
}

enum { BEFORE, LOCKED, OVERRUN, RELEASED };

/* Locked once commits happen, released once frames were lost for it and 30 more were shown, stopped
 * once commits happen again. */
static void lock_and_release(Run *run, LeatFrame *frame)
{
    static int64_t stored_before;
    static int shown_at_overrun;

    (void)frame;
    leat_pipeline_get_status(run->pipeline, &run->status);
    g_assert_cmpint(run->status.recorder, !=, LEAT_RECORDER_FAILED);
    switch (run->phase) {
    case BEFORE:
        if (run->status.recorder != LEAT_RECORDER_ON)
            break;
        run->data = lock_library(run);
        run->phase = LOCKED;
        break;
    case LOCKED:
        if (run_figures(run).record.lost == 0 || !run->status.progress.stalled)
            break;
        shown_at_overrun = run->presented;
        run->phase = OVERRUN;
        break;
    case OVERRUN:
        if (run->presented < shown_at_overrun + 30)
            break;
        stored_before = run->status.progress.stored;
        unlock_library(run->data);
        run->phase = RELEASED;
        break;
    default:
        if (run->status.progress.stored > stored_before && !run->status.progress.stalled)
            leat_pipeline_stop(run->pipeline);
    }
}

static void test_locked(Run *run, gconstpointer data)
{
    LeatLedger figures;
    LeatRecording *recording;
    LeatLinkFigures links[LEAT_PIPELINE_LINKS];

    run->on_shown = lock_and_release;
    run->request.encoder.codec = LEAT_CODEC_RAWVIDEO;
    run_make(run, BUSY_SOURCE,
             (LeatPipelineOptions){.concurrency = GPOINTER_TO_INT(data), .pace = LEAT_PACE_LIVE});
    leat_pipeline_links(run->pipeline, links);
    g_assert_cmpuint(links[1].max_items, >, 0);
    g_assert_cmpuint(links[1].max_bytes, >, 0);
    run_record(run);
    figures = run_to_end(run);
    g_assert_cmpint(run->phase, ==, RELEASED);
    g_assert_cmpint(run->status.recorder, ==, LEAT_RECORDER_OFF);
    g_assert_cmpint(figures.record.lost, >, 0);
    recording = sound_recording(run);
    g_assert_cmpint(recording->state, ==, LEAT_RECORDING_COMPLETE);
    g_assert_cmpint(recording->frames, ==, figures.record.stored);
    g_assert_true(has_loss(run, "link to the recorder is full"));
    leat_recording_free(recording);
}

/* Twenty pictures more after the recording failed. */
static void stop_after_failure(Run *run, LeatFrame *frame)
{
    LeatPipelineStatus status;

    (void)frame;
    leat_pipeline_get_status(run->pipeline, &status);
    if (status.recorder == LEAT_RECORDER_FAILED && ++run->phase == 20)
        leat_pipeline_stop(run->pipeline);
}

static void test_full(Run *run, gconstpointer data)
{
    LeatLedger figures;
    LeatRecording *recording;

    if (mount("tmpfs", run->place.folder, "tmpfs", 0, "size=8m") != 0) {
        g_test_skip("mounting a small disk needs root");
        return;
    }
    run->on_shown = stop_after_failure;
    run->request.encoder.codec = LEAT_CODEC_RAWVIDEO;
    run_make(run, BUSY_SOURCE,
             (LeatPipelineOptions){.concurrency = GPOINTER_TO_INT(data), .pace = LEAT_PACE_LIVE});
    run_record(run);
    figures = run_to_end(run);
    g_assert_cmpint(run->status.recorder, ==, LEAT_RECORDER_FAILED);
    g_assert_cmpint(run->status.recording_error, ==, LEAT_ERROR_NO_SPACE);
    g_assert_cmpstr(run->status.recording_reason, !=, "");
    g_assert_cmpint(run->phase, >=, 20);
    g_assert_cmpint(figures.record.stored, >, 0);
    g_assert_cmpint(figures.record.lost, >, 0);
    recording = sound_recording(run);
    g_assert_cmpint(recording->frames, ==, figures.record.stored);
    g_assert_cmpint(recording->ledger.record.lost, ==, figures.record.lost);
    g_assert_true(has_loss(run, "full"));
    leat_recording_free(recording);
    g_assert_cmpint(umount(run->place.folder), ==, 0);
}

static void abort_while_on(Run *run, LeatFrame *frame)
{
    LeatPipelineStatus status;

    (void)frame;
    leat_pipeline_get_status(run->pipeline, &status);
    if (status.recorder == LEAT_RECORDER_ON && ++run->phase == 20)
        leat_pipeline_abort(run->pipeline);
}

static void test_abort(Run *run, gconstpointer data)
{
    LeatLedger figures;
    LeatRecording *recording;

    run->on_shown = abort_while_on;
    run_make(run, "test:160x120@200",
             (LeatPipelineOptions){.concurrency = GPOINTER_TO_INT(data), .pace = LEAT_PACE_LIVE});
    run_record(run);
    figures = run_to_end(run);
    g_assert_cmpint(run->status.recorder, ==, LEAT_RECORDER_FAILED);
    g_assert_cmpint(run->status.recording_error, ==, LEAT_ERROR_CANCELLED);
    recording = sound_recording(run);
    g_assert_cmpint(recording->state, ==, LEAT_RECORDING_INTERRUPTED);
    g_assert_cmpint(recording->frames, ==, figures.record.stored);
    g_assert_cmpint(recording->frames, >, 0);
    leat_recording_free(recording);
}

/* Another name for the same file, so that the second recording can be told from the first. */
static void record_again_after_failure(Run *run, LeatFrame *frame)
{
    LeatPipelineStatus status;

    (void)frame;
    leat_pipeline_get_status(run->pipeline, &status);
    if (status.recorder == LEAT_RECORDER_FAILED && run->phase == 0) {
        g_assert_cmpint(status.recording_error, ==, LEAT_ERROR_EXISTS);
        run->request.name = "free";
        run_record(run);
        run->phase = 1;
    } else if (status.recorder == LEAT_RECORDER_ON && run->phase == 1) {
        leat_pipeline_stop(run->pipeline);
    } else if (run->presented == 1) {
        run_record(run);
    }
}

static void test_again_after_failure(Run *run, gconstpointer data)
{
    record(run->place.path, "taken", 3, 100);
    run->on_shown = record_again_after_failure;
    run->request.name = "taken";
    run_make(run, "test:64x48@100",
             (LeatPipelineOptions){.concurrency = GPOINTER_TO_INT(data), .pace = LEAT_PACE_LIVE});
    run_to_end(run);
    g_assert_cmpint(run->phase, ==, 1);
    g_assert_cmpint(run->status.recorder, ==, LEAT_RECORDER_OFF);
    g_assert_cmpstr(run->status.recording_name, ==, "free");
    assert_sound(run->place.path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_RUN("threads", "a-lock-of-another-program-costs-frames-but-not-the-recording", test_locked);
    ADD_RUNS("a-full-disk-ends-the-recording-and-not-the-picture", test_full);
    ADD_RUNS("an-abort-leaves-what-was-committed", test_abort);
    ADD_RUNS("another-recording-may-follow-one-that-failed", test_again_after_failure);
    return g_test_run();
}
