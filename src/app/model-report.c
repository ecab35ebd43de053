/* SPDX-License-Identifier: MIT */
#include "app/model-report.h"

#include "app/model-record.h"
#include "base/error.h"

#include <json-glib/json-glib.h>

static void free_worst(void *data)
{
    LeatWorstFrame *frame = data;

    g_free(frame->label);
    g_free(frame->prediction);
    g_free(frame);
}

void leat_model_report_free(LeatModelReport *report)
{
    if (!report)
        return;
    g_free(report->name);
    g_strfreev(report->labels);
    g_free(report->confusion);
    g_free(report->executor);
    g_array_unref(report->curve);
    g_ptr_array_unref(report->worst);
    g_free(report);
}

/* Members that are missing or of another kind are 0, NULL or empty. */

static JsonNode *value_of(JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member(object, name);

    return node && JSON_NODE_HOLDS_VALUE(node) ? node : NULL;
}

static bool holds_number(JsonNode *node)
{
    GType type = node && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_value_type(node) : 0;

    return type == G_TYPE_INT64 || type == G_TYPE_DOUBLE;
}

static double number(JsonObject *object, const char *name)
{
    JsonNode *node = value_of(object, name);

    return holds_number(node) ? json_node_get_double(node) : 0;
}

static int64_t integer(JsonObject *object, const char *name)
{
    JsonNode *node = value_of(object, name);

    return holds_number(node) ? json_node_get_int(node) : 0;
}

static unsigned count(JsonObject *object, const char *name)
{
    return (unsigned)CLAMP(integer(object, name), 0, G_MAXINT);
}

static char *text(JsonObject *object, const char *name)
{
    JsonNode *node = value_of(object, name);

    return node && json_node_get_value_type(node) == G_TYPE_STRING
               ? g_strdup(json_node_get_string(node))
               : NULL;
}

static JsonArray *array(JsonObject *object, const char *name)
{
    JsonNode *node = json_object_get_member(object, name);

    return node && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
}

static JsonObject *object_at(JsonArray *list, guint i)
{
    JsonNode *node = json_array_get_element(list, i);

    return JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

static void read_curve(LeatModelReport *report, JsonObject *root)
{
    JsonArray *list = array(root, "curve");

    for (guint i = 0; list && i < json_array_get_length(list); i++) {
        JsonObject *entry = object_at(list, i);
        LeatTrainingEpoch epoch;

        if (!entry)
            continue;
        epoch = (LeatTrainingEpoch){
            .epoch = count(entry, "epoch"),
            .learning_rate = number(entry, "learning_rate"),
            .train_loss = number(entry, "train_loss"),
            .validation_loss = number(entry, "loss"),
            .accuracy = number(entry, "accuracy"),
            .mean_absolute_error = number(entry, "mean_absolute_error"),
        };
        g_array_append_val(report->curve, epoch);
    }
}

static void read_worst(LeatModelReport *report, JsonObject *root)
{
    JsonArray *list = array(root, "worst");

    for (guint i = 0; list && i < json_array_get_length(list); i++) {
        JsonObject *entry = object_at(list, i);
        LeatWorstFrame *frame;

        if (!entry)
            continue;
        frame = g_new(LeatWorstFrame, 1);
        *frame = (LeatWorstFrame){
            .recording = integer(entry, "recording"),
            .seq = integer(entry, "seq"),
            .label = text(entry, "label"),
            .prediction = text(entry, "prediction"),
            .value = number(entry, "value"),
            .score = number(entry, "score"),
        };
        g_ptr_array_add(report->worst, frame);
    }
}

static bool read_confusion(LeatModelReport *report, JsonObject *root)
{
    JsonArray *rows = array(root, "confusion");
    unsigned outputs = report->outputs;

    if (report->number)
        return true;
    if (!rows || json_array_get_length(rows) != outputs)
        return false;
    report->confusion = g_new0(unsigned, (size_t)outputs *outputs);
    for (unsigned row = 0; row < outputs; row++) {
        JsonNode *node = json_array_get_element(rows, row);
        JsonArray *cells = JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;

        if (!cells || json_array_get_length(cells) != outputs)
            return false;
        for (unsigned column = 0; column < outputs; column++) {
            JsonNode *cell = json_array_get_element(cells, column);

            if (!holds_number(cell))
                return false;
            report->confusion[row * outputs + column] =
                (unsigned)CLAMP(json_node_get_int(cell), 0, G_MAXINT);
        }
    }
    return true;
}

static bool fill(LeatModelReport *report, JsonObject *root)
{
    report->train_samples = count(root, "train_samples");
    report->validation_samples = count(root, "validation_samples");
    report->train_accuracy = number(root, "train_accuracy");
    report->accuracy = number(root, "accuracy");
    report->train_error = number(root, "train_mean_absolute_error");
    report->error = number(root, "mean_absolute_error");
    report->epochs = count(root, "epochs");
    report->best_epoch = count(root, "best_epoch");
    report->stopped_early =
        value_of(root, "stopped_early") && json_node_get_boolean(value_of(root, "stopped_early"));
    report->executor = text(root, "executor");
    report->workers = count(root, "workers");
    report->samples_per_s = number(root, "samples_per_s");
    report->wall_s = number(root, "wall_s");
    read_curve(report, root);
    read_worst(report, root);
    return read_confusion(report, root);
}

static bool read_model(LeatModelReport *report, const LeatStoredModel *model, GError **error)
{
    g_autoptr(GPtrArray) labels = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(JsonNode) root = json_from_string(model->metrics, NULL);

    report->name = g_strdup(model->name);
    report->number = model->kind == LEAT_STORED_NUMBER;
    if (!leat_model_record_labels(model, labels, error))
        return false;
    report->outputs = labels->len - 1;
    report->labels = g_strdupv((char **)labels->pdata);
    if (root && JSON_NODE_HOLDS_OBJECT(root) && fill(report, json_node_get_object(root)))
        return true;
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_CORRUPT,
                "the record of model '%s' is damaged: what came of its training cannot be read; "
                "train it again",
                model->name);
    return false;
}

LeatModelReport *leat_model_report_new(const LeatStoredModel *model, GError **error)
{
    LeatModelReport *report = g_new0(LeatModelReport, 1);

    report->curve = g_array_new(FALSE, FALSE, sizeof(LeatTrainingEpoch));
    report->worst = g_ptr_array_new_with_free_func(free_worst);
    if (read_model(report, model, error))
        return report;
    leat_model_report_free(report);
    return NULL;
}

LeatModelReport *leat_model_report_read(const char *path, const char *model, GError **error)
{
    g_autoptr(LeatStore) store = leat_store_open(path, NULL, error);
    g_autoptr(LeatStoredModel) found = store ? leat_store_find_model(store, model, error) : NULL;

    return found ? leat_model_report_new(found, error) : NULL;
}
