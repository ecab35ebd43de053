/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "model/trainer-internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* No class counts more than this many times as much as if all were of one size. */
#define MOST_WEIGHT 10.0

LeatTrainingOptions leat_training_defaults(LeatNetworkTask task)
{
    return (LeatTrainingOptions){
        .seed = 1,
        .epochs = 40,
        .batch = 32,
        .patience = 10,
        .augment = LEAT_AUGMENT_SHIFT | LEAT_AUGMENT_BRIGHTNESS,
        .balance = task == LEAT_NETWORK_CLASSES,
        /* The gradient of a squared error has no bound, as that of a probability has. */
        .learning_rate = task == LEAT_NETWORK_CLASSES ? 0.02 : 0.005,
        .momentum = 0.9,
        .weight_decay = 1e-4,
    };
}

static bool refuse(GError **error, const char *what, double value, const char *range)
{
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID, "cannot train with %s %g: it must be %s",
                what, value, range);
    return false;
}

static bool check_options(const LeatTrainingOptions *options, GError **error)
{
    if (options->epochs < 1 || options->epochs > LEAT_TRAINING_MAX_EPOCHS)
        return refuse(error, "epochs", options->epochs,
                      "1 to " G_STRINGIFY(LEAT_TRAINING_MAX_EPOCHS));
    if (options->batch < 1 || options->batch > LEAT_TRAINING_MAX_BATCH)
        return refuse(error, "batch", options->batch,
                      "1 to " G_STRINGIFY(LEAT_TRAINING_MAX_BATCH) " samples");
    if (!(options->learning_rate > 0 && options->learning_rate <= 1e6))
        return refuse(error, "learning rate", options->learning_rate, "above 0");
    if (!(options->momentum >= 0 && options->momentum < 1))
        return refuse(error, "momentum", options->momentum, "at least 0 and below 1");
    if (!(options->weight_decay >= 0 && options->weight_decay < 1))
        return refuse(error, "weight decay", options->weight_decay, "at least 0 and below 1");
    return true;
}

static bool check_target(LeatNetworkShape shape, unsigned sample, LeatTarget target, GError **error)
{
    if (shape.task == LEAT_NETWORK_CLASSES && target.class_index >= shape.outputs) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "sample %u is of class %u, and there are only %u (from 0)", sample,
                    target.class_index, shape.outputs);
        return false;
    }
    if (shape.task == LEAT_NETWORK_VALUE && !isfinite(target.value)) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "the target value of sample %u is no finite number: correct or remove its "
                    "label",
                    sample);
        return false;
    }
    return true;
}

/* Sorts the samples by what they are for. */
static bool take_samples(LeatTrainer *trainer, GError **error)
{
    const LeatSamples *samples = trainer->samples;

    trainer->train = calloc(MAX(samples->count, 1), 3 * sizeof *trainer->train);
    if (!trainer->train) {
        leat_error_no_memory(error, 3 * sizeof *trainer->train * samples->count, "samples");
        return false;
    }
    trainer->validate = trainer->train + samples->count;
    trainer->order = trainer->validate + samples->count;
    for (unsigned i = 0; i < samples->count; i++) {
        const LeatSampleInfo *info = &samples->infos[i];

        if (info->split == LEAT_SPLIT_NONE)
            continue;
        if (!check_target(trainer->shape, i, info->target, error))
            return false;
        if (info->split == LEAT_SPLIT_TRAIN)
            trainer->train[trainer->train_count++] = i;
        else
            trainer->validate[trainer->validate_count++] = i;
    }
    if (trainer->train_count > 0)
        return true;
    g_set_error_literal(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                        "there are no samples to train on: label more frames");
    return false;
}

/* Weights by n / (classes * n of the class). */
static bool weigh_classes(LeatTrainer *trainer, GError **error)
{
    const unsigned classes = trainer->shape.outputs;
    unsigned counts[LEAT_NETWORK_MAX_OUTPUTS] = {0};

    for (unsigned i = 0; i < trainer->train_count; i++)
        counts[trainer->samples->infos[trainer->train[i]].target.class_index]++;
    for (unsigned i = 0; i < classes; i++) {
        if (counts[i] == 0) {
            const char *const *names = trainer->samples->class_names;

            g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                        "no sample to train on is of class %u%s%s%s: label more frames with it, "
                        "or leave it out",
                        i, names ? " ('" : "", names ? names[i] : "", names ? "')" : "");
            return false;
        }
        trainer->class_weights[i] =
            trainer->options.balance
                ? MIN((double)trainer->train_count / classes / counts[i], MOST_WEIGHT)
                : 1;
    }
    return true;
}

/* Mean and standard deviation of the values to train on. */
static void measure_values(LeatTrainer *trainer)
{
    const LeatSampleInfo *infos = trainer->samples->infos;
    double squares = 0;

    trainer->mean = 0;
    for (unsigned i = 0; i < trainer->train_count; i++)
        trainer->mean += (double)infos[trainer->train[i]].target.value / trainer->train_count;
    for (unsigned i = 0; i < trainer->train_count; i++) {
        const double off = infos[trainer->train[i]].target.value - trainer->mean;

        squares += off * off / trainer->train_count;
    }
    trainer->scale = sqrt(squares);
    if (!(trainer->scale > 0))
        trainer->scale = 1;
}

