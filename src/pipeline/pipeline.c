/* SPDX-License-Identifier: MIT */
#include "pipeline/pipeline-internal.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"

#include <stdlib.h>

/* Between capture and filter a few frames are enough: both keep the pace or neither does. In front
 * of the encoder there is room for a slow second. */
static const LeatQueueLimits process_limits = {8, (size_t)48 * 1024 * 1024};
static const LeatQueueLimits record_limits = {64, (size_t)64 * 1024 * 1024};

/* A live source that stalls must not stretch --duration by much more than this. */
#define DURATION_GRACE_S 2

static void remove_source(GSource **source)
{
    if (!*source)
        return;
    g_source_destroy(*source);
    g_source_unref(*source);
    *source = NULL;
}

/* In seconds, which fit into GLib's 32 bits for any duration; it may come up to one late. */
static GSource *add_timer(LeatPipeline *pipeline, int64_t after_s, GSourceFunc func)
{
    GSource *timer = g_timeout_source_new_seconds((guint)MIN(after_s, G_MAXUINT));
    g_source_set_callback(timer, func, pipeline, NULL);
    g_source_attach(timer, pipeline->main_context);
    return timer;
}

static void wake_main_loop(void *data)
{
    LeatPipeline *pipeline = data;
    leat_waker_wake(pipeline->waker);
}

/* The pieces, in the order in which a frame meets them. */
static bool make_pieces(LeatPipeline *p, const LeatPipelineOptions *options, GError **error)
{
    const LeatStageContext *context = &p->context;
    LeatQueueLimits latest = {1, 0};
    return (p->choice = leat_filter_choice_new(options, error)) &&
           (p->pause = leat_pause_switch_new(context->stop, error)) &&
           (p->process_link =
                leat_link_new("process", LEAT_LINK_EVERY, process_limits, NULL, error)) &&
           (p->record_link =
                leat_link_new("record", LEAT_LINK_EVERY, record_limits, NULL, error)) &&
           (p->predict_link = leat_link_new("predict", LEAT_LINK_LATEST, latest, NULL, error)) &&
           (p->present_link = leat_link_new("present", LEAT_LINK_LATEST, latest, NULL, error)) &&
           (p->capture = leat_capture_stage_new(context, options, p->pause, p->choice,
                                                p->process_link, error)) &&
           (p->predict = leat_predict_stage_new(context, p->predict_link, error)) &&
           (p->process = leat_process_stage_new(
                context, p->choice, p->process_link,
                &(LeatProcessOuts){p->record_link, p->predict_link, p->predict, p->present_link},
                error)) &&
           (p->record =
                leat_record_stage_new(context, p->record_link, options->spec->shown, error)) &&
           (p->present_stage = leat_present_stage_new(context, p->present_link, p->waker, error));
}

static void on_wake(void *data);

static bool make_context(LeatPipeline *p, const LeatPipelineOptions *options, GError **error)
{
    p->context.trace = options->trace;
    p->context.concurrency = options->concurrency;
    p->context.pace = options->pace;
    return (p->context.ledger = leat_session_ledger_new(error)) &&
           (p->context.board = leat_status_board_new(error)) &&
           (p->context.predictions = leat_prediction_board_new(error)) &&
           (p->context.stop = leat_cancel_new(options->stop, error)) &&
           (p->context.abort = leat_cancel_new(NULL, error)) &&
           (p->waker = leat_waker_new(options->context, G_PRIORITY_DEFAULT, on_wake, p, error));
}

static void let_go(const LeatPredictor *predictor)
{
    if (predictor->free)
        predictor->free(predictor->data);
}

LeatPipeline *leat_pipeline_new(const LeatPipelineOptions *options, GError **error)
{
    LeatPipeline *pipeline = calloc(1, sizeof(*pipeline));
    if (!pipeline) {
        let_go(&options->predictor);
        return leat_error_no_memory(error, sizeof(*pipeline), "the pipeline");
    }
    pipeline->max_duration_ns = options->max_duration_ns;
    pipeline->main_context = options->context;
    pipeline->changed = options->changed;
    pipeline->present = options->present;
    pipeline->data = options->data;
    pipeline->stop_listener = (LeatCancelListener){.wake = wake_main_loop, .data = pipeline};
    if (!make_context(pipeline, options, error) || !make_pieces(pipeline, options, error)) {
        let_go(&options->predictor);
        leat_pipeline_free(pipeline);
        return NULL;
    }
    if (options->predictor.predict)
        leat_predict_stage_set(pipeline->predict, &options->predictor);
    leat_status_board_set_waker(pipeline->context.board, pipeline->waker);
    leat_cancel_add_listener(pipeline->context.stop, &pipeline->stop_listener);
    return pipeline;
}

