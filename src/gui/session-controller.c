/* SPDX-License-Identifier: MIT */
#include "gui/session-controller-internal.h"

#include "gui/failure.h"

#include "base/clock.h"
#include "base/log.h"

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE(LeatSessionController, leat_session_controller, G_TYPE_OBJECT)

/* While pictures come, none for so long means that they do not. */
#define PICTURE_NS (100 * LEAT_NS_PER_MS)

/* So long the figures wait for a picture to be drawn. */
#define SHOW_MS 50

enum {
    CHANGED,
    SHOW,
    PRESENT,
    DRAWN,
    CLEARED,
    FAILED,
    NOTED,
    SAVED,
    SIGNALS,
};

static guint signals[SIGNALS];

static void settle_soon(LeatSessionController *controller);

static gboolean show_now(gpointer data)
{
    LeatSessionController *controller = data;

    controller->show_id = 0;
    g_signal_emit(controller, signals[SHOW], 0);
    return G_SOURCE_REMOVE;
}

void leat_session_controller_tell_changed(LeatSessionController *controller)
{
    g_signal_emit(controller, signals[CHANGED], 0);
    if (controller->show_id)
        return;
    controller->show_id = leat_session_controller_has_pictures(controller)
                              ? g_timeout_add(SHOW_MS, show_now, controller)
                              : g_idle_add_full(G_PRIORITY_DEFAULT, show_now, controller, NULL);
}

bool leat_session_controller_has_pictures(LeatSessionController *controller)
{
    return leat_figures_is_live(&controller->figures) &&
           leat_clock_now_ns() - controller->presented_ns < PICTURE_NS;
}

void leat_session_controller_picture_drawn(LeatSessionController *controller)
{
    g_signal_emit(controller, signals[DRAWN], 0);
    if (!controller->show_id)
        return;
    g_clear_handle_id(&controller->show_id, g_source_remove);
    show_now(controller);
}

void leat_session_controller_tell_cleared(LeatSessionController *controller)
{
    g_signal_emit(controller, signals[CLEARED], 0);
}

static void emit_failed(LeatSessionController *controller, int code, const char *doing,
                        const char *cause)
{
    g_autofree char *headline = leat_failure_headline(code, doing);

    leat_log(LEAT_LOG_ERROR, "%s", cause);
    g_signal_emit(controller, signals[FAILED], 0, headline, cause);
}

static void fail_source(LeatSessionController *controller, const GError *error)
{
    LeatPipelineStatus *status = &controller->figures.status;

    status->source = LEAT_SOURCE_STATE_FAILED;
    status->source_error = error->code;
    g_strlcpy(status->source_reason, error->message, sizeof status->source_reason);
    emit_failed(controller, error->code, _("The source did not start"), error->message);
}

static void tell_recording_ended(LeatSessionController *controller)
{
    const LeatPipelineStatus *status = &controller->figures.status;
    g_autofree char *text = NULL;

    if (status->progress.stored == 0) {
        leat_session_controller_note(controller, _("Nothing was recorded: no frame came"));
        return;
    }
    text = g_strdup_printf(_("Saved “%s”: %lld frames, %lld lost"), status->recording_name,
                           (long long)status->progress.stored,
                           (long long)controller->figures.recording_lost);
    g_signal_emit(controller, signals[SAVED], 0, text, status->recording_id);
}

/* Reads the status and tells once what came to an end since the last reading. */
static void read_status(LeatSessionController *controller, bool meters)
{
    const LeatPipelineStatus *status = &controller->figures.status;
    LeatSourceState source = status->source;
    bool recording = leat_figures_is_recording(&controller->figures);

    if (meters)
        leat_figures_read_meters(&controller->figures, controller->session);
    else
        leat_figures_read_status(&controller->figures, controller->session);
    if (source != LEAT_SOURCE_STATE_FAILED && status->source == LEAT_SOURCE_STATE_FAILED)
        emit_failed(controller, status->source_error,
                    controller->figures.captured > 0 ? _("The source failed")
                                                     : _("The source did not start"),
                    status->source_reason);
    if (recording && controller->figures.light == LEAT_LIGHT_FAILED)
        emit_failed(controller, status->recording_error,
                    status->progress.stored > 0 ? _("Recording stopped")
                                                : _("Recording did not start"),
                    status->recording_reason);
    else if (recording && controller->figures.light == LEAT_LIGHT_OFF)
        tell_recording_ended(controller);
}

static gboolean tick(gpointer data)
{
    LeatSessionController *controller = data;

    read_status(controller, true);
    leat_session_controller_tell_changed(controller);
    return G_SOURCE_CONTINUE;
}

static void on_changed(void *data)
{
    settle_soon(data);
}

