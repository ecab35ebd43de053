/* SPDX-License-Identifier: MIT */
#include "app/session.h"

#include "app/external-model.h"
#include "app/live-predictor.h"
#include "base/clock.h"
#include "base/error.h"
#include "concurrency/thread.h"

#include <sys/resource.h>

struct LeatSession {
    LeatSessionCallbacks callbacks;
    LeatSourceSpec *source;
    LeatTrace *trace;
    LeatPipeline *pipeline;
    LeatHeartbeat *heartbeat;
    int64_t started_ns, ended_ns; /* 0 until then */
};

static void on_changed(void *data)
{
    LeatSession *session = data;
    LeatPipelineStatus status;
    leat_pipeline_get_status(session->pipeline, &status);
    if (status.finished && !session->ended_ns)
        session->ended_ns = leat_clock_now_ns();
    if (session->callbacks.changed)
        session->callbacks.changed(session->callbacks.data);
}

static void on_present(LeatFrame *frame, void *data)
{
    LeatSession *session = data;
    if (session->callbacks.present)
        session->callbacks.present(frame, session->callbacks.data);
}

static LeatPace pace_for(const LeatSessionOptions *options, LeatSourceKind kind)
{
    if (options->pace_set)
        return options->pace;
    return kind == LEAT_SOURCE_FILE ? LEAT_PACE_FAST : LEAT_PACE_LIVE;
}

/* All zeros where no model is asked for. */
static bool find_predictor(const LeatSessionOptions *options, LeatPredictor *predictor,
                           GError **error)
{
    const char *path = options->model_file ? options->model_file : options->record;
    *predictor = (LeatPredictor){0};
    if (!options->model && !options->model_file)
        return true;
    if (!options->model) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "--model-file: name the model in it with --model");
        return false;
    }
    if (path || leat_external_model_is_one(options->model))
        return leat_live_predictor_open(path, options->model, predictor, error);
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                "--model: name the library that model '%s' is in with --model-file, or record into "
                "it with --record",
                options->model);
    return false;
}

static LeatPipeline *make_pipeline(LeatSession *session, const LeatSessionOptions *options,
                                   GError **error)
{
    LeatPredictor predictor;
    if (!find_predictor(options, &predictor, error))
        return NULL;
    return leat_pipeline_new(
        &(LeatPipelineOptions){
            .spec = session->source,
            .width = options->width,
            .height = options->height,
            .rate = options->rate,
            .pixel_format = options->pixel_format,
            .filter = options->filter,
            .concurrency = options->concurrency,
            .pace = pace_for(options, session->source->kind),
            .max_frames = options->frames,
            .max_duration_ns = options->duration_ns,
            .predictor = predictor,
            .trace = session->trace ? session->trace : options->recent_trace,
            .stop = session->callbacks.stop,
            .changed = on_changed,
            .present = on_present,
            .data = session,
        },
        error);
}

static bool ask_for_recording(LeatSession *session, const LeatSessionOptions *options,
                              GError **error)
{
    LeatRecordingRequest request = {
        .path = options->record,
        .name = options->name,
        .record_rate = options->record_rate,
        .encoder =
            {
                .codec = options->codec,
                .quality = options->quality,
                .rate = leat_rational_is_set(options->record_rate) ? options->record_rate
                                                                   : options->rate,
            },
    };
    return leat_pipeline_start_recording(session->pipeline, &request, error);
}

static bool set_up(LeatSession *session, const LeatSessionOptions *options, GError **error)
{
    session->source = options->source ? leat_source_spec_copy(options->source)
                                      : leat_source_spec_parse("test", error);
    if (!session->source)
        return false;
    if (options->trace && !(session->trace = leat_trace_open(options->trace, error)))
        return false;
    if (!(session->pipeline = make_pipeline(session, options, error)))
        return false;
    return !options->record || ask_for_recording(session, options, error);
}

LeatSession *leat_session_new(const LeatSessionOptions *options,
                              const LeatSessionCallbacks *callbacks, GError **error)
{
    LeatSession *session = g_new0(LeatSession, 1);
    session->callbacks = *callbacks;
    if (!set_up(session, options, error)) {
        leat_session_close(session, NULL);
        return NULL;
    }
    return session;
}

bool leat_session_start(LeatSession *session, GError **error)
{
    session->heartbeat = leat_heartbeat_new(NULL, error);
    if (!session->heartbeat)
        return false;
    session->started_ns = leat_clock_now_ns();
    return leat_pipeline_start(session->pipeline, error);
}

LeatPipeline *leat_session_pipeline(LeatSession *session)
{
    return session->pipeline;
}

LeatHeartbeat *leat_session_heartbeat(LeatSession *session)
{
    return session->heartbeat;
}

static double peak_rss_mb(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss * 1024 / 1e6;
}

void leat_session_report(LeatSession *session, LeatSessionReport *report)
{
    LeatSessionLedger *ledger = leat_pipeline_ledger(session->pipeline);
    int64_t end_ns = session->ended_ns ? session->ended_ns : leat_clock_now_ns();
    *report = (LeatSessionReport){
        .source = g_strdup(session->source->shown),
        .wall_s = session->started_ns ? (double)(end_ns - session->started_ns) / LEAT_NS_PER_S : 0,
        .latency_ms = leat_session_ledger_latency(ledger),
        .peak_rss_mb = peak_rss_mb(),
    };
    if (session->heartbeat)
        report->loop_gap_ms = leat_heartbeat_summary(session->heartbeat);
    leat_session_ledger_snapshot(ledger, false, &report->ledger, 0, &report->losses,
                                 &report->loss_count);
    leat_pipeline_get_status(session->pipeline, &report->status);
    report->link_count = leat_pipeline_links(session->pipeline, report->links);
}

void leat_session_report_clear(LeatSessionReport *report)
{
    g_free(report->source);
    g_free(report->losses);
    *report = (LeatSessionReport){0};
}

bool leat_session_close(LeatSession *session, GError **error)
{
    if (!session)
        return true;
    leat_heartbeat_free(session->heartbeat);
    leat_pipeline_free(session->pipeline);
    bool written = !session->trace || leat_trace_close(session->trace, error);
    leat_source_spec_free(session->source);
    g_free(session);
    return written;
}