void leat_pipeline_free(LeatPipeline *pipeline)
{
    if (!pipeline)
        return;
    g_assert(!pipeline->started || pipeline->finished);
    if (pipeline->context.stop)
        leat_cancel_remove_listener(pipeline->context.stop, &pipeline->stop_listener);
    leat_pipeline_end_turns(pipeline);
    remove_source(&pipeline->stop_limit);
    remove_source(&pipeline->duration_limit);
    leat_present_stage_free(pipeline->present_stage);
    leat_record_stage_free(pipeline->record);
    leat_process_stage_free(pipeline->process);
    leat_predict_stage_free(pipeline->predict);
    leat_capture_stage_free(pipeline->capture);
    leat_link_free(pipeline->present_link);
    leat_link_free(pipeline->predict_link);
    leat_link_free(pipeline->record_link);
    leat_link_free(pipeline->process_link);
    leat_pause_switch_free(pipeline->pause);
    leat_filter_choice_free(pipeline->choice);
    leat_prediction_board_free(pipeline->context.predictions);
    leat_status_board_free(pipeline->context.board);
    leat_session_ledger_unref(pipeline->context.ledger);
    leat_waker_free(pipeline->waker);
    leat_cancel_unref(pipeline->context.stop);
    leat_cancel_unref(pipeline->context.abort);
    free(pipeline);
}

static gboolean on_duration_limit(gpointer data)
{
    LeatPipeline *pipeline = data;
    leat_pipeline_stop(pipeline);
    return G_SOURCE_CONTINUE;
}

static void limit_duration(LeatPipeline *pipeline, const LeatPipelineStatus *status)
{
    if (pipeline->max_duration_ns > 0 && !pipeline->duration_limit &&
        pipeline->context.pace == LEAT_PACE_LIVE && status->source == LEAT_SOURCE_STATE_LIVE)
        pipeline->duration_limit =
            add_timer(pipeline, pipeline->max_duration_ns / LEAT_NS_PER_S + DURATION_GRACE_S,
                      on_duration_limit);
}

static void finish(LeatPipeline *pipeline)
{
    leat_pipeline_join_threads(pipeline);
    leat_present_stage_show(pipeline->present_stage, pipeline->present, pipeline->data);
    leat_pipeline_end_turns(pipeline);
    remove_source(&pipeline->stop_limit);
    remove_source(&pipeline->duration_limit);
    pipeline->finished = true;
    leat_status_board_finished(pipeline->context.board);
}

static void on_wake(void *data)
{
    LeatPipeline *pipeline = data;
    leat_present_stage_show(pipeline->present_stage, pipeline->present, pipeline->data);
    if (pipeline->started && !pipeline->finished) {
        if (leat_cancel_is_set(pipeline->context.stop)) {
            leat_pipeline_stop(pipeline);
            leat_pipeline_wake_turns(pipeline);
        }
        if (atomic_load_explicit(&pipeline->running, memory_order_acquire) == 0)
            finish(pipeline);
    }
    LeatPipelineStatus status;
    guint postings = leat_status_board_get(pipeline->context.board, &status);
    if (postings == pipeline->postings_seen)
        return;
    pipeline->postings_seen = postings;
    if (pipeline->started && !pipeline->finished)
        limit_duration(pipeline, &status);
    if (pipeline->changed)
        pipeline->changed(pipeline->data);
}

bool leat_pipeline_start(LeatPipeline *pipeline, GError **error)
{
    atomic_store(&pipeline->running, LEAT_PIPELINE_STAGES);
    leat_record_stage_begin(pipeline->record);
    if (pipeline->context.concurrency == LEAT_CONCURRENCY_NONE)
        leat_pipeline_start_turns(pipeline);
    else if (!leat_pipeline_start_threads(pipeline, error))
        return false;
    pipeline->started = true;
    return true;
}

static void fit_encoder(const LeatPipeline *pipeline, LeatEncoderOptions *encoder)
{
    encoder->may_delay = pipeline->context.pace == LEAT_PACE_FAST;
    if (pipeline->context.concurrency == LEAT_CONCURRENCY_NONE)
        encoder->threads = 1;
}

