/* SPDX-License-Identifier: MIT */
#include "gui/session-controller.h"

#include "gui/failure.h"

#include "base/log.h"

struct _LeatSessionController {
    GObject parent_instance;

    /* What is wanted. */
    LeatSourceSpec *source;
    bool threading;
    bool wanted; /* a session shall run */
    bool stale;  /* the one that runs was made from something else */
    int view_width, view_height;

    /* What is. */
    LeatSession *session;
    LeatFigures figures;
    guint settle_id, tick_id;
};

G_DEFINE_FINAL_TYPE(LeatSessionController, leat_session_controller, G_TYPE_OBJECT)

enum {
    CHANGED,
    PRESENT,
    CLEARED,
    FAILED,
    NOTED,
    SIGNALS,
};

static guint signals[SIGNALS];

static void settle_soon(LeatSessionController *self);

static void emit_changed(LeatSessionController *self)
{
    g_signal_emit(self, signals[CHANGED], 0);
}

static void emit_failed(LeatSessionController *self, int code, const char *doing, const char *cause)
{
    g_autofree char *headline = leat_failure_headline(code, doing);

    leat_log(LEAT_LOG_ERROR, "%s", cause);
    g_signal_emit(self, signals[FAILED], 0, headline, cause);
}

static void fail_source(LeatSessionController *self, const GError *error)
{
    LeatPipelineStatus *status = &self->figures.status;

    status->source = LEAT_SOURCE_STATE_FAILED;
    status->source_error = error->code;
    g_strlcpy(status->source_reason, error->message, sizeof status->source_reason);
    emit_failed(self, error->code, "The source did not start", error->message);
}

static void tell_recording_ended(LeatSessionController *self)
{
    const LeatPipelineStatus *status = &self->figures.status;
    g_autofree char *text = NULL;

    if (status->progress.stored > 0)
        text = g_strdup_printf("Saved “%s”: %" G_GINT64_FORMAT " frames, %" G_GINT64_FORMAT " lost",
                               status->recording_name, status->progress.stored,
                               self->figures.recording_lost);
    else
        text = g_strdup("Nothing was recorded: no frame came");
    g_signal_emit(self, signals[NOTED], 0, text);
}

/* Reads the status and tells once what came to an end since the last reading. */
static void read_status(LeatSessionController *self, bool meters)
{
    const LeatPipelineStatus *status = &self->figures.status;
    LeatSourceState source = status->source;
    bool recording = leat_figures_is_recording(&self->figures);

    if (meters)
        leat_figures_read_meters(&self->figures, self->session);
    else
        leat_figures_read_status(&self->figures, self->session);
    if (source != LEAT_SOURCE_STATE_FAILED && status->source == LEAT_SOURCE_STATE_FAILED)
        emit_failed(self, status->source_error,
                    self->figures.captured > 0 ? "The source failed" : "The source did not start",
                    status->source_reason);
    if (recording && self->figures.light == LEAT_LIGHT_FAILED)
        emit_failed(self, status->recording_error,
                    status->progress.stored > 0 ? "Recording stopped" : "Recording did not start",
                    status->recording_reason);
    else if (recording && self->figures.light == LEAT_LIGHT_OFF)
        tell_recording_ended(self);
}

static gboolean tick(gpointer data)
{
    LeatSessionController *self = data;

    read_status(self, true);
    emit_changed(self);
    return G_SOURCE_CONTINUE;
}

static void on_changed(void *data)
{
    settle_soon(data);
}

static void on_present(LeatFrame *frame, void *data)
{
    LeatSessionController *self = data;

    /* What was still on its way when the user stopped must not move a held picture. */
    if (!self->figures.held)
        g_signal_emit(self, signals[PRESENT], 0, frame);
}

static void end_session(LeatSessionController *self)
{
    g_autoptr(GError) error = NULL;

    g_clear_handle_id(&self->tick_id, g_source_remove);
    if (!leat_session_close(self->session, &error))
        leat_session_controller_report(self, "The session was not closed cleanly", error);
    self->session = NULL;
    self->figures.phase = LEAT_PHASE_IDLE;
    self->figures.rate = 0;
    self->figures.loop_gap_ms = -1;
}

static void begin_session(LeatSessionController *self)
{
    LeatSessionCallbacks callbacks = {on_changed, on_present, self};
    g_autoptr(GError) error = NULL;
    LeatSessionOptions options;

    leat_session_options_init(&options);
    options.source = leat_source_spec_copy(self->source);
    options.concurrency = self->threading ? LEAT_CONCURRENCY_THREADS : LEAT_CONCURRENCY_NONE;
    /* What is looked at is looked at in its own time, a file too. */
    options.pace = LEAT_PACE_LIVE;
    options.pace_set = true;
    leat_figures_reset(&self->figures);
    self->stale = false;
    self->session = leat_session_new(&options, &callbacks, &error);
    leat_session_options_clear(&options);
    if (self->session) {
        leat_pipeline_set_view(leat_session_pipeline(self->session), self->view_width,
                               self->view_height);
        if (leat_session_start(self->session, &error)) {
            self->figures.phase = LEAT_PHASE_RUNNING;
            self->tick_id = g_timeout_add(LEAT_FIGURES_MS, tick, self);
            return;
        }
        end_session(self);
    }
    self->wanted = false;
    fail_source(self, error);
}

