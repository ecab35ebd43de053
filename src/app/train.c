/* SPDX-License-Identifier: MIT */
#include "app/train.h"

#include "app/dataset.h"
#include "app/model-record.h"
#include "app/train-compare.h"
#include "app/work-kinds.h"
#include "base/clock.h"
#include "base/error.h"
#include "concurrency/lock.h"

#include <string.h>

/* One seed for all who do not ask for another, so that training again gives the same. */
#define SEED 1

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
    LeatExecutor *executor;
    int64_t started_ns;
    unsigned decode_total;
    uint64_t train_total;
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
    return (int64_t)(train->decode_total + train->train_total);
}

static void on_decoded(unsigned done, unsigned total, void *data)
{
    LeatTrain *train = data;

    (void)total;
    leat_job_report(train->job, done, total_of(train));
}

static void on_trained(const LeatTrainingProgress *progress, void *data)
{
    LeatTrain *train = data;
    unsigned count;
    const LeatTrainingEpoch *curve = leat_trainer_curve(train->trainer, &count);

    leat_lock_acquire(&train->lock);
    train->standing.training = true;
    train->standing.progress = *progress;
    if (count > train->curve_seen)
        g_array_append_vals(train->standing.curve, curve + train->curve_seen,
                            count - train->curve_seen);
    leat_lock_release(&train->lock);
    train->curve_seen = count;
    leat_job_report(train->job, (int64_t)(train->decode_total + progress->samples_done),
                    total_of(train));
}

/* What the training is told: the defaults but for what the user chose, or a model's own record. */
static bool choose_options(LeatTrain *train, GError **error)
{
    const LeatTrainOptions *options = &train->options;
    LeatTrainingOptions *training = &train->training;

    if (train->repeat)
        return leat_model_record_options(train->origin, training, error);
    *training = leat_training_defaults(leat_dataset_shape(train->dataset).task);
    training->seed = options->seed >= 0 ? (uint64_t)options->seed : SEED;
    if (options->epochs > 0)
        training->epochs = options->epochs;
    if (options->batch > 0)
        training->batch = options->batch;
    if (options->patience >= 0)
        training->patience = (unsigned)options->patience;
    if (options->learning_rate > 0)
        training->learning_rate = options->learning_rate;
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

static bool same_labels(const LeatDataset *dataset, const LeatStoredModel *model, GError **error)
{
    g_autofree char *labels = leat_model_record_write_labels(leat_dataset_labels(dataset));
    bool number = leat_dataset_shape(dataset).task == LEAT_NETWORK_VALUE;

    if (strcmp(labels, model->labels) == 0 && number == (model->kind == LEAT_STORED_NUMBER))
        return true;
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                "cannot begin with model '%s': its labels are %s, and those to learn are %s; begin "
                "with none, or name its labels with --labels",
                model->name, model->labels, labels);
    return false;
}

/* The weights it begins with: `start` stays NULL for random ones. */
static bool find_start(LeatTrain *train, float **start, GError **error)
{
    g_autoptr(LeatStore) store = NULL;
    g_autoptr(LeatStoredModel) parent = NULL;
    g_autofree char *begins_with = NULL;

    if (!train->origin)
        return true;
    if (!train->repeat) {
        if (!same_labels(train->dataset, train->origin, error))
            return false;
        *start = leat_model_record_parameters(train->origin, error);
        return *start != NULL;
    }
    begins_with = leat_model_record_begins_with(train->origin);
    if (!begins_with)
        return true;
    if (!train->origin->parent_name) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND,
                    "model '%s' began with the weights of another, which was removed",
                    train->origin->name);
        return false;
    }
    store = leat_store_open(train->path, NULL, error);
    parent = store ? leat_store_find_model(store, train->origin->parent_name, error) : NULL;
    *start = parent ? leat_model_record_parameters(parent, error) : NULL;
    return *start != NULL;
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
    if (!find_origin(train, error) || !open_dataset(train, error) || !choose_options(train, error))
        return false;
    train->decode_total = leat_dataset_count(train->dataset, LEAT_SPLIT_NONE);
    train->train_total =
        (uint64_t)leat_dataset_count(train->dataset, LEAT_SPLIT_TRAIN) * train->training.epochs;
    if (!leat_dataset_prepare(train->dataset, on_decoded, train, leat_job_cancel_object(train->job),
                              error))
        return false;
    train->train_total =
        (uint64_t)leat_dataset_count(train->dataset, LEAT_SPLIT_TRAIN) * train->training.epochs;
    return true;
}

