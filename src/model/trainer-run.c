/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "model/loss.h"
#include "model/sample-reader.h"
#include "model/streams-internal.h"
#include "model/trainer-internal.h"

#include <math.h>
#include <string.h>

#define PROGRESS_NS (100 * LEAT_NS_PER_MS)

/* The samples in the order of this epoch: Fisher and Yates's shuffle. */
static void shuffle(LeatTrainer *trainer)
{
    const uint64_t start =
        leat_random_start(trainer->options.seed, LEAT_STREAM_ORDER, trainer->epoch);

    memcpy(trainer->order, trainer->train, trainer->train_count * sizeof *trainer->order);
    for (unsigned i = trainer->train_count - 1; i > 0; i--) {
        const unsigned j = (unsigned)leat_random_below(leat_random_at(start, i), i + 1);
        const unsigned swapped = trainer->order[i];

        trainer->order[i] = trainer->order[j];
        trainer->order[j] = swapped;
    }
}

/* At the end of an epoch, which was counted as done, or in one. */
static LeatTrainingProgress describe(const LeatTrainer *trainer, bool epoch_ended)
{
    const LeatTrainingOptions *options = &trainer->options;
    const double weight = trainer->weight > 0 ? trainer->weight : 1;

    return (LeatTrainingProgress){
        .epoch = trainer->epoch + (epoch_ended ? 0 : 1),
        .epochs = options->epochs,
        .step = epoch_ended ? trainer->steps : trainer->step,
        .steps = trainer->steps,
        .samples_done = (uint64_t)trainer->epoch * trainer->train_count +
                        MIN((uint64_t)trainer->step * options->batch, trainer->train_count),
        .total = (uint64_t)options->epochs * trainer->train_count,
        .loss = epoch_ended
                    ? g_array_index(trainer->curve, LeatTrainingEpoch, trainer->curve->len - 1)
                          .train_loss
                    : trainer->loss / weight,
        .samples_per_s = trainer->training_ns > 0
                             ? (double)trainer->trained * LEAT_NS_PER_S / trainer->training_ns
                             : 0,
        .epoch_ended = epoch_ended,
    };
}

LeatTrainingProgress leat_trainer_standing(const LeatTrainer *trainer)
{
    return describe(trainer, trainer->ended);
}

static void tell(LeatTrainer *trainer, bool epoch_ended)
{
    const int64_t now_ns = leat_clock_now_ns();
    LeatTrainingProgress progress;

    if (!trainer->progress || (!epoch_ended && now_ns - trainer->told_ns < PROGRESS_NS))
        return;
    trainer->told_ns = now_ns;
    progress = describe(trainer, epoch_ended);
    trainer->progress(&progress, trainer->progress_data);
}

/* The batch of the next step, and the sum of its weights. */
static double fill_batch(LeatTrainer *trainer, const uint8_t *pixels)
{
    const unsigned first = trainer->step * trainer->options.batch;
    LeatBatch *batch = trainer->batch;
    double weight = 0;

    batch->samples = MIN(trainer->train_count - first, trainer->options.batch);
    batch->augment = trainer->options.augment;
    batch->seed = trainer->options.seed;
    batch->epoch = trainer->epoch;
    memcpy(batch->pixels, pixels, batch->samples * LEAT_SAMPLE_BYTES);
    for (unsigned i = 0; i < batch->samples; i++)
        weight += leat_trainer_weight(trainer, trainer->order[first + i]);
    for (unsigned i = 0; i < batch->samples; i++) {
        const unsigned sample = trainer->order[first + i];
        LeatTarget target = trainer->samples->infos[sample].target;

        target.value = (float)((target.value - trainer->mean) / trainer->scale);
        batch->list[i] = (LeatBatchSample){
            .sample = sample,
            .target = target,
            .factor = leat_trainer_weight(trainer, sample) / weight,
        };
    }
    return weight;
}

static bool diverge(LeatTrainer *trainer, GError **error)
{
    const double rate = trainer->options.learning_rate;

    trainer->diverged = true;
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_FAILED,
                "the training diverged in step %u of epoch %u: its loss is no finite number any "
                "more; train with a lower learning rate (%g instead of %g)%s",
                trainer->step + 1, trainer->epoch + 1, rate / 10, rate,
                trainer->shape.task == LEAT_NETWORK_VALUE
                    ? ", and see whether a label's value is far off"
                    : "");
    return false;
}

bool leat_trainer_has_diverged(const LeatTrainer *trainer)
{
    return trainer->diverged;
}

