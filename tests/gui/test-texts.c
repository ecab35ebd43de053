/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "gui/cpu-test-runs.h"
#include "gui/failure.h"
#include "gui/live-text.h"
#include "gui/playback-text.h"
#include "gui/recording-text.h"
#include "base/error.h"

#define NOW_NS (1000 * LEAT_NS_PER_S)

static LeatPipelineStatus recording(int64_t since_commit_ns)
{
    return (LeatPipelineStatus){
        .recorder = LEAT_RECORDER_ON,
        .recording_id = 1,
        .recording_name = "take",
        .progress = {.stored = 150, .bytes = 3100000, .last_commit_ns = NOW_NS - since_commit_ns},
    };
}

static void light_is_on_while_commits_happen(void)
{
    LeatPipelineStatus status = recording(LEAT_NS_PER_S / 4);

    g_assert_cmpint(leat_recording_light(&status, 0, NOW_NS), ==, LEAT_LIGHT_ON);
}

static void light_goes_out_when_commits_stop(void)
{
    LeatPipelineStatus status = recording(3 * LEAT_NS_PER_S);

    g_assert_cmpint(leat_recording_light(&status, 0, NOW_NS), ==, LEAT_LIGHT_WAITING);
    status.progress.stalled = true;
    g_assert_cmpint(leat_recording_light(&status, 0, NOW_NS), ==, LEAT_LIGHT_STALLED);
}

static void light_knows_a_slow_rate_from_a_stop(void)
{
    LeatPipelineStatus status = recording(15 * LEAT_NS_PER_S);

    g_assert_cmpint(leat_recording_light(&status, 10 * LEAT_NS_PER_S, NOW_NS), ==, LEAT_LIGHT_ON);
}

static void light_knows_that_the_camera_is_stopped(void)
{
    LeatPipelineStatus status = recording(15 * LEAT_NS_PER_S);

    status.paused = true;
    g_assert_cmpint(leat_recording_light(&status, 0, NOW_NS), ==, LEAT_LIGHT_PAUSED);
    /* Until the first commit after it. */
    status.paused = false;
    status.resumed_ns = NOW_NS - LEAT_NS_PER_S / 4;
    g_assert_cmpint(leat_recording_light(&status, 0, NOW_NS), ==, LEAT_LIGHT_ON);
}

static void light_follows_the_recorder(void)
{
    static const struct {
        LeatRecorderState state;
        LeatRecordingLight light;
    } cases[] = {
        {LEAT_RECORDER_OFF, LEAT_LIGHT_OFF},
        {LEAT_RECORDER_STARTING, LEAT_LIGHT_STARTING},
        {LEAT_RECORDER_STOPPING, LEAT_LIGHT_STOPPING},
        {LEAT_RECORDER_FAILED, LEAT_LIGHT_FAILED},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        LeatPipelineStatus status = {.recorder = cases[i].state};

        g_assert_cmpint(leat_recording_light(&status, 0, NOW_NS), ==, cases[i].light);
    }
}

static void check(char *text, const char *expected)
{
    g_assert_cmpstr(text, ==, expected);
    g_free(text);
}

static void recording_is_told_with_its_counts(void)
{
    LeatFigures figures;

    leat_figures_reset(&figures);
    check(leat_recording_title(&figures), "Not recording");
    check(leat_recording_subtitle(&figures), "");
    g_assert_null(leat_recording_badge(&figures));
    figures.status = recording(0);
    figures.light = LEAT_LIGHT_ON;
    figures.recorded_ns = 65 * LEAT_NS_PER_S;
    figures.recording_lost = 2;
    check(leat_recording_title(&figures), "Recording “take”");
    check(leat_recording_subtitle(&figures), "150 stored, 2 lost, 3.1 MB");
    check(leat_recording_badge(&figures), "REC 1:05");
    figures.full_in_ns = 3600 * LEAT_NS_PER_S;
    check(leat_recording_subtitle(&figures),
          "150 stored, 2 lost, 3.1 MB\nThe disk is full in 60 minutes");
    figures.full_in_ns = (33 * 3600 + 45 * 60 + 15) * LEAT_NS_PER_S;
    check(leat_recording_subtitle(&figures),
          "150 stored, 2 lost, 3.1 MB\nThe disk is full in 33 hours");
    figures.full_in_ns = 75 * LEAT_NS_PER_S;
    check(leat_recording_subtitle(&figures),
          "150 stored, 2 lost, 3.1 MB\nThe disk is full in 1:15");
    figures.light = LEAT_LIGHT_OFF;
    check(leat_recording_subtitle(&figures), "Last: “take”, 150 stored, 2 lost, 3.1 MB");
}

