/* SPDX-License-Identifier: MIT */
/* leat run */
#include "app/session.h"
#include "base/error.h"
#include "base/log.h"
#include "cli/run-report.h"
#include "cli/run-stats.h"
#include "cli/run-watch.h"
#include "cli/signals.h"
#include "cli/verb.h"
#include "concurrency/thread.h"
#include "concurrency/waker.h"

#include <stdatomic.h>
#include <string.h>

typedef struct {
    LeatSessionOptions options;
    gboolean json, progress;
    int64_t stats_ns; /* between two tables; 0 for none */

    GMainLoop *loop;
    LeatSession *session;
    LeatRunWatch *watch;
    LeatRunStats *stats;
    LeatCancel *stop;

    /* From the signals' thread. */
    atomic_bool abort_asked;
    LeatWaker *abort_waker;
} Run;

/* GLib tells an option as it was written, "--source" or "-s". */
static const char *long_name(const char *option)
{
    static const struct {
        const char *option, *name;
    } letters[] = {
        {"-s", "source"}, {"-f", "filter"},  {"-r", "record"},   {"-n", "name"},
        {"-c", "codec"},  {"-q", "quality"}, {"-t", "duration"}, {"-m", "model"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(letters); i++)
        if (g_str_equal(letters[i].option, option))
            return letters[i].name;
    return option + strspn(option, "-");
}

static gboolean set_option(const char *option, const char *text, gpointer data, GError **error)
{
    Run *run = data;

    return leat_session_options_set(&run->options, long_name(option), text, error);
}

static gboolean set_stats(const char *option, const char *text, gpointer data, GError **error)
{
    Run *run = data;

    if (leat_parse_duration(text, &run->stats_ns, error) && run->stats_ns < LEAT_RUN_STATS_MIN_NS)
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID, "'%s' is too often; take 100ms or more",
                    text);
    if (run->stats_ns >= LEAT_RUN_STATS_MIN_NS)
        return TRUE;
    g_prefix_error(error, "%s: ", option);
    return FALSE;
}

static void on_signal(int count, void *data)
{
    Run *run = data;

    leat_cancel_trigger(run->stop);
    if (count > 1) {
        atomic_store(&run->abort_asked, true);
        leat_waker_wake(run->abort_waker);
    }
}

static void on_abort(void *data)
{
    Run *run = data;

    if (run->session)
        leat_pipeline_abort(leat_session_pipeline(run->session));
}

static void on_changed(void *data)
{
    Run *run = data;
    LeatPipelineStatus status;

    if (run->watch)
        leat_run_watch_changed(run->watch);
    leat_pipeline_get_status(leat_session_pipeline(run->session), &status);
    if (status.finished)
        g_main_loop_quit(run->loop);
}

/* What has gone wrong was told as it happened; an account that does not balance shows only now. */
static int judge(Run *run, const LeatSessionReport *report)
{
    char *imbalance = leat_ledger_imbalance(&report->ledger);
    bool failed = report->status.source == LEAT_SOURCE_STATE_FAILED ||
                  report->status.recorder == LEAT_RECORDER_FAILED;

    if (imbalance) {
        leat_log(LEAT_LOG_ERROR, "the ledger does not balance: %s", imbalance);
        failed = true;
    }
    g_free(imbalance);
    if (atomic_load(&run->abort_asked)) {
        leat_log(LEAT_LOG_ERROR, "broken off by a second signal; see 'lost' in the ledger");
        failed = true;
    }
    return failed ? LEAT_CLI_FAILED : LEAT_CLI_DONE;
}

static int run_to_end(Run *run)
{
    GError *error = NULL;
    LeatSessionReport report;
    int status;

    if (!leat_session_start(run->session, &error))
        return leat_verb_fail(error);
    run->watch = leat_run_watch_new(run->session, run->options.frames, run->options.duration_ns,
                                    run->progress);
    if (run->stats_ns)
        run->stats = leat_run_stats_new(run->session, run->stats_ns);
    g_main_loop_run(run->loop);
    leat_run_stats_free(run->stats);
    leat_run_watch_free(run->watch);
    run->watch = NULL;

    leat_session_report(run->session, &report);
    if (run->json)
        leat_run_report_json(&report);
    else if (report.status.source != LEAT_SOURCE_STATE_FAILED || report.ledger.captured > 0)
        leat_run_report_print(&report);
    status = judge(run, &report);
    leat_session_report_clear(&report);
    return status;
}

static int run_session(Run *run)
{
    const LeatSessionCallbacks callbacks = {.changed = on_changed, .data = run, .stop = run->stop};
    GError *error = NULL;

    run->session = leat_session_new(&run->options, &callbacks, &error);
    return run->session ? run_to_end(run) : leat_verb_fail(error);
}

/* Frees the session; its trace may turn out not to be whole. */
static int close_session(Run *run, int status)
{
    GError *error = NULL;

    if (leat_session_close(run->session, &error))
        return status;
    leat_verb_fail(error);
    return LEAT_CLI_FAILED;
}

