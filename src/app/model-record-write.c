/* SPDX-License-Identifier: MIT */
#include "app/model-record.h"

#include <json-glib/json-glib.h>

static char *finish(JsonBuilder *builder)
{
    JsonNode *root = json_builder_get_root(builder);
    char *text = json_to_string(root, FALSE);

    json_node_unref(root);
    g_object_unref(builder);
    return text;
}

static void add_integer(JsonBuilder *builder, const char *name, int64_t value)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_int_value(builder, value);
}

static void add_number(JsonBuilder *builder, const char *name, double value)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_double_value(builder, value);
}

static void add_flag(JsonBuilder *builder, const char *name, bool value)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_boolean_value(builder, value);
}

static void add_text(JsonBuilder *builder, const char *name, const char *value)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_string_value(builder, value);
}

char *leat_model_record_write_labels(const char *const *labels)
{
    JsonBuilder *builder = json_builder_new();

    json_builder_begin_array(builder);
    for (; *labels; labels++)
        json_builder_add_string_value(builder, *labels);
    json_builder_end_array(builder);
    return finish(builder);
}

char *leat_model_record_write_options(const LeatTrainingOptions *options, const char *begins_with)
{
    JsonBuilder *builder = json_builder_new();

    json_builder_begin_object(builder);
    add_integer(builder, "network", LEAT_NETWORK_VERSION);
    add_integer(builder, "shard", LEAT_TRAINING_SHARD);
    add_integer(builder, "seed", (int64_t)options->seed);
    add_integer(builder, "epochs", options->epochs);
    add_integer(builder, "batch", options->batch);
    add_integer(builder, "patience", options->patience);
    add_flag(builder, "flip", options->augment & LEAT_AUGMENT_FLIP);
    add_flag(builder, "shift", options->augment & LEAT_AUGMENT_SHIFT);
    add_flag(builder, "brightness", options->augment & LEAT_AUGMENT_BRIGHTNESS);
    add_flag(builder, "balance", options->balance);
    add_number(builder, "learning_rate", options->learning_rate);
    add_number(builder, "momentum", options->momentum);
    add_number(builder, "weight_decay", options->weight_decay);
    json_builder_set_member_name(builder, "begins_with");
    if (begins_with)
        json_builder_add_string_value(builder, begins_with);
    else
        json_builder_add_null_value(builder);
    json_builder_end_object(builder);
    return finish(builder);
}

static void add_confusion(JsonBuilder *builder, const LeatMetrics *metrics)
{
    unsigned outputs = metrics->shape.outputs;

    json_builder_set_member_name(builder, "confusion");
    json_builder_begin_array(builder);
    for (unsigned row = 0; row < outputs; row++) {
        json_builder_begin_array(builder);
        for (unsigned column = 0; column < outputs; column++)
            json_builder_add_int_value(builder, metrics->confusion[row * outputs + column]);
        json_builder_end_array(builder);
    }
    json_builder_end_array(builder);
}

static void add_curve(JsonBuilder *builder, const LeatModelOutcome *outcome)
{
    bool classes = outcome->result->train->shape.task == LEAT_NETWORK_CLASSES;

    json_builder_set_member_name(builder, "curve");
    json_builder_begin_array(builder);
    for (unsigned i = 0; i < outcome->curve_count; i++) {
        const LeatTrainingEpoch *epoch = &outcome->curve[i];

        json_builder_begin_object(builder);
        add_integer(builder, "epoch", epoch->epoch);
        add_number(builder, "learning_rate", epoch->learning_rate);
        add_number(builder, "train_loss", epoch->train_loss);
        add_number(builder, "loss", epoch->validation_loss);
        if (classes)
            add_number(builder, "accuracy", epoch->accuracy);
        else
            add_number(builder, "mean_absolute_error", epoch->mean_absolute_error);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

static void add_worst(JsonBuilder *builder, const LeatModelOutcome *outcome,
                      const LeatMetrics *metrics)
{
    bool classes = metrics->shape.task == LEAT_NETWORK_CLASSES;

    json_builder_set_member_name(builder, "worst");
    json_builder_begin_array(builder);
    for (unsigned i = 0; i < metrics->worst_count; i++) {
        const LeatWorstSample *worst = &metrics->worst[i];
        LeatStoredSample frame = outcome->sample(outcome->data, worst->sample);

        json_builder_begin_object(builder);
        add_integer(builder, "recording", frame.recording);
        add_integer(builder, "seq", frame.seq);
        if (classes) {
            add_text(builder, "label", outcome->labels[(unsigned)frame.target]);
            add_text(builder, "prediction", outcome->labels[worst->class_index]);
        } else {
            add_number(builder, "value", frame.target);
        }
        add_number(builder, "score", (double)worst->score);
        add_number(builder, "loss", worst->loss);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

/* Of the frames kept apart, where there are any. */
static const LeatMetrics *measured(const LeatTrainingResult *result)
{
    return result->validation->samples > 0 ? result->validation : result->train;
}

char *leat_model_record_write_metrics(const LeatModelOutcome *outcome)
{
    const LeatTrainingResult *result = outcome->result;
    const LeatMetrics *metrics = measured(result);
    JsonBuilder *builder = json_builder_new();

    json_builder_begin_object(builder);
    add_integer(builder, "train_samples", result->train->samples);
    add_integer(builder, "validation_samples", result->validation->samples);
    add_number(builder, "train_loss", result->train->loss);
    add_number(builder, "loss", metrics->loss);
    if (metrics->shape.task == LEAT_NETWORK_CLASSES) {
        add_number(builder, "train_accuracy", result->train->accuracy);
        add_number(builder, "accuracy", metrics->accuracy);
        add_confusion(builder, metrics);
    } else {
        add_number(builder, "train_mean_absolute_error", result->train->mean_absolute_error);
        add_number(builder, "mean_absolute_error", metrics->mean_absolute_error);
    }
    add_integer(builder, "epochs", result->epochs);
    add_integer(builder, "best_epoch", result->best_epoch);
    add_flag(builder, "stopped_early", result->stopped_early);
    add_text(builder, "executor", outcome->executor);
    add_integer(builder, "workers", outcome->workers);
    add_number(builder, "samples_per_s", result->samples_per_s);
    add_number(builder, "wall_s", outcome->wall_s);
    add_curve(builder, outcome);
    add_worst(builder, outcome, metrics);
    json_builder_end_object(builder);
    return finish(builder);
}
