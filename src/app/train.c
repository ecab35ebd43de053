/* SPDX-License-Identifier: MIT */
#include "app/train.h"

#include "app/dataset.h"
#include "app/model-record.h"
#include "app/train-checkpoint.h"
#include "app/train-choice.h"
#include "app/train-compare.h"
#include "app/train-result.h"
#include "app/train-start.h"
#include "app/train-store.h"
#include "app/work-kinds.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "concurrency/lock.h"

#include <string.h>

struct LeatTrain {
    /* Set once. */
    char *path, *name, *from, *update, *repeat;
    char **labels;
    LeatTrainOptions options; /* its texts are those above */

    LeatLock lock;
    /* Under the lock. */
    LeatTrainStanding standing;

    /* The job's. */
    LeatJob *job;
    LeatDataset *dataset;
    LeatStoredModel *origin; /* the model to repeat, or to begin with; or NULL */
    LeatTrainingOptions training;
    LeatTrainer *trainer;
    LeatTrainCheckpoint *checkpoint; /* or NULL */
    LeatExecutor *executor;
    int64_t started_ns;
    unsigned decode_total;
    uint64_t train_total, before; /* samples: of all epochs; trained by who began it */
    uint64_t diverged_after;      /* samples, of a training that was done again; or 0 */
    unsigned curve_seen;

    LeatTrainResult result;
    bool done;
};

LeatTrain *leat_train_new(const LeatTrainOptions *options, GError **error)
{
    LeatTrain *train = g_new0(LeatTrain, 1);

    if (!leat_lock_init(&train->lock, error)) {
        g_free(train);
        return NULL;
    }
    train->options = *options;
    train->path = g_strdup(options->path);
    train->name = g_strdup(options->name);
    train->from = g_strdup(options->update ? options->update : options->from);
    train->update = g_strdup(options->update);
    train->repeat = g_strdup(options->repeat);
    train->labels = g_strdupv((char **)(uintptr_t)options->labels);
    train->standing.curve = g_array_new(FALSE, FALSE, sizeof(LeatTrainingEpoch));
    return train;
}

static void close_all(LeatTrain *train)
{
    g_clear_pointer(&train->checkpoint, leat_train_checkpoint_free);
    g_clear_pointer(&train->trainer, leat_trainer_free);
    g_clear_pointer(&train->executor, leat_executor_free);
    g_clear_pointer(&train->dataset, leat_dataset_free);
    g_clear_pointer(&train->origin, leat_stored_model_free);
}

void leat_train_free(LeatTrain *train)
{
    if (!train)
        return;
    close_all(train);
    g_array_unref(train->standing.curve);
    g_free(train->result.model);
    g_free(train->result.confusion);
    g_strfreev(train->result.labels);
    leat_lock_finish(&train->lock);
    g_free(train->path);
    g_free(train->name);
    g_free(train->from);
    g_free(train->update);
    g_free(train->repeat);
    g_strfreev(train->labels);
    g_free(train);
}

void leat_train_get_standing(LeatTrain *train, LeatTrainStanding *standing)
{
    leat_lock_acquire(&train->lock);
    *standing = train->standing;
    standing->curve = g_array_copy(train->standing.curve);
    leat_lock_release(&train->lock);
}

const LeatTrainResult *leat_train_result(const LeatTrain *train)
{
    return train->done ? &train->result : NULL;
}

static int64_t total_of(const LeatTrain *train)
{
    return (int64_t)(train->decode_total + train->diverged_after + train->train_total -
                     train->before);
}

static void count_samples(LeatTrain *train)
{
    train->train_total =
        (uint64_t)leat_dataset_count(train->dataset, LEAT_SPLIT_TRAIN) * train->training.epochs;
}

static void on_decoded(int64_t done, int64_t total, void *data)
{
    LeatTrain *train = data;

    if (done == 0) {
        train->decode_total = (unsigned)total;
        count_samples(train);
    }
    leat_job_report(train->job, done, total_of(train));
}

/* For all to see. */
static void show(LeatTrain *train, const LeatTrainingProgress *progress, bool goes_on)
{
    unsigned count;
    const LeatTrainingEpoch *curve = leat_trainer_curve(train->trainer, &count);

    leat_lock_acquire(&train->lock);
    train->standing.training = true;
    if (goes_on)
        train->standing.goes_on_from = progress->epoch;
    train->standing.progress = *progress;
    if (count > train->curve_seen)
        g_array_append_vals(train->standing.curve, curve + train->curve_seen,
                            count - train->curve_seen);
    leat_lock_release(&train->lock);
    train->curve_seen = count;
    leat_job_report(train->job,
                    (int64_t)(train->decode_total + train->diverged_after + progress->samples_done -
                              train->before),
                    total_of(train));
}