static void recording_that_failed_tells_why(void)
{
    LeatFigures figures;

    leat_figures_reset(&figures);
    figures.light = LEAT_LIGHT_FAILED;
    g_strlcpy(figures.status.recording_reason, "the disk is full",
              sizeof figures.status.recording_reason);
    check(leat_recording_title(&figures), "Recording failed");
    check(leat_recording_subtitle(&figures), "the disk is full");
}

static void source_that_is_away_tells_when_and_why(void)
{
    LeatFigures figures;

    leat_figures_reset(&figures);
    figures.phase = LEAT_PHASE_RUNNING;
    figures.status.source = LEAT_SOURCE_STATE_AWAY;
    g_strlcpy(figures.status.source_reason, "unplugged", sizeof figures.status.source_reason);
    figures.status.retry_at_ns = leat_clock_now_ns() + 100 * LEAT_NS_PER_S;
    check(leat_live_state(&figures), "Reconnecting in 100 s: unplugged");
    figures.status.retry_at_ns = leat_clock_now_ns();
    check(leat_live_state(&figures), "Reconnecting: unplugged");
}

static void source_that_ended_tells_who_ended_it(void)
{
    LeatFigures figures;

    leat_figures_reset(&figures);
    figures.status.source = LEAT_SOURCE_STATE_ENDED;
    check(leat_live_state(&figures), "Ended");
    figures.held = true;
    check(leat_live_state(&figures), "Stopped");
    figures.phase = LEAT_PHASE_RUNNING;
    figures.status.source = LEAT_SOURCE_STATE_LIVE;
    check(leat_live_state(&figures), "Stopped");
}

static void failure_headline_names_the_kind_of_cause(void)
{
    check(leat_failure_headline(LEAT_ERROR_EXISTS, "Recording did not start"),
          "Recording did not start: the name is taken");
    check(leat_failure_headline(LEAT_ERROR_FAILED, "Recording did not start"),
          "Recording did not start");
}

static void add_run(LeatCpuTestRuns *runs, LeatCpuTestWork work, unsigned workers, double wall_s)
{
    LeatCpuTestRun run = {.executor = LEAT_EXECUTOR_THREADS, .workers = workers, .wall_s = wall_s};

    leat_cpu_test_runs_add(runs, work, &run);
}

static void a_run_of_the_cpu_test_is_told_in_a_line(void)
{
    LeatCpuTestRun run = {.workers = 2, .wall_s = 4.926};

    check(leat_cpu_test_runs_line(&run), "Time taken using 2 CPU core(s): 4.93 seconds");
}

static void runs_are_compared_with_the_one_on_one_core(void)
{
    LeatCpuTestRuns *runs = leat_cpu_test_runs_new();
    LeatCpuTestRun *found;
    unsigned count;

    add_run(runs, LEAT_CPU_TEST_USUAL, 4, 3);
    add_run(runs, LEAT_CPU_TEST_USUAL, 2, 5);
    found = leat_cpu_test_runs_compare(runs, LEAT_CPU_TEST_USUAL, LEAT_EXECUTOR_THREADS, &count);
    g_assert_cmpuint(count, ==, 0);
    g_free(found);
    add_run(runs, LEAT_CPU_TEST_SHORT, 1, 1);
    add_run(runs, LEAT_CPU_TEST_USUAL, 1, 99);
    add_run(runs, LEAT_CPU_TEST_USUAL, 1, 10); /* again */
    found = leat_cpu_test_runs_compare(runs, LEAT_CPU_TEST_USUAL, LEAT_EXECUTOR_THREADS, &count);
    g_assert_cmpuint(count, ==, 3);
    g_assert_cmpuint(found[1].workers, ==, 2);
    g_assert_cmpfloat(found[0].speedup, ==, 1);
    g_assert_cmpfloat(found[1].speedup, ==, 2);
    g_free(found);
    found = leat_cpu_test_runs_compare(runs, LEAT_CPU_TEST_USUAL, LEAT_EXECUTOR_PROCESSES, &count);
    g_assert_cmpuint(count, ==, 0);
    g_free(found);
    leat_cpu_test_runs_free(runs);
}