/* Whether more has changed than counts, which can wait for the next tick. */
static bool is_news(const LeatFigures *before, const LeatFigures *now)
{
    return before->phase != now->phase || before->light != now->light ||
           before->status.source != now->status.source ||
           before->status.retry_at_ns != now->status.retry_at_ns ||
           before->status.out_width != now->status.out_width ||
           before->status.out_height != now->status.out_height;
}

/* Brings what is one step nearer to what is wanted. */
static void settle(LeatSessionController *self)
{
    const LeatPipelineStatus *status = &self->figures.status;
    LeatFigures before = self->figures;

    if (self->session) {
        read_status(self, false);
        if (!self->stale && (status->source == LEAT_SOURCE_STATE_ENDED ||
                             status->source == LEAT_SOURCE_STATE_FAILED))
            self->wanted = false;
        if (status->finished) {
            end_session(self);
        } else if (self->figures.phase == LEAT_PHASE_RUNNING && (!self->wanted || self->stale)) {
            self->figures.phase = LEAT_PHASE_STOPPING;
            leat_pipeline_stop(leat_session_pipeline(self->session));
        }
    }
    if (!self->session && self->wanted)
        begin_session(self);
    if (is_news(&before, &self->figures))
        emit_changed(self);
}

static gboolean settle_now(gpointer data)
{
    LeatSessionController *self = data;

    self->settle_id = 0;
    settle(self);
    return G_SOURCE_REMOVE;
}

/* Never at once: a session must not be closed from within its own callback. */
static void settle_soon(LeatSessionController *self)
{
    if (!self->settle_id)
        self->settle_id = g_idle_add_full(G_PRIORITY_DEFAULT, settle_now, self, NULL);
}

void leat_session_controller_start(LeatSessionController *self)
{
    if (!self->source)
        return;
    self->stale = self->stale || self->figures.phase == LEAT_PHASE_STOPPING;
    self->wanted = true;
    settle_soon(self);
}

void leat_session_controller_stop(LeatSessionController *self)
{
    self->wanted = false;
    self->figures.held = true;
    settle_soon(self);
}

void leat_session_controller_close(LeatSessionController *self)
{
    leat_session_controller_stop(self);
    g_signal_emit(self, signals[CLEARED], 0);
    emit_changed(self);
}

void leat_session_controller_start_recording(LeatSessionController *self, const char *path,
                                             const char *name, LeatRational rate)
{
    LeatRecordingRequest request = {path, name, rate, {.codec = LEAT_CODEC_MJPEG}};
    g_autoptr(GError) error = NULL;

    if (!self->session)
        return;
    leat_figures_begin_recording(&self->figures, rate);
    if (!leat_pipeline_start_recording(leat_session_pipeline(self->session), &request, &error))
        leat_session_controller_report(self, "Recording did not start", error);
    read_status(self, false);
    emit_changed(self);
}

void leat_session_controller_stop_recording(LeatSessionController *self)
{
    if (self->session)
        leat_pipeline_stop_recording(leat_session_pipeline(self->session));
    settle_soon(self);
}

void leat_session_controller_report(LeatSessionController *self, const char *doing,
                                    const GError *error)
{
    emit_failed(self, error->code, doing, error->message);
}

const LeatFigures *leat_session_controller_figures(LeatSessionController *self)
{
    return &self->figures;
}

const LeatSourceSpec *leat_session_controller_source(LeatSessionController *self)
{
    return self->source;
}

void leat_session_controller_set_source(LeatSessionController *self, const LeatSourceSpec *source)
{
    LeatSourceSpec *copy = leat_source_spec_copy(source);

    leat_source_spec_free(self->source);
    self->source = copy;
    self->stale = true;
    /* Whatever is held is not of this source. */
    g_signal_emit(self, signals[CLEARED], 0);
    emit_changed(self);
    settle_soon(self);
}

bool leat_session_controller_threading(LeatSessionController *self)
{
    return self->threading;
}

void leat_session_controller_set_threading(LeatSessionController *self, bool threading)
{
    if (self->threading == threading)
        return;
    self->threading = threading;
    self->stale = true;
    settle_soon(self);
}

void leat_session_controller_set_view(LeatSessionController *self, int width, int height)
{
    self->view_width = width;
    self->view_height = height;
    if (self->session)
        leat_pipeline_set_view(leat_session_pipeline(self->session), width, height);
}

static void leat_session_controller_dispose(GObject *object)
{
    LeatSessionController *self = LEAT_SESSION_CONTROLLER(object);

    g_clear_handle_id(&self->settle_id, g_source_remove);
    /* The window stops the session and waits; this is for an application torn down without it. */
    if (self->session && !self->figures.status.finished)
        leat_log(LEAT_LOG_ERROR, "the window went away before the session had ended");
    G_OBJECT_CLASS(leat_session_controller_parent_class)->dispose(object);
}

static void leat_session_controller_finalize(GObject *object)
{
    leat_source_spec_free(LEAT_SESSION_CONTROLLER(object)->source);
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
    signals[PRESENT] = new_signal("present", 1, G_TYPE_POINTER, 0);
    signals[CLEARED] = new_signal("cleared", 0, 0, 0);
    signals[FAILED] = new_signal("failed", 2, G_TYPE_STRING, G_TYPE_STRING);
    signals[NOTED] = new_signal("noted", 1, G_TYPE_STRING, 0);
}

static void leat_session_controller_init(LeatSessionController *self)
{
    self->threading = true;
    leat_figures_reset(&self->figures);
}

LeatSessionController *leat_session_controller_new(void)
{
    return g_object_new(LEAT_TYPE_SESSION_CONTROLLER, NULL);
}