static void on_trained(const LeatTrainingProgress *progress, void *data)
{
    LeatTrain *train = data;

    show(train, progress, false);
    if (train->checkpoint)
        leat_train_checkpoint_save_now_and_then(train->checkpoint, train->trainer, progress);
}

static bool choose_options(LeatTrain *train, GError **error)
{
    if (train->repeat)
        return leat_model_record_options(train->origin, &train->training, error);
    train->training = leat_train_choice(&train->options, leat_dataset_shape(train->dataset).task);
    return true;
}

/* The model to begin with, or to repeat, and of the latter its parent. */
static bool find_origin(LeatTrain *train, GError **error)
{
    const char *name = train->repeat ? train->repeat : train->from;
    g_autoptr(LeatStore) store = leat_store_open(train->path, NULL, error);

    if (!store ||
        (!train->repeat && train->name && !leat_store_check_new_model(store, train->name, error)))
        return false;
    if (name)
        train->origin = leat_store_find_model(store, name, error);
    return !name || (train->origin && leat_model_record_is_network(train->origin, error));
}

/* `start` stays NULL for random weights. */
static bool find_start(LeatTrain *train, float **start, GError **error)
{
    if (!train->origin)
        return true;
    return train->repeat ? leat_train_start_again(train->origin, train->path, start, error)
                         : leat_train_start_with(train->origin, train->dataset, start, error);
}

static bool open_dataset(LeatTrain *train, GError **error)
{
    if (train->repeat)
        train->dataset = leat_dataset_open_again(train->path, train->origin, error);
    else if (train->update)
        train->dataset = leat_dataset_open_after(train->path, train->origin, error);
    else
        train->dataset = leat_dataset_open(train->path, (const char *const *)train->labels, error);
    return train->dataset != NULL;
}

static bool prepare(LeatTrain *train, GError **error)
{
    if (!find_origin(train, error) || !open_dataset(train, error) ||
        !choose_options(train, error) ||
        !leat_dataset_prepare(train->dataset, on_decoded, train, leat_job_cancel_object(train->job),
                              error))
        return false;
    count_samples(train);
    return true;
}

static bool make_trainer(LeatTrain *train, const float *start, GError **error)
{
    train->trainer = leat_trainer_new(leat_dataset_shape(train->dataset), &train->training,
                                      leat_dataset_samples(train->dataset), start, error);
    return train->trainer != NULL;
}

/* A trainer that begins, or goes on with what was not finished. */
static bool begin_training(LeatTrain *train, GError **error)
{
    g_autofree float *start = NULL;
    LeatCheckpointFound found = LEAT_CHECKPOINT_NONE;
    LeatTrainingProgress standing;

    if (!find_start(train, &start, error) || !make_trainer(train, start, error))
        return false;
    if (train->options.checkpoint == LEAT_TRAIN_NO_CHECKPOINT || train->repeat)
        return true;
    train->checkpoint =
        leat_train_checkpoint_new(train->path, leat_dataset_frames_sha256(train->dataset));
    if (train->options.checkpoint == LEAT_TRAIN_GO_ON)
        found = leat_train_checkpoint_restore(train->checkpoint, train->trainer);
    if (found == LEAT_CHECKPOINT_REFUSED) {
        leat_trainer_free(train->trainer);
        return make_trainer(train, start, error);
    }
    if (found == LEAT_CHECKPOINT_RESTORED) {
        standing = leat_trainer_standing(train->trainer);
        train->before = standing.samples_done;
        show(train, &standing, true);
    }
    return true;
}

static bool make_executor(LeatTrain *train, GError **error)
{
    train->executor = leat_executor_new(
        &(LeatExecutorOptions){
            .kind = train->options.executor,
            .workers = train->options.workers,
            .kinds = leat_work_kinds(),
            .trace = train->options.trace,
        },
        error);
    return train->executor != NULL;
}

/* Whether it is better than the model that it began with. */
static bool compare(LeatTrain *train, const LeatTrainingResult *trained, GError **error)
{
    LeatNetworkShape shape = leat_dataset_shape(train->dataset);
    g_autofree float *parameters = leat_model_record_parameters(train->origin, error);
    g_autoptr(LeatMetrics) before =
        parameters ? leat_train_measure(train->executor, shape, parameters,
                                        leat_dataset_samples(train->dataset),
                                        leat_job_cancel_object(train->job), error)
                   : NULL;

    if (!before)
        return false;
    train->result.new_frames = leat_dataset_new_frames(train->dataset);
    leat_train_take_comparison(&train->result, before, trained->validation);
    return true;
}