static void identify(LeatTrainer *trainer, const float *start)
{
    const LeatTrainingOptions *options = &trainer->options;
    GChecksum *checksum = g_checksum_new(G_CHECKSUM_SHA256);
    char *text = g_strdup_printf(
        "%d %d %u %" G_GUINT64_FORMAT " %u %u %u %u %d %a %a %a %u", LEAT_NETWORK_VERSION,
        (int)trainer->shape.task, trainer->shape.outputs, options->seed, options->epochs,
        options->batch, options->patience, options->augment, options->balance,
        options->learning_rate, options->momentum, options->weight_decay, trainer->samples->count);

    g_checksum_update(checksum, (const guchar *)text, -1);
    g_free(text);
    for (unsigned i = 0; i < trainer->samples->count; i++) {
        const LeatSampleInfo *info = &trainer->samples->infos[i];
        const double value = info->target.value;

        text = g_strdup_printf(" %d:", (int)info->split);
        g_checksum_update(checksum, (const guchar *)text, -1);
        g_free(text);
        text = trainer->shape.task == LEAT_NETWORK_VALUE
                   ? g_strdup_printf("%a", value)
                   : g_strdup_printf("%u", info->target.class_index);
        g_checksum_update(checksum, (const guchar *)text, -1);
        g_free(text);
    }
    if (start) {
        text = leat_network_sha256(trainer->shape, start);
        g_checksum_update(checksum, (const guchar *)text, -1);
        g_free(text);
    }
    g_strlcpy(trainer->identity, g_checksum_get_string(checksum), sizeof trainer->identity);
    g_checksum_free(checksum);
}

static bool reserve(LeatTrainer *trainer, GError **error)
{
    const size_t count = leat_network_parameters(trainer->shape);

    trainer->parameters = calloc(count, 4 * sizeof *trainer->parameters);
    if (!trainer->parameters) {
        leat_error_no_memory(error, count * 4 * sizeof *trainer->parameters, "a model");
        return false;
    }
    trainer->velocities = trainer->parameters + count;
    trainer->best = trainer->velocities + count;
    trainer->final = trainer->best + count;
    return true;
}

static bool set_up(LeatTrainer *trainer, const float *start, GError **error)
{
    const LeatNetworkShape shape = trainer->shape;

    if (!leat_network_check_shape(shape, error) || !check_options(&trainer->options, error) ||
        !take_samples(trainer, error) || !reserve(trainer, error))
        return false;
    trainer->steps = (trainer->train_count + trainer->options.batch - 1) / trainer->options.batch;
    trainer->scale = 1;
    if (shape.task == LEAT_NETWORK_VALUE)
        measure_values(trainer);
    else if (!weigh_classes(trainer, error))
        return false;
    if (start) {
        memcpy(trainer->parameters, start, leat_network_parameters(shape) * sizeof *start);
        leat_trainer_from_units(trainer, trainer->parameters);
    } else {
        leat_network_initialise(shape, trainer->options.seed, trainer->parameters);
    }
    identify(trainer, start);
    trainer->train_metrics = leat_metrics_new(shape);
    trainer->validation_metrics = leat_metrics_new(shape);
    trainer->curve = g_array_new(FALSE, TRUE, sizeof(LeatTrainingEpoch));
    return true;
}

LeatTrainer *leat_trainer_new(LeatNetworkShape shape, const LeatTrainingOptions *options,
                              const LeatSamples *samples, const float *start, GError **error)
{
    LeatTrainer *trainer = calloc(1, sizeof *trainer);

    if (!trainer)
        return leat_error_no_memory(error, sizeof *trainer, "a training");
    trainer->shape = shape;
    trainer->options = *options;
    trainer->samples = samples;
    if (!set_up(trainer, start, error)) {
        leat_trainer_free(trainer);
        return NULL;
    }
    return trainer;
}

void leat_trainer_free(LeatTrainer *trainer)
{
    if (!trainer)
        return;
    free(trainer->train);
    free(trainer->parameters);
    leat_metrics_free(trainer->train_metrics);
    leat_metrics_free(trainer->validation_metrics);
    if (trainer->curve)
        g_array_free(trainer->curve, TRUE);
    g_free(trainer->sha256);
    free(trainer);
}

double leat_trainer_weight(const LeatTrainer *trainer, unsigned sample)
{
    return trainer->shape.task == LEAT_NETWORK_VALUE
               ? 1
               : trainer->class_weights[trainer->samples->infos[sample].target.class_index];
}

float *leat_trainer_parameters(LeatTrainer *trainer)
{
    return trainer->batch ? trainer->batch->parameters : trainer->parameters;
}

/* The last layer's weights, and behind them its bias. */
void leat_trainer_to_units(const LeatTrainer *trainer, float *parameters)
{
    float *last = parameters + LEAT_OUTPUT;

    if (trainer->shape.task != LEAT_NETWORK_VALUE)
        return;
    for (int i = 0; i <= LEAT_HIDDEN; i++)
        last[i] = (float)(last[i] * trainer->scale);
    last[LEAT_HIDDEN] = (float)(last[LEAT_HIDDEN] + trainer->mean);
}

void leat_trainer_from_units(const LeatTrainer *trainer, float *parameters)
{
    float *last = parameters + LEAT_OUTPUT;

    if (trainer->shape.task != LEAT_NETWORK_VALUE)
        return;
    last[LEAT_HIDDEN] = (float)(last[LEAT_HIDDEN] - trainer->mean);
    for (int i = 0; i <= LEAT_HIDDEN; i++)
        last[i] = (float)(last[i] / trainer->scale);
}

const LeatTrainingEpoch *leat_trainer_curve(const LeatTrainer *trainer, unsigned *count)
{
    *count = trainer->curve->len;
    return (const LeatTrainingEpoch *)(const void *)trainer->curve->data;
}

const LeatTrainingResult *leat_trainer_result(const LeatTrainer *trainer)
{
    return trainer->sha256 ? &trainer->result : NULL;
}