/* The same work for whatever number of cores. */
static void each_run_of_the_cpu_test_does_the_same(void)
{
    LeatCpuTestSeries one =
        leat_cpu_test_runs_request(LEAT_CPU_TEST_USUAL, LEAT_EXECUTOR_THREADS, 1);
    LeatCpuTestSeries two =
        leat_cpu_test_runs_request(LEAT_CPU_TEST_USUAL, LEAT_EXECUTOR_PROCESSES, 2);

    g_assert_cmpuint(one.units, ==, two.units);
    g_assert_cmpuint(one.test.rounds, ==, two.test.rounds);
    g_assert_cmpuint(one.run_count, ==, 1);
    g_assert_cmpuint(two.workers[0], ==, 2);
}

static void a_time_is_read_as_it_is_shown(void)
{
    static const struct {
        const char *text;
        int64_t ms; /* -1 for none */
    } cases[] = {
        {"0:12.345", 12345},
        {"1:02:03.000", 3723000},
        {"75:30", 4530000},
        {"90", 90000},
        {"1.5m", 90000},
        {"1:60", -1},
        {"1:60:00", -1},
        {"1:5m", -1},
        {"-1:30", -1},
        {":30", -1},
        {"1:", -1},
        {"1:2:3:4", -1},
        {"", -1},
        {"9999999999:00", -1},
        {"1:1e1", -1},
    };
    int64_t ns;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        bool read = leat_playback_parse_time(cases[i].text, &ns);

        g_test_message("%s", cases[i].text);
        g_assert_cmpint(read, ==, cases[i].ms >= 0);
        if (read)
            g_assert_cmpint(ns, ==, cases[i].ms * LEAT_NS_PER_MS);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/texts/light-is-on-while-commits-happen", light_is_on_while_commits_happen);
    g_test_add_func("/texts/light-goes-out-when-commits-stop", light_goes_out_when_commits_stop);
    g_test_add_func("/texts/light-knows-a-slow-rate-from-a-stop",
                    light_knows_a_slow_rate_from_a_stop);
    g_test_add_func("/texts/light-knows-that-the-camera-is-stopped",
                    light_knows_that_the_camera_is_stopped);
    g_test_add_func("/texts/light-follows-the-recorder", light_follows_the_recorder);
    g_test_add_func("/texts/recording-is-told-with-its-counts", recording_is_told_with_its_counts);
    g_test_add_func("/texts/recording-that-failed-tells-why", recording_that_failed_tells_why);
    g_test_add_func("/texts/source-that-is-away-tells-when-and-why",
                    source_that_is_away_tells_when_and_why);
    g_test_add_func("/texts/source-that-ended-tells-who-ended-it",
                    source_that_ended_tells_who_ended_it);
    g_test_add_func("/texts/failure-headline-names-the-kind-of-cause",
                    failure_headline_names_the_kind_of_cause);
    g_test_add_func("/texts/a-run-of-the-cpu-test-is-told-in-a-line",
                    a_run_of_the_cpu_test_is_told_in_a_line);
    g_test_add_func("/texts/runs-are-compared-with-the-one-on-one-core",
                    runs_are_compared_with_the_one_on_one_core);
    g_test_add_func("/texts/each-run-of-the-cpu-test-does-the-same",
                    each_run_of_the_cpu_test_does_the_same);
    g_test_add_func("/texts/a-time-is-read-as-it-is-shown", a_time_is_read_as_it_is_shown);
    return g_test_run();
}
