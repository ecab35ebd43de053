/* SPDX-License-Identifier: MIT */
/* What the session is made from, and what of it can be changed while it runs. */
#include "gui/session-controller-internal.h"

#include "base/log.h"

#include <glib/gi18n.h>

void leat_session_controller_set_pre_roll(LeatSessionController *controller,
                                          const LeatPreRoll *pre_roll)
{
    controller->pre_roll = pre_roll ? *pre_roll : (LeatPreRoll){0};
    if (controller->session)
        leat_pipeline_set_pre_roll(leat_session_pipeline(controller->session),
                                   &controller->pre_roll);
}

const LeatSourceSpec *leat_session_controller_source(LeatSessionController *controller)
{
    return controller->options.source;
}

void leat_session_controller_set_source(LeatSessionController *controller,
                                        const LeatSourceSpec *source)
{
    LeatSourceSpec *copy = leat_source_spec_copy(source);

    leat_source_spec_free(controller->options.source);
    controller->options.source = copy;
    leat_session_controller_restart(controller);
    /* Whatever is held is not of this source. */
    leat_session_controller_tell_cleared(controller);
    leat_session_controller_tell_changed(controller);
}

void leat_session_controller_set_mode(LeatSessionController *controller, int width, int height,
                                      LeatRational rate)
{
    LeatSessionOptions *options = &controller->options;

    if (options->width == width && options->height == height && options->rate.num == rate.num &&
        options->rate.den == rate.den)
        return;
    options->width = width;
    options->height = height;
    options->rate = rate;
    leat_session_controller_restart(controller);
}

void leat_session_controller_set_effect(LeatSessionController *controller, const char *preset)
{
    g_autoptr(GError) error = NULL;

    g_free(controller->options.filter);
    controller->options.filter = g_strdup(preset);
    if (controller->session &&
        !leat_pipeline_set_filter(leat_session_pipeline(controller->session), preset, &error))
        leat_session_controller_report(controller, _("The effect was not changed"), error);
}

static void model_loaded(const GError *error, void *data)
{
    LeatSessionController *controller = data;

    if (error && controller->recalled)
        leat_log(LEAT_LOG_WARNING, "the model of last time is not in use: %s", error->message);
    else if (error)
        leat_session_controller_report(controller, _("The model is not in use"), error);
    controller->recalled = false;
    leat_session_controller_tell_changed(controller);
}

static void set_model(LeatSessionController *controller, const char *path, const char *model,
                      bool recalled)
{
    controller->recalled = recalled;
    leat_model_loader_set(controller->model, path, model);
    leat_session_controller_tell_changed(controller);
}

void leat_session_controller_set_model(LeatSessionController *controller, const char *path,
                                       const char *model)
{
    set_model(controller, path, model, false);
}

void leat_session_controller_recall_model(LeatSessionController *controller, const char *path,
                                          const char *model)
{
    set_model(controller, path, model, true);
}

const char *leat_session_controller_model(LeatSessionController *controller)
{
    return leat_model_loader_model(controller->model);
}

const LeatModelLoader *leat_session_controller_model_loader(LeatSessionController *controller)
{
    return controller->model;
}

bool leat_session_controller_threading(LeatSessionController *controller)
{
    return controller->options.concurrency == LEAT_CONCURRENCY_THREADS;
}

void leat_session_controller_set_threading(LeatSessionController *controller, bool threading)
{
    if (leat_session_controller_threading(controller) == threading)
        return;
    controller->options.concurrency = threading ? LEAT_CONCURRENCY_THREADS : LEAT_CONCURRENCY_NONE;
    leat_session_controller_restart(controller);
    leat_session_controller_tell_changed(controller);
}

void leat_session_controller_set_view(LeatSessionController *controller, int width, int height)
{
    controller->view_width = width;
    controller->view_height = height;
    if (controller->session)
        leat_pipeline_set_view(leat_session_pipeline(controller->session), width, height);
}

void leat_session_choices_init(LeatSessionController *controller)
{
    leat_session_options_init(&controller->options);
    controller->model = leat_model_loader_new(model_loaded, controller);
    controller->options.recent_trace = leat_trace_new_recent(NULL);
    /* What is looked at is looked at in its own time, a file too. */
    controller->options.pace = LEAT_PACE_LIVE;
    controller->options.pace_set = true;
}

void leat_session_choices_clear(LeatSessionController *controller)
{
    leat_model_loader_free(controller->model);
    leat_trace_close(controller->options.recent_trace, NULL);
    leat_session_options_clear(&controller->options);
}
