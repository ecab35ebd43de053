/* SPDX-License-Identifier: MIT */
/* Each allocation, thread and event descriptor that a session asks for is refused in turn. */
#include "pipeline-support.h"

#include "base/error.h"
#include "base/log.h"
#include "faults.h"

static void on_changed(void *data)
{
    Run *run = data;

    leat_pipeline_get_status(run->pipeline, &run->status);
    if (run->status.finished)
        g_main_loop_quit(run->loop);
}

/* The pipeline, or NULL with an error. */
static LeatPipeline *make(Run *run, LeatConcurrency concurrency, GError **error)
{
    static const LeatSourceSpec source = {
        .kind = LEAT_SOURCE_TEST, .shown = (char *)"test", .width = 64, .height = 48};

    return leat_pipeline_new(
        &(LeatPipelineOptions){
            .spec = &source,
            .concurrency = concurrency,
            .pace = LEAT_PACE_FAST,
            .filter = "hflip",
            .max_frames = 2,
            .changed = on_changed,
            .data = run,
        },
        error);
}

static void assert_told(bool done, const GError *error)
{
    if (done)
        g_assert_no_error(error);
    else
        g_assert_nonnull(error);
}

/* One session; false when it did not come to its start. */
static bool run_once(Run *run, LeatConcurrency concurrency, GError **error)
{
    LeatLedger figures;
    char *imbalance;
    bool started = false;

    run->pipeline = make(run, concurrency, error);
    if (run->pipeline && leat_pipeline_start_recording(run->pipeline, &run->request, error))
        started = leat_pipeline_start(run->pipeline, error);
    if (started)
        g_main_loop_run(run->loop);
    if (run->pipeline) {
        figures = run_figures(run);
        imbalance = leat_ledger_imbalance(&figures);
        g_assert_cmpstr(imbalance, ==, NULL);
    }
    leat_pipeline_free(run->pipeline);
    run->pipeline = NULL;
    return started;
}

/* Each recording has a file of its own, as a file that fails at its making is none. */
static void test_each_fault(Run *run, gconstpointer data)
{
    bool failed = true;
    int failures = 0;

    leat_log_set_threshold(LEAT_LOG_ERROR);
    run->loop = g_main_loop_new(NULL, FALSE);
    run->request.encoder.codec = LEAT_CODEC_RAWVIDEO;
    for (int n = 1; failed; n++) {
        GError *error = NULL;
        bool started;

        leat_faults_arm(n);
        started = run_once(run, GPOINTER_TO_INT(data), &error);
        failed = leat_faults_disarm();
        assert_told(started, error);
        failures += !started;
        g_clear_error(&error);
        if (g_file_test(run->place.path, G_FILE_TEST_EXISTS))
            assert_sound(run->place.path);
    }
    g_test_message("%d refusals before the start", failures);
    g_assert_cmpint(failures, >, 20);
    g_main_loop_unref(run->loop);
    assert_sound(run->place.path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_RUNS("whatever-is-refused-is-told-and-the-sums-agree", test_each_fault);
    return g_test_run();
}