static bool run_step(LeatTrainer *trainer, LeatWorkset *workset, const uint8_t *pixels,
                     LeatCancel *cancel, GError **error)
{
    const double weight = fill_batch(trainer, pixels);
    const LeatShardGradient *shards[LEAT_TRAINING_MAX_BATCH / LEAT_SHARD];
    double loss;

    if (!leat_batch_run(workset, trainer->batch, cancel, error))
        return false;
    for (unsigned i = 0; i * LEAT_SHARD < trainer->batch->samples; i++) {
        size_t bytes;

        shards[i] = leat_workset_output(workset, i, &bytes);
    }
    loss = leat_shards_sum_loss(shards, trainer->batch->samples);
    if (!isfinite(loss) || !leat_trainer_descend(trainer, workset))
        return diverge(trainer, error);
    trainer->loss += loss * weight;
    trainer->weight += weight;
    trainer->step++;
    trainer->trained += trainer->batch->samples;
    return true;
}

/* What is left of this epoch's steps. */
static bool run_steps(LeatTrainer *trainer, LeatWorkset *workset, LeatCancel *cancel,
                      GError **error)
{
    const unsigned first = trainer->step * trainer->options.batch;
    LeatSampleReader *reader;
    bool good = true;

    if (trainer->step == trainer->steps)
        return true;
    shuffle(trainer);
    reader =
        leat_sample_reader_new(trainer->samples, trainer->order + first,
                               trainer->train_count - first, trainer->options.batch, cancel, error);
    if (!reader)
        return false;
    while (good && trainer->step < trainer->steps) {
        const int64_t start_ns = leat_clock_now_ns();
        const uint8_t *pixels = leat_sample_reader_next(reader, error);

        good = pixels && leat_cancel_check(cancel, error) &&
               run_step(trainer, workset, pixels, cancel, error);
        trainer->training_ns += leat_clock_now_ns() - start_ns;
        if (good)
            tell(trainer, false);
    }
    leat_sample_reader_free(reader);
    return good;
}

/* Metrics of samples, and sums over them in which they count as in training. */
typedef struct {
    const LeatTrainer *trainer;
    LeatMetrics *metrics;
    double loss, right, weight;
} Evaluation;

static void add_scores(void *data, unsigned sample, const float *scores)
{
    Evaluation *evaluation = data;
    const LeatTrainer *trainer = evaluation->trainer;
    const LeatTarget target = trainer->samples->infos[sample].target;
    const double weight = leat_trainer_weight(trainer, sample);

    leat_metrics_add(evaluation->metrics, sample, target, scores);
    evaluation->loss += weight * leat_loss_of_scores(trainer->shape, scores, target) /
                        (trainer->scale * trainer->scale);
    if (trainer->shape.task == LEAT_NETWORK_CLASSES &&
        leat_network_best(scores, trainer->shape.outputs) == target.class_index)
        evaluation->right += weight;
    evaluation->weight += weight;
}

/* Evaluates trainer->final, whose values are in their units. The metrics are the caller's. */
static bool evaluate(LeatTrainer *trainer, LeatExecutor *executor, const unsigned *indices,
                     unsigned count, Evaluation *evaluation, LeatCancel *cancel, GError **error)
{
    *evaluation = (Evaluation){trainer, leat_metrics_new(trainer->shape)};
    if (count == 0 ||
        leat_evaluation_run(executor, trainer->shape, trainer->final, trainer->samples, indices,
                            count, add_scores, NULL, evaluation, cancel, error))
        return true;
    leat_metrics_free(evaluation->metrics);
    return false;
}

static void replace(LeatMetrics **metrics, LeatMetrics *by)
{
    leat_metrics_free(*metrics);
    *metrics = by;
}

static void finalise(LeatTrainer *trainer, const float *parameters)
{
    memcpy(trainer->final, parameters,
           leat_network_parameters(trainer->shape) * sizeof *parameters);
    leat_trainer_to_units(trainer, trainer->final);
}

static bool is_better(const LeatTrainer *trainer, double share, double loss)
{
    if (trainer->validate_count == 0 || trainer->best_epoch == 0)
        return true;
    return share != trainer->best_share ? share > trainer->best_share : loss < trainer->best_loss;
}

static void keep_if_better(LeatTrainer *trainer, double share, double loss)
{
    if (!is_better(trainer, share, loss))
        return;
    trainer->best_epoch = trainer->epoch;
    trainer->best_share = share;
    trainer->best_loss = loss;
    memcpy(trainer->best, leat_trainer_parameters(trainer),
           leat_network_parameters(trainer->shape) * sizeof *trainer->best);
}

/* Validates, and closes the epoch's account. All or nothing: until it is through, the epoch has all
 * of its steps and has not ended. */