/* Signals first, before any thread is there; they end last. */
static int run_with_signals(Run *run)
{
    LeatSignals *signals = NULL;
    GError *error = NULL;
    int status;

    leat_thread_adopt("main", LEAT_THREAD_LIVE);
    run->loop = g_main_loop_new(NULL, FALSE);
    run->stop = leat_cancel_new(NULL, &error);
    if (run->stop)
        run->abort_waker = leat_waker_new(NULL, G_PRIORITY_HIGH, on_abort, run, &error);
    if (run->abort_waker)
        signals = leat_signals_watch(on_signal, run, &error);
    status = signals ? run_session(run) : leat_verb_fail(error);
    leat_signals_free(signals);
    leat_waker_free(run->abort_waker);
    status = close_session(run, status);
    if (run->stop)
        leat_cancel_unref(run->stop);
    g_main_loop_unref(run->loop);
    return status;
}

/* Options of recording without a recording are a slip that would cost somebody their frames. */
static bool check_options(const Run *run, int *status)
{
    const LeatSessionOptions *options = &run->options;
    const char *lonely = NULL;

    if (options->record)
        return true;
    if (options->name)
        lonely = "name";
    else if (leat_rational_is_set(options->record_rate))
        lonely = "record-rate";
    if (lonely)
        *status = leat_verb_misused("run", "--%s needs --record FILE", lonely);
    return !lonely;
}

#define SESSION_OPTION(name, letter, help, argument)                                             \
    {                                                                                            \
        name, letter, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, (gpointer)set_option, help, \
            argument                                                                             \
    }

static int run_verb(const LeatVerb *verb, int argc, char **argv)
{
    Run run = {.json = FALSE};
    const GOptionEntry entries[] = {
        SESSION_OPTION("source", 's', "Camera, file, address or pattern (default: test)", "SPEC"),
        SESSION_OPTION("size", 0, "Picture size in pixels, such as 640x480", "WxH"),
        SESSION_OPTION("rate", 0, "Frames a second, such as 30 or 30000/1001", "FPS"),
        SESSION_OPTION("pixel-format", 0, "Ask a camera for YUYV, NV12, MJPG, H264, …", "FORMAT"),
        SESSION_OPTION("filter", 'f', "Process by a libavfilter graph or a preset (below)",
                       "GRAPH"),
        SESSION_OPTION("record", 'r', "Record into this library file, made if need be", "FILE"),
        SESSION_OPTION("name", 'n', "The recording's name (default: recording-1, -2, …)", "NAME"),
        SESSION_OPTION("record-rate", 0, "Keep so many frames a second, by their times", "FPS"),
        SESSION_OPTION("codec", 'c', "mjpeg (default), ffv1 (lossless), h264 or rawvideo", "CODEC"),
        SESSION_OPTION("quality", 'q', "1 (smallest) to 100 (best), for mjpeg and h264", "Q"),
        SESSION_OPTION("duration", 't', "End after this time, such as 500ms, 10s, 2m or 1h", "T"),
        SESSION_OPTION("frames", 0, "End after so many captured frames", "N"),
        SESSION_OPTION("concurrency", 0, "threads (default), or none: all in one loop", "MODE"),
        SESSION_OPTION("pace", 0, "live or fast (default: fast for files, else live)", "PACE"),
        SESSION_OPTION("model", 'm', "Ask this model, or exec:COMMAND, what each frame shows",
                       "NAME"),
        SESSION_OPTION("model-file", 0, "The file that it is in (default: that of --record)",
                       "FILE"),
        SESSION_OPTION("trace", 0, "Write a trace for https://ui.perfetto.dev", "OUT.json"),
        {"stats", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, (gpointer)set_stats,
         "Print threads and links each time this long has passed, such as 1s", "T"},
        {"progress", 0, 0, G_OPTION_ARG_NONE, &run.progress,
         "Show figures even where stderr is no terminal", NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &run.json, "Print the ledger as a JSON object", NULL},
        {NULL},
    };
    int status;

    leat_session_options_init(&run.options);
    if (leat_verb_parse(verb, entries, &run, &argc, &argv, &status) && check_options(&run, &status))
        status = run_with_signals(&run);
    leat_session_options_clear(&run.options);
    return status;
}

const LeatVerb leat_verb_run = {
    .name = "run",
    .arguments = "",
    .summary = "Captures, processes and records without a window, and prints the ledger.",
    .details =
        "SPEC is 'test', 'test:WxH@FPS', a device (/dev/video0), a file, an rtsp://, http:// or\n"
        "https:// address, 'screen', 'screen:DISPLAY' or 'lavfi:GRAPH'.\n"
        "GRAPH is libavfilter's own syntax ('scale=640:-2,hue=s=0') or one of the presets none,\n"
        "grey, negative, edges, flip and blur.\n"
        "At pace live, frames that cannot be kept up with are lost, and each is told; at pace fast\n"
        "the source waits, and none is.\n"
        "\n"
        "Ctrl+C ends it cleanly, with all that was captured stored; a second one breaks it off.\n"
        "The exit status is 1 when the source or the recording failed; losses alone are no failure.\n"
        "\n"
        "Examples:\n"
        "  leat run --source /dev/video0 --size 1280x720 --record bench.leat --name mouse-7\n"
        "  leat run --source film.mp4 --filter grey --record bench.leat --codec ffv1\n"
        "  leat run --source rtsp://camera.local/stream --record door.leat --record-rate 5\n",
    .run = run_verb,
};
