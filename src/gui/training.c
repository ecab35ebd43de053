/* SPDX-License-Identifier: MIT */
#include "gui/training.h"

#include "base/clock.h"
#include "base/error.h"

#include <glib/gi18n.h>

struct _LeatTraining {
    GObject parent_instance;

    LeatJobList *jobs;

    /* The one that runs. */
    LeatJob *job;
    LeatTrain *train;
    bool own;
    LeatJobListener listener;

    /* Of that, or of the last. */
    LeatJobInfo info;
    LeatTrainStanding standing;
    char *model;
    GError *error;
};

G_DEFINE_FINAL_TYPE(LeatTraining, leat_training, G_TYPE_OBJECT)

enum {
    CHANGED,
    ENDED,
    SIGNALS,
};

static guint signals[SIGNALS];

static void forget(LeatTraining *training)
{
    g_clear_pointer(&training->standing.curve, g_array_unref);
    training->standing =
        (LeatTrainStanding){.curve = g_array_new(FALSE, FALSE, sizeof(LeatTrainingEpoch))};
    training->info = (LeatJobInfo){.left_ns = -1};
    g_clear_pointer(&training->model, g_free);
    g_clear_error(&training->error);
}

static void look(LeatTraining *training, const LeatJobInfo *info)
{
    training->info = *info;
    g_array_unref(training->standing.curve);
    leat_train_get_standing(training->train, &training->standing);
}

static void job_changed(LeatJob *job, const LeatJobInfo *info, void *data)
{
    LeatTraining *training = data;

    look(training, info);
    g_signal_emit(training, signals[CHANGED], 0);
}

/* What was another's is the other's to free. */
static void let_go(LeatTraining *training)
{
    if (training->job)
        leat_job_disconnect(training->job, &training->listener);
    if (training->own) {
        leat_job_free(training->job);
        leat_train_free(training->train);
    }
    training->job = NULL;
    training->train = NULL;
}

static void job_completed(LeatJob *job, const LeatJobInfo *info, const GError *error, void *data)
{
    LeatTraining *training = data;

    look(training, info);
    if (training->own && error)
        training->error = g_error_copy(error);
    else if (training->own)
        training->model = g_strdup(leat_train_result(training->train)->model);
    let_go(training);
    g_signal_emit(training, signals[CHANGED], 0);
    g_signal_emit(training, signals[ENDED], 0);
}

static void listen(LeatTraining *training, LeatJob *job, LeatTrain *train, bool own)
{
    forget(training);
    training->job = job;
    training->train = train;
    training->own = own;
    training->listener = (LeatJobListener){job_changed, job_completed, training, NULL};
    leat_job_connect(job, &training->listener);
}

bool leat_training_start(LeatTraining *training, const LeatTrainOptions *options, GError **error)
{
    g_autofree char *title = options->name ? g_strdup_printf(_("Training “%s”"), options->name)
                                           : g_strdup(_("Training a model"));
    LeatTrain *train;
    LeatJob *job;

    if (training->job) {
        g_set_error_literal(error, LEAT_ERROR, LEAT_ERROR_BUSY,
                            _("another training is under way; wait for it or cancel it"));
        return false;
    }
    train = leat_train_new(options, error);
    job = train ? leat_job_new("train", leat_train_run, train, NULL, NULL, error) : NULL;
    if (!job) {
        leat_train_free(train);
        return false;
    }
    listen(training, job, train, true);
    leat_job_list_add_computation(training->jobs, job, title,
                                  leat_executor_kind_name(options->executor), options->workers);
    if (leat_job_start(job, error)) {
        g_signal_emit(training, signals[CHANGED], 0);
        return true;
    }
    let_go(training);
    return false;
}

void leat_training_follow(LeatTraining *training, LeatJob *job, LeatTrain *train)
{
    leat_job_list_add_computation(training->jobs, job, _("Learning from new labels"),
                                  leat_executor_kind_name(LEAT_EXECUTOR_THREADS),
                                  leat_executor_count_cores());
    if (training->job)
        return;
    listen(training, job, train, false);
    g_signal_emit(training, signals[CHANGED], 0);
}

void leat_training_cancel(LeatTraining *training)
{
    if (training->job)
        leat_job_cancel(training->job);
}

bool leat_training_is_busy(LeatTraining *training)
{
    return training->job != NULL;
}

bool leat_training_is_own(LeatTraining *training)
{
    return training->own;
}

LeatJobInfo leat_training_info(LeatTraining *training)
{
    return training->info;
}

const LeatTrainStanding *leat_training_standing(LeatTraining *training)
{
    return &training->standing;
}

const char *leat_training_model(LeatTraining *training)
{
    return training->model;
}

const GError *leat_training_error(LeatTraining *training)
{
    return training->error;
}

double leat_training_share(LeatTraining *training)
{
    const LeatJobInfo *info = &training->info;

    return info->total > 0 ? CLAMP((double)info->done / (double)info->total, 0, 1) : 0;
}

static char *how_far(LeatTraining *training)
{
    const LeatTrainingProgress *progress = &training->standing.progress;

    if (training->standing.training)
        return g_strdup_printf(_("Epoch %u of %u"), progress->epoch, progress->epochs);
    return g_strdup(_("Reading the labelled frames"));
}

char *leat_training_text(LeatTraining *training)
{
    const LeatJobInfo *info = &training->info;
    g_autofree char *text = how_far(training);

    if (info->cancel_asked)
        return g_strdup(_("Cancelling…"));
    if (info->left_ns < 0)
        return g_steal_pointer(&text);
    /* Translators: how far a training is ("Epoch 3 of 40"), and the seconds that it still takes,
     * if all epochs are needed. */
    return g_strdup_printf(_("%s, at most %d s left"), text,
                           (int)((info->left_ns + LEAT_NS_PER_S - 1) / LEAT_NS_PER_S));
}

static void leat_training_dispose(GObject *object)
{
    LeatTraining *training = LEAT_TRAINING(object);

    let_go(training);
    g_clear_object(&training->jobs);
    G_OBJECT_CLASS(leat_training_parent_class)->dispose(object);
}

static void leat_training_finalize(GObject *object)
{
    LeatTraining *training = LEAT_TRAINING(object);

    g_array_unref(training->standing.curve);
    g_free(training->model);
    g_clear_error(&training->error);
    G_OBJECT_CLASS(leat_training_parent_class)->finalize(object);
}

static void leat_training_class_init(LeatTrainingClass *class)
{
    G_OBJECT_CLASS(class)->dispose = leat_training_dispose;
    G_OBJECT_CLASS(class)->finalize = leat_training_finalize;
    signals[CHANGED] = g_signal_new("changed", LEAT_TYPE_TRAINING, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 0);
    signals[ENDED] = g_signal_new("ended", LEAT_TYPE_TRAINING, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
}

static void leat_training_init(LeatTraining *training)
{
    forget(training);
}

LeatTraining *leat_training_new(LeatJobList *jobs)
{
    LeatTraining *training = g_object_new(LEAT_TYPE_TRAINING, NULL);

    training->jobs = g_object_ref(jobs);
    return training;
}