static void on_present(LeatFrame *frame, void *data)
{
    LeatSessionController *controller = data;

    /* What was still on its way when the user stopped, or chose another source, must not move a
     * held picture, nor come back to the other's. */
    if (controller->figures.held || controller->stale)
        return;
    controller->presented_ns = leat_clock_now_ns();
    g_signal_emit(controller, signals[PRESENT], 0, frame);
}

static void end_session(LeatSessionController *controller)
{
    g_autoptr(GError) error = NULL;

    g_clear_handle_id(&controller->tick_id, g_source_remove);
    leat_model_loader_set_pipeline(controller->model, NULL);
    if (!leat_session_close(controller->session, &error))
        leat_session_controller_report(controller, _("The session was not closed cleanly"), error);
    controller->session = NULL;
    controller->figures.phase = LEAT_PHASE_IDLE;
    controller->figures.rate = 0;
    controller->figures.loop_gap_ms = -1;
}

static void begin_session(LeatSessionController *controller)
{
    LeatSessionCallbacks callbacks = {on_changed, on_present, controller};
    g_autoptr(GError) error = NULL;
    LeatSessionOptions options = controller->options;

    /* Chosen below: a filter may take long to set up, and then its own thread does that. */
    options.filter = NULL;
    leat_figures_reset(&controller->figures);
    controller->stale = false;
    controller->session = leat_session_new(&options, &callbacks, &error);
    if (controller->session) {
        LeatPipeline *pipeline = leat_session_pipeline(controller->session);

        leat_pipeline_set_view(pipeline, controller->view_width, controller->view_height);
        leat_pipeline_set_pre_roll(pipeline, &controller->pre_roll);
        if (leat_pipeline_set_filter(pipeline, controller->options.filter, &error) &&
            leat_session_start(controller->session, &error)) {
            leat_model_loader_set_pipeline(controller->model, pipeline);
            controller->figures.phase = LEAT_PHASE_RUNNING;
            controller->tick_id = g_timeout_add(LEAT_FIGURES_MS, tick, controller);
            return;
        }
        end_session(controller);
    }
    controller->wanted = false;
    fail_source(controller, error);
}

/* Whether more has changed than counts, which can wait for the next tick. */
static bool is_news(const LeatFigures *before, const LeatFigures *now)
{
    return before->phase != now->phase || before->light != now->light ||
           before->status.source != now->status.source ||
           before->status.paused != now->status.paused ||
           before->status.retry_at_ns != now->status.retry_at_ns ||
           before->status.out_width != now->status.out_width ||
           before->status.out_height != now->status.out_height;
}

/* Brings what is one step nearer to what is wanted. */
static void settle(LeatSessionController *controller)
{
    const LeatPipelineStatus *status = &controller->figures.status;
    LeatFigures before = controller->figures;

    if (controller->session) {
        read_status(controller, false);
        if (!controller->stale && (status->source == LEAT_SOURCE_STATE_ENDED ||
                                   status->source == LEAT_SOURCE_STATE_FAILED))
            controller->wanted = false;
        if (status->finished) {
            end_session(controller);
        } else if (controller->figures.phase == LEAT_PHASE_RUNNING &&
                   (!controller->wanted || controller->stale)) {
            controller->figures.phase = LEAT_PHASE_STOPPING;
            leat_pipeline_stop(leat_session_pipeline(controller->session));
        }
    }
    if (!controller->session && controller->wanted)
        begin_session(controller);
    if (is_news(&before, &controller->figures))
        leat_session_controller_tell_changed(controller);
}

static gboolean settle_now(gpointer data)
{
    LeatSessionController *controller = data;

    controller->settle_id = 0;
    settle(controller);
    return G_SOURCE_REMOVE;
}

/* Never at once: a session must not be closed from within its own callback. */
static void settle_soon(LeatSessionController *controller)
{
    if (!controller->settle_id)
        controller->settle_id = g_idle_add_full(G_PRIORITY_DEFAULT, settle_now, controller, NULL);
}

void leat_session_controller_restart(LeatSessionController *controller)
{
    controller->stale = true;
    if (controller->figures.held)
        controller->wanted = false;
    settle_soon(controller);
}

static void set_held(LeatSessionController *controller, bool held)
{
    controller->figures.held = held;
    leat_pipeline_set_paused(leat_session_pipeline(controller->session), held);
    leat_session_controller_tell_changed(controller);
}

static bool is_running(const LeatSessionController *controller)
{
    return controller->figures.phase == LEAT_PHASE_RUNNING && controller->wanted;
}

void leat_session_controller_hold(LeatSessionController *controller)
{
    if (is_running(controller))
        set_held(controller, true);
}