bool leat_pipeline_start_recording(LeatPipeline *pipeline, const LeatRecordingRequest *request,
                                   GError **error)
{
    char *graph = leat_filter_choice_graph(pipeline->choice);
    LeatRecordingRequest fitting = *request;
    fit_encoder(pipeline, &fitting.encoder);
    bool done = pipeline->started
                    ? leat_record_stage_start(pipeline->record, &fitting, graph, error)
                    : leat_record_stage_start_now(pipeline->record, &fitting, graph, error);
    if (done)
        leat_filter_choice_set_pixel_formats(pipeline->choice,
                                             leat_codec_pixel_formats(request->encoder.codec));
    g_free(graph);
    return done;
}

void leat_pipeline_stop_recording(LeatPipeline *pipeline)
{
    leat_record_stage_stop(pipeline->record);
}

static void pass_pre_roll(LeatPipeline *pipeline)
{
    char *graph = leat_filter_choice_graph(pipeline->choice);
    leat_record_stage_set_pre_roll(pipeline->record, &pipeline->pre_roll, graph);
    g_free(graph);
}

void leat_pipeline_set_pre_roll(LeatPipeline *pipeline, const LeatPreRoll *pre_roll)
{
    LeatPipelineStatus status;
    pipeline->pre_roll = pre_roll ? *pre_roll : (LeatPreRoll){0};
    fit_encoder(pipeline, &pipeline->pre_roll.encoder);
    pass_pre_roll(pipeline);
    leat_status_board_get(pipeline->context.board, &status);
    if (pipeline->pre_roll.ns > 0 &&
        (status.recorder == LEAT_RECORDER_OFF || status.recorder == LEAT_RECORDER_FAILED))
        leat_filter_choice_set_pixel_formats(
            pipeline->choice, leat_codec_pixel_formats(pipeline->pre_roll.encoder.codec));
}

void leat_pipeline_set_paused(LeatPipeline *pipeline, bool paused)
{
    leat_pause_switch_set(pipeline->pause, paused);
    leat_pipeline_wake_turns(pipeline);
}

bool leat_pipeline_set_filter(LeatPipeline *pipeline, const char *filter, GError **error)
{
    if (!leat_filter_choice_set_graph(pipeline->choice, filter, error))
        return false;
    pass_pre_roll(pipeline);
    return true;
}

void leat_pipeline_set_predictor(LeatPipeline *pipeline, const LeatPredictor *predictor)
{
    leat_predict_stage_set(pipeline->predict, predictor);
}

bool leat_pipeline_get_prediction(LeatPipeline *pipeline, LeatPrediction *prediction)
{
    return leat_prediction_board_latest(pipeline->context.predictions, prediction);
}

void leat_pipeline_set_view(LeatPipeline *pipeline, int width, int height)
{
    leat_present_stage_set_view(pipeline->present_stage, width, height);
}

static gboolean on_stop_limit(gpointer data)
{
    LeatPipeline *pipeline = data;
    leat_log(LEAT_LOG_WARNING, "stopping takes too long: what is under way is given up");
    leat_pipeline_abort(pipeline);
    return G_SOURCE_REMOVE;
}

void leat_pipeline_stop(LeatPipeline *pipeline)
{
    if (!pipeline->started || pipeline->stopping)
        return;
    pipeline->stopping = true;
    pipeline->stop_limit = add_timer(pipeline, LEAT_STOP_LIMIT_NS / LEAT_NS_PER_S, on_stop_limit);
    leat_cancel_trigger(pipeline->context.stop);
}

void leat_pipeline_abort(LeatPipeline *pipeline)
{
    /* In this order, or what is under way could yet end as if nothing had been. */
    leat_cancel_trigger(pipeline->context.abort);
    leat_pipeline_stop(pipeline);
}

void leat_pipeline_get_status(LeatPipeline *pipeline, LeatPipelineStatus *status)
{
    leat_status_board_get(pipeline->context.board, status);
}

LeatSessionLedger *leat_pipeline_ledger(LeatPipeline *pipeline)
{
    return pipeline->context.ledger;
}

int leat_pipeline_links(LeatPipeline *pipeline, LeatLinkFigures figures[LEAT_PIPELINE_LINKS])
{
    figures[0] = leat_link_figures(pipeline->process_link);
    figures[1] = leat_link_figures(pipeline->record_link);
    figures[2] = leat_link_figures(pipeline->present_link);
    figures[3] = leat_link_figures(pipeline->predict_link);
    return leat_predict_stage_is_wanted(pipeline->predict) ? 4 : 3;
}