static bool store(LeatTrain *train, GError **error)
{
    const LeatTrained trained = {
        .path = train->path,
        .name = train->name,
        .origin = train->origin,
        .successor = train->update != NULL,
        .dataset = train->dataset,
        .options = &train->training,
        .trainer = train->trainer,
        .figures = leat_executor_figures(train->executor),
        .wall_s = train->result.wall_s,
    };

    train->result.model = leat_train_store(&trained, error);
    if (!train->result.model)
        g_prefix_error(error, "the model was trained, and could not be stored: ");
    return train->result.model != NULL;
}

/* What is needed to go on is kept until the training has ended well, or can only end badly. */
static void keep_or_remove_checkpoint(LeatTrain *train, bool done)
{
    bool kept = false;

    if (!train->checkpoint)
        return;
    if (done)
        leat_train_checkpoint_remove(train->checkpoint);
    else if (train->standing.training)
        kept = leat_train_checkpoint_save(train->checkpoint, train->trainer);
    leat_lock_acquire(&train->lock);
    train->standing.kept = kept;
    leat_lock_release(&train->lock);
}

/* As a training that begins. */
static void forget_diverged(LeatTrain *train)
{
    LeatTrainingProgress standing = leat_trainer_standing(train->trainer);

    if (train->checkpoint)
        leat_train_checkpoint_remove(train->checkpoint);
    g_clear_pointer(&train->checkpoint, leat_train_checkpoint_free);
    g_clear_pointer(&train->trainer, leat_trainer_free);
    train->diverged_after += standing.samples_done - train->before;
    train->before = 0;
    train->curve_seen = 0;
    leat_lock_acquire(&train->lock);
    train->standing.training = false;
    train->standing.goes_on_from = 0;
    g_array_set_size(train->standing.curve, 0);
    leat_lock_release(&train->lock);
}

static bool run_trainer(LeatTrain *train, GError **error)
{
    return leat_trainer_run(train->trainer, train->executor, leat_job_cancel_object(train->job),
                            on_trained, train, error);
}

static bool train_more_slowly(LeatTrain *train, GError **error)
{
    g_autofree float *start = NULL;
    double rate = train->training.learning_rate;

    forget_diverged(train);
    train->result.diverged = true;
    train->training.learning_rate = rate / 10;
    leat_log(LEAT_LOG_WARNING,
             "the training diverged, and is done once more with a learning rate of %g instead of "
             "%g",
             rate / 10, rate);
    if (!find_start(train, &start, error) || !make_trainer(train, start, error))
        return false;
    if (run_trainer(train, error))
        return true;
    if (leat_trainer_has_diverged(train->trainer))
        g_prefix_error(error, "with a tenth of the learning rate, too, ");
    return false;
}

/* Where a model is kept learning, nobody is there who could choose another rate. */
static bool train_model(LeatTrain *train, GError **error)
{
    GError *failure = NULL;

    if (run_trainer(train, &failure))
        return true;
    if (!train->update || !leat_trainer_has_diverged(train->trainer)) {
        g_propagate_error(error, failure);
        return false;
    }
    g_error_free(failure);
    return train_more_slowly(train, error);
}

static bool run(LeatTrain *train, GError **error)
{
    const LeatTrainingResult *trained;
    LeatTrainResult *result = &train->result;

    if (!prepare(train, error) || !begin_training(train, error) || !make_executor(train, error) ||
        !train_model(train, error))
        return false;
    trained = leat_trainer_result(train->trainer);
    leat_train_take_metrics(result, trained);
    result->labels = g_strdupv((char **)(uintptr_t)leat_dataset_labels(train->dataset));
    result->damaged = leat_dataset_damaged(train->dataset);
    result->learning_rate = train->training.learning_rate;
    result->goes_on_from = train->standing.goes_on_from;
    result->wall_s = (double)(leat_clock_now_ns() - train->started_ns) / LEAT_NS_PER_S;
    if (train->update && !compare(train, trained, error))
        return false;
    if (train->update && !result->better) {
        result->model = g_strdup(train->origin->name);
        return true;
    }
    if (!train->repeat)
        return store(train, error);
    result->model = g_strdup(train->origin->name);
    result->same = strcmp(result->sha256, train->origin->sha256) == 0;
    return true;
}

bool leat_train_run(LeatJob *job, void *data, GError **error)
{
    LeatTrain *train = data;

    train->job = job;
    train->started_ns = leat_clock_now_ns();
    train->done = run(train, error);
    keep_or_remove_checkpoint(train, train->done);
    close_all(train);
    return train->done;
}