void leat_session_controller_start(LeatSessionController *controller)
{
    if (!controller->options.source || controller->ending)
        return;
    if (is_running(controller) && controller->figures.held) {
        set_held(controller, false);
        return;
    }
    controller->stale = controller->stale || controller->figures.phase == LEAT_PHASE_STOPPING;
    controller->wanted = true;
    settle_soon(controller);
}

void leat_session_controller_stop(LeatSessionController *controller)
{
    controller->wanted = false;
    controller->figures.held = true;
    settle_soon(controller);
}

void leat_session_controller_end(LeatSessionController *controller)
{
    controller->ending = true;
    leat_session_controller_stop(controller);
}

bool leat_session_controller_is_ending(LeatSessionController *controller)
{
    return controller->ending;
}

void leat_session_controller_close(LeatSessionController *controller)
{
    leat_session_controller_stop(controller);
    leat_session_controller_tell_cleared(controller);
    leat_session_controller_tell_changed(controller);
}

void leat_session_controller_start_recording(LeatSessionController *controller,
                                             const LeatRecordingRequest *request)
{
    g_autoptr(GError) error = NULL;

    if (!controller->session || leat_figures_is_recording(&controller->figures))
        return;
    leat_figures_begin_recording(&controller->figures, request->record_rate);
    if (!leat_pipeline_start_recording(leat_session_pipeline(controller->session), request, &error))
        leat_session_controller_report(controller, _("Recording did not start"), error);
    read_status(controller, false);
    leat_session_controller_tell_changed(controller);
}

void leat_session_controller_stop_recording(LeatSessionController *controller)
{
    if (controller->session)
        leat_pipeline_stop_recording(leat_session_pipeline(controller->session));
    settle_soon(controller);
}

void leat_session_controller_report(LeatSessionController *controller, const char *doing,
                                    const GError *error)
{
    emit_failed(controller, error->code, doing, error->message);
}

void leat_session_controller_note(LeatSessionController *controller, const char *text)
{
    g_signal_emit(controller, signals[NOTED], 0, text);
}

LeatPipeline *leat_session_controller_pipeline(LeatSessionController *controller)
{
    return controller->session ? leat_session_pipeline(controller->session) : NULL;
}

const LeatFigures *leat_session_controller_figures(LeatSessionController *controller)
{
    return &controller->figures;
}

LeatSession *leat_session_controller_session(LeatSessionController *controller)
{
    return controller->session;
}

LeatTrace *leat_session_controller_trace(LeatSessionController *controller)
{
    return controller->options.recent_trace;
}

static void leat_session_controller_dispose(GObject *object)
{
    LeatSessionController *controller = LEAT_SESSION_CONTROLLER(object);

    g_clear_handle_id(&controller->settle_id, g_source_remove);
    g_clear_handle_id(&controller->show_id, g_source_remove);
    /* The window stops the session and waits; this is for an application torn down without it. */
    if (controller->session && !controller->figures.status.finished)
        leat_log(LEAT_LOG_ERROR, "the window went away before the session had ended");
    G_OBJECT_CLASS(leat_session_controller_parent_class)->dispose(object);
}

static void leat_session_controller_finalize(GObject *object)
{
    leat_session_choices_clear(LEAT_SESSION_CONTROLLER(object));
    G_OBJECT_CLASS(leat_session_controller_parent_class)->finalize(object);
}

static guint new_signal(const char *name, guint count, GType first, GType second)
{
    return g_signal_new(name, LEAT_TYPE_SESSION_CONTROLLER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                        G_TYPE_NONE, count, first, second);
}

static void leat_session_controller_class_init(LeatSessionControllerClass *class)
{
    G_OBJECT_CLASS(class)->dispose = leat_session_controller_dispose;
    G_OBJECT_CLASS(class)->finalize = leat_session_controller_finalize;
    signals[CHANGED] = new_signal("changed", 0, 0, 0);
    signals[SHOW] = new_signal("show", 0, 0, 0);
    signals[PRESENT] = new_signal("present", 1, G_TYPE_POINTER, 0);
    signals[DRAWN] = new_signal("drawn", 0, 0, 0);
    signals[CLEARED] = new_signal("cleared", 0, 0, 0);
    signals[FAILED] = new_signal("failed", 2, G_TYPE_STRING, G_TYPE_STRING);
    signals[NOTED] = new_signal("noted", 1, G_TYPE_STRING, 0);
    signals[SAVED] = new_signal("saved", 2, G_TYPE_STRING, G_TYPE_INT64);
}

static void leat_session_controller_init(LeatSessionController *controller)
{
    leat_session_choices_init(controller);
    leat_figures_reset(&controller->figures);
}

LeatSessionController *leat_session_controller_new(void)
{
    return g_object_new(LEAT_TYPE_SESSION_CONTROLLER, NULL);
}