static bool end_epoch(LeatTrainer *trainer, LeatExecutor *executor, LeatCancel *cancel,
                      GError **error)
{
    const LeatTrainingOptions *options = &trainer->options;
    LeatTrainingEpoch epoch = {
        .epoch = trainer->epoch + 1,
        .learning_rate = leat_trainer_rate(trainer),
        .train_loss = trainer->loss / trainer->weight,
    };
    Evaluation evaluation;
    double share = 0;

    finalise(trainer, leat_trainer_parameters(trainer));
    if (!evaluate(trainer, executor, trainer->validate, trainer->validate_count, &evaluation,
                  cancel, error))
        return false;
    replace(&trainer->validation_metrics, evaluation.metrics);
    if (trainer->validate_count > 0) {
        share = evaluation.right / evaluation.weight;
        epoch.validation_loss = evaluation.loss / evaluation.weight;
    }
    if (!isfinite(epoch.validation_loss))
        return diverge(trainer, error);
    epoch.accuracy = evaluation.metrics->accuracy;
    epoch.mean_absolute_error = evaluation.metrics->mean_absolute_error;
    g_array_append_val(trainer->curve, epoch);
    trainer->epoch++;
    trainer->step = 0;
    trainer->loss = 0;
    trainer->weight = 0;
    keep_if_better(trainer, share, epoch.validation_loss);
    trainer->ended = trainer->epoch == options->epochs;
    trainer->stopped_early = !trainer->ended && options->patience > 0 &&
                             trainer->epoch - trainer->best_epoch >= options->patience;
    trainer->ended |= trainer->stopped_early;
    tell(trainer, true);
    return true;
}

static bool train(LeatTrainer *trainer, LeatExecutor *executor, LeatCancel *cancel, GError **error)
{
    LeatWorkset *workset;
    bool good = true;

    if (trainer->ended)
        return true;
    workset = leat_batch_new(executor, trainer->shape, trainer->options.batch, true,
                             &trainer->batch, error);
    if (!workset)
        return false;
    leat_batch_load(trainer->batch, trainer->parameters);
    while (good && !trainer->ended)
        good = run_steps(trainer, workset, cancel, error) &&
               end_epoch(trainer, executor, cancel, error);
    memcpy(trainer->parameters, trainer->batch->parameters,
           leat_network_parameters(trainer->shape) * sizeof *trainer->parameters);
    trainer->batch = NULL;
    leat_workset_free(workset);
    return good;
}

/* The best epoch's weights, and how they do. */
static bool conclude(LeatTrainer *trainer, LeatExecutor *executor, LeatCancel *cancel,
                     GError **error)
{
    Evaluation evaluation;

    finalise(trainer, trainer->best);
    if (!evaluate(trainer, executor, trainer->train, trainer->train_count, &evaluation, cancel,
                  error))
        return false;
    replace(&trainer->train_metrics, evaluation.metrics);
    if (!evaluate(trainer, executor, trainer->validate, trainer->validate_count, &evaluation,
                  cancel, error))
        return false;
    replace(&trainer->validation_metrics, evaluation.metrics);
    g_free(trainer->sha256);
    trainer->sha256 = leat_network_sha256(trainer->shape, trainer->final);
    return true;
}

bool leat_trainer_run(LeatTrainer *trainer, LeatExecutor *executor, LeatCancel *cancel,
                      LeatTrainingFunc progress, void *data, GError **error)
{
    const int64_t start_ns = leat_clock_now_ns();
    bool good;

    if (trainer->diverged)
        return diverge(trainer, error);
    trainer->progress = progress;
    trainer->progress_data = data;
    trainer->trained = 0;
    trainer->training_ns = 0;
    trainer->told_ns = start_ns;
    good = train(trainer, executor, cancel, error) && conclude(trainer, executor, cancel, error);
    trainer->all_trained += trainer->trained;
    trainer->all_training_ns += trainer->training_ns;
    trainer->all_ns += leat_clock_now_ns() - start_ns;
    if (!good)
        return false;
    trainer->result = (LeatTrainingResult){
        .parameters = trainer->final,
        .sha256 = trainer->sha256,
        .best_epoch = trainer->best_epoch,
        .epochs = trainer->epoch,
        .stopped_early = trainer->stopped_early,
        .train = trainer->train_metrics,
        .validation = trainer->validation_metrics,
        .samples_per_s = trainer->all_training_ns > 0 ? (double)trainer->all_trained *
                                                            LEAT_NS_PER_S / trainer->all_training_ns
                                                      : 0,
        .wall_s = (double)trainer->all_ns / LEAT_NS_PER_S,
    };
    return true;
}
