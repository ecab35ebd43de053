/* SPDX-License-Identifier: MIT */
#include "gui/learner.h"

#include "app/keep-learning.h"
#include "base/error.h"
#include "gui/hold.h"

#include <glib/gi18n.h>

struct LeatLearner {
    LeatContext context;
    LeatTraining *training;
    void (*changed)(void *data);
    void *data;

    LeatKeepLearning *learning; /* NULL before it was first on */
    bool on;
    bool freed;             /* but for what still ends */
    char *model;            /* that it keeps learning; NULL for none */
    int64_t frames, needed; /* new ones, and how many it takes; needed 0: not known */
};

static void counted(int64_t frames, int64_t needed, void *data)
{
    LeatLearner *learner = data;

    learner->frames = frames;
    learner->needed = needed;
    if (!learner->freed)
        learner->changed(learner->data);
}

static void began(LeatJob *job, LeatTrain *train, void *data)
{
    LeatLearner *learner = data;

    leat_training_follow(learner->training, job, train);
    /* The window, which closes, has cancelled what ran, and would wait for this. */
    if (leat_session_controller_is_ending(learner->context.session))
        leat_job_cancel(job);
}

static char *compare(const LeatKeepLearningOutcome *outcome)
{
    g_autofree char *figures =
        outcome->number
            ? g_strdup_printf(_("mean error %.4g, before %.4g"), outcome->after, outcome->before)
            : g_strdup_printf(_("%.1f %% right, before %.1f %%"), 100 * outcome->after,
                              100 * outcome->before);

    if (!outcome->diverged)
        return g_steal_pointer(&figures);
    /* Translators: what a training came to ("84.0 % right, before 80.0 %"). */
    return g_strdup_printf(_("%s; it diverged at first, and was done again more slowly"), figures);
}

static void tell(LeatLearner *learner, const LeatKeepLearningOutcome *outcome)
{
    g_autofree char *text = NULL, *figures = NULL;
    bool still =
        g_strcmp0(outcome->path, leat_library_model_path(learner->context.library)) == 0 &&
        g_strcmp0(outcome->model, leat_session_controller_model(learner->context.session)) == 0;

    if (outcome->error) {
        if (!g_error_matches(outcome->error, LEAT_ERROR, LEAT_ERROR_CANCELLED))
            leat_session_controller_report(learner->context.session,
                                           _("Learning from new labels failed"), outcome->error);
        return;
    }
    figures = compare(outcome);
    if (outcome->better && still) {
        text = g_strdup_printf(_("“%s” has learned more and is in use now: %s"), outcome->better,
                               figures);
        leat_session_controller_set_model(learner->context.session, outcome->path, outcome->better);
        leat_learner_follow(learner);
    } else if (outcome->better) {
        text = g_strdup_printf(_("“%s” has learned more: %s"), outcome->better, figures);
    } else {
        text = g_strdup_printf(_("The new labels made “%s” no better (%s); it stays in use"),
                               outcome->model, figures);
    }
    leat_session_controller_note(learner->context.session, text);
    leat_library_model_refresh(learner->context.library);
}

static void ended(const LeatKeepLearningOutcome *outcome, void *data)
{
    LeatLearner *learner = data;

    if (!learner->freed)
        tell(learner, outcome);
}

static void failed(const GError *error, void *data)
{
    LeatLearner *learner = data;

    leat_session_controller_report(learner->context.session, _("Learning from new labels failed"),
                                   error);
}

static void free_now(LeatLearner *learner)
{
    leat_keep_learning_free(learner->learning);
    g_free(learner->model);
    g_free(learner);
}

static void stopped(void *data)
{
    free_now(data);
    leat_hold_end(NULL);
}

static bool begin(LeatLearner *learner)
{
    LeatKeepLearningCallbacks callbacks = {.counted = counted,
                                           .began = began,
                                           .ended = ended,
                                           .failed = failed,
                                           .stopped = stopped,
                                           .data = learner};
    LeatKeepLearningOptions options = {.executor = LEAT_EXECUTOR_THREADS};
    g_autoptr(GError) error = NULL;

    learner->learning = leat_keep_learning_new(&callbacks, &options, NULL, &error);
    if (!learner->learning)
        failed(error, learner);
    return learner->learning != NULL;
}

void leat_learner_follow(LeatLearner *learner)
{
    const char *model = leat_session_controller_model(learner->context.session);

    if (!learner->on || (!learner->learning && !begin(learner)))
        return;
    if (g_strcmp0(model, learner->model) == 0)
        return;
    g_free(learner->model);
    learner->model = g_strdup(model);
    learner->needed = 0;
    leat_keep_learning_set_model(learner->learning,
                                 leat_library_model_path(learner->context.library), model);
    learner->changed(learner->data);
}

void leat_learner_set_on(LeatLearner *learner, bool on)
{
    learner->on = on;
    if (on) {
        leat_learner_follow(learner);
        return;
    }
    g_clear_pointer(&learner->model, g_free);
    if (learner->learning)
        leat_keep_learning_set_model(learner->learning, NULL, NULL);
    learner->changed(learner->data);
}

void leat_learner_look(LeatLearner *learner)
{
    if (learner->on && learner->learning)
        leat_keep_learning_look(learner->learning);
}

char *leat_learner_text(LeatLearner *learner)
{
    if (!learner->on || learner->needed == 0)
        return g_strdup(_("Train again in the background when there are enough new labels"));
    return g_strdup_printf(_("%lld of %lld newly labelled frames that it takes"),
                           (long long)learner->frames, (long long)learner->needed);
}

LeatLearner *leat_learner_new(const LeatContext *context, LeatTraining *training,
                              void (*changed)(void *data), void *data)
{
    LeatLearner *learner = g_new0(LeatLearner, 1);

    learner->context = *context;
    learner->training = training;
    learner->changed = changed;
    learner->data = data;
    return learner;
}

void leat_learner_free(LeatLearner *learner)
{
    if (!learner)
        return;
    learner->freed = true;
    if (!learner->learning) {
        free_now(learner);
        return;
    }
    leat_hold_begin();
    leat_keep_learning_stop(learner->learning);
}