static bool make_trainer(LeatTrain *train, GError **error)
{
    float *start = NULL;

    if (!find_start(train, &start, error))
        return false;
    train->trainer = leat_trainer_new(leat_dataset_shape(train->dataset), &train->training,
                                      leat_dataset_samples(train->dataset), start, error);
    g_free(start);
    if (!train->trainer)
        return false;
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

static void take_metrics(LeatTrainResult *result, const LeatTrainingResult *trained)
{
    const LeatMetrics *metrics =
        trained->validation->samples > 0 ? trained->validation : trained->train;
    size_t cells = (size_t)metrics->shape.outputs * metrics->shape.outputs;

    result->outputs = metrics->shape.outputs;
    result->has_accuracy = metrics->shape.task == LEAT_NETWORK_CLASSES;
    result->train_samples = trained->train->samples;
    result->validation_samples = trained->validation->samples;
    result->train_accuracy = trained->train->accuracy;
    result->accuracy = metrics->accuracy;
    result->train_error = trained->train->mean_absolute_error;
    result->error = metrics->mean_absolute_error;
    if (result->has_accuracy)
        result->confusion = g_memdup2(metrics->confusion, cells * sizeof(unsigned));
    result->epochs = trained->epochs;
    result->best_epoch = trained->best_epoch;
    result->stopped_early = trained->stopped_early;
    result->samples_per_s = trained->samples_per_s;
    g_strlcpy(result->sha256, trained->sha256, sizeof(result->sha256));
}

static LeatStoredSample sample_of(const void *data, unsigned sample)
{
    return leat_dataset_sample(data, sample);
}

static char *metrics_text(LeatTrain *train, const LeatTrainingResult *trained)
{
    LeatExecutorFigures figures = leat_executor_figures(train->executor);
    LeatModelOutcome outcome = {
        .result = trained,
        .labels = leat_dataset_labels(train->dataset),
        .executor = leat_executor_kind_name(figures.kind),
        .workers = figures.workers,
        .wall_s = train->result.wall_s,
        .sample = sample_of,
        .data = train->dataset,
    };

    outcome.curve = leat_trainer_curve(train->trainer, &outcome.curve_count);
    return leat_model_record_write_metrics(&outcome);
}

static GArray *used_frames(const LeatDataset *dataset)
{
    unsigned count = leat_dataset_samples(dataset)->count;
    GArray *frames = g_array_sized_new(FALSE, FALSE, sizeof(LeatStoredSample), count);

    for (unsigned i = 0; i < count; i++) {
        LeatStoredSample frame = leat_dataset_sample(dataset, i);

        g_array_append_val(frames, frame);
    }
    return frames;
}

/* Without the number that it may end in. */
static char *first_name(const char *name)
{
    size_t length = strlen(name);

    while (length > 0 && g_ascii_isdigit(name[length - 1]))
        length--;
    return g_strndup(name, length > 1 && name[length] && name[length - 1] == '-' ? length - 1
                                                                                 : strlen(name));
}

/* "feeder-2" for the successor of "feeder", "feeder-3" for its. NULL with an error. */
static char *successor_name(LeatStore *store, const char *name, GError **error)
{
    g_autoptr(GPtrArray) models = leat_store_models(store, error);
    g_autofree char *first = first_name(name);
    char *next = NULL;
    bool taken = models != NULL;

    for (unsigned n = 2; taken; n++) {
        g_free(next);
        next = g_strdup_printf("%s-%u", first, n);
        taken = false;
        for (guint i = 0; i < models->len; i++)
            taken = taken || strcmp(((const LeatStoredModel *)models->pdata[i])->name, next) == 0;
    }
    return next;
}

static bool keep(LeatTrain *train, const LeatTrainingResult *trained, GError **error)
{
    LeatNetworkShape shape = leat_dataset_shape(train->dataset);
    g_autoptr(GBytes) weights = leat_network_pack(shape, trained->parameters);
    g_autoptr(GArray) frames = used_frames(train->dataset);
    g_autoptr(LeatStore) store = leat_store_open_to_edit(train->path, error);
    g_autoptr(LeatStoredModel) model = NULL;
    g_autofree char *name = NULL;

    if (!store)
        return false;
    name = train->update && !train->name ? successor_name(store, train->origin->name, error)
                                         : g_strdup(train->name);
    if (train->update && !name)
        return false;
    model = g_new0(LeatStoredModel, 1);
    model->name = g_steal_pointer(&name);
    model->kind = shape.task == LEAT_NETWORK_VALUE ? LEAT_STORED_NUMBER : LEAT_STORED_CLASSES;
    model->labels = leat_model_record_write_labels(leat_dataset_labels(train->dataset));
    model->samples = frames->len;
    model->has_accuracy = train->result.has_accuracy;
    model->accuracy = train->result.accuracy;
    model->options = leat_model_record_write_options(&train->training,
                                                     train->origin ? train->origin->sha256 : NULL);
    model->metrics = metrics_text(train, trained);
    model->parent = train->origin ? train->origin->id : 0;
    model->weights = g_memdup2(g_bytes_get_data(weights, NULL), g_bytes_get_size(weights));
    model->weight_bytes = g_bytes_get_size(weights);
    if (!leat_store_add_model(store, model, frames, error))
        return false;
    train->result.model = g_strdup(model->name);
    return true;
}

/* Whether it is better than the model that it began with. */
static bool compare(LeatTrain *train, const LeatTrainingResult *trained, GError **error)
{
    LeatTrainResult *result = &train->result;
    LeatNetworkShape shape = leat_dataset_shape(train->dataset);
    g_autofree float *parameters = leat_model_record_parameters(train->origin, error);
    g_autoptr(LeatMetrics) before =
        parameters ? leat_train_measure(train->executor, shape, parameters,
                                        leat_dataset_samples(train->dataset),
                                        leat_job_cancel_object(train->job), error)
                   : NULL;

    if (!before)
        return false;
    result->new_frames = leat_dataset_new_frames(train->dataset);
    result->before_figure = leat_train_figure(before);
    result->after_figure = leat_train_figure(trained->validation);
    if (trained->validation->samples == 0)
        result->better = false;
    else if (result->has_accuracy)
        result->better = result->after_figure > result->before_figure;
    else
        result->better = result->after_figure < result->before_figure;
    return true;
}

static bool run(LeatTrain *train, GError **error)
{
    const LeatTrainingResult *trained;
    LeatTrainResult *result = &train->result;

    if (!prepare(train, error) || !make_trainer(train, error) ||
        !leat_trainer_run(train->trainer, train->executor, leat_job_cancel_object(train->job),
                          on_trained, train, error))
        return false;
    trained = leat_trainer_result(train->trainer);
    take_metrics(result, trained);
    result->labels = g_strdupv((char **)(uintptr_t)leat_dataset_labels(train->dataset));
    result->damaged = leat_dataset_damaged(train->dataset);
    result->wall_s = (double)(leat_clock_now_ns() - train->started_ns) / LEAT_NS_PER_S;
    if (train->update && !compare(train, trained, error))
        return false;
    if (train->update && !result->better) {
        result->model = g_strdup(train->origin->name);
        return true;
    }
    if (!train->repeat && !keep(train, trained, error)) {
        g_prefix_error(error, "the model was trained, and could not be stored: ");
        return false;
    }
    if (!train->repeat)
        return true;
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
    close_all(train);
    return train->done;
}
