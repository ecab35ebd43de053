/* SPDX-License-Identifier: MIT */
/* Reading. */
#include "app/model-record.h"

#include "base/error.h"

#include <json-glib/json-glib.h>
#include <math.h>

static bool damaged(const LeatStoredModel *model, const char *what, GError **error)
{
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_CORRUPT,
                "the record of model '%s' is damaged: its %s cannot be read; remove it and train "
                "it again",
                model->name, what);
    return false;
}

static JsonNode *parse(const char *text, JsonNodeType type)
{
    JsonNode *root = json_from_string(text, NULL);

    if (root && json_node_get_node_type(root) == type)
        return root;
    if (root)
        json_node_unref(root);
    return NULL;
}

bool leat_model_record_labels(const LeatStoredModel *model, GPtrArray *labels, GError **error)
{
    g_autoptr(JsonNode) root = parse(model->labels, JSON_NODE_ARRAY);
    JsonArray *array = root ? json_node_get_array(root) : NULL;
    guint count = array ? json_array_get_length(array) : 0;

    for (guint i = 0; i < count; i++) {
        JsonNode *element = json_array_get_element(array, i);

        if (!JSON_NODE_HOLDS_VALUE(element) || json_node_get_value_type(element) != G_TYPE_STRING)
            return damaged(model, "list of labels", error);
        g_ptr_array_add(labels, g_strdup(json_node_get_string(element)));
    }
    if (count == 0)
        return damaged(model, "list of labels", error);
    g_ptr_array_add(labels, NULL);
    return true;
}

bool leat_model_record_is_network(const LeatStoredModel *model, GError **error)
{
    if (model->kind != LEAT_STORED_EXTERNAL)
        return true;
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_UNSUPPORTED,
                "model '%s' is a program; it is asked of the live picture, with --model 'exec:%s'",
                model->name, model->name);
    return false;
}

bool leat_model_record_shape(const LeatStoredModel *model, LeatNetworkShape *shape, GError **error)
{
    g_autoptr(GPtrArray) labels = g_ptr_array_new_with_free_func(g_free);

    if (!leat_model_record_is_network(model, error) ||
        !leat_model_record_labels(model, labels, error))
        return false;
    *shape = (LeatNetworkShape){
        .task = model->kind == LEAT_STORED_NUMBER ? LEAT_NETWORK_VALUE : LEAT_NETWORK_CLASSES,
        .outputs = labels->len - 1,
    };
    return leat_network_check_shape(*shape, NULL) || damaged(model, "list of labels", error);
}

/* Takes members of an object; what is not there, or not a number, is remembered. */
typedef struct {
    JsonObject *object;
    bool bad;
} Members;

static double number(Members *members, const char *name, double min, double max)
{
    JsonNode *node = json_object_get_member(members->object, name);
    double value = 0;

    if (node && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) != G_TYPE_STRING)
        value = json_node_get_double(node);
    else
        members->bad = true;
    if (!(value >= min && value <= max))
        members->bad = true;
    return members->bad ? min : value;
}

static int64_t integer(Members *members, const char *name, int64_t min, int64_t max)
{
    JsonNode *node = json_object_get_member(members->object, name);
    int64_t value = min;

    if (node && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_INT64)
        value = json_node_get_int(node);
    else
        members->bad = true;
    if (value < min || value > max)
        members->bad = true;
    return members->bad ? min : value;
}

static bool flag(Members *members, const char *name)
{
    JsonNode *node = json_object_get_member(members->object, name);

    if (node && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_BOOLEAN)
        return json_node_get_boolean(node);
    members->bad = true;
    return false;
}

bool leat_model_record_options(const LeatStoredModel *model, LeatTrainingOptions *options,
                               GError **error)
{
    g_autoptr(JsonNode) root = parse(model->options, JSON_NODE_OBJECT);
    Members members = {.object = root ? json_node_get_object(root) : NULL};
    int64_t network, shard;

    if (!leat_model_record_is_network(model, error))
        return false;
    if (!members.object)
        return damaged(model, "list of options", error);
    *options = (LeatTrainingOptions){
        .seed = (uint64_t)integer(&members, "seed", 0, INT64_MAX),
        .epochs = (unsigned)integer(&members, "epochs", 1, LEAT_TRAINING_MAX_EPOCHS),
        .batch = (unsigned)integer(&members, "batch", 1, LEAT_TRAINING_MAX_BATCH),
        .patience = (unsigned)integer(&members, "patience", 0, INT32_MAX),
        .augment = (flag(&members, "flip") ? LEAT_AUGMENT_FLIP : 0) |
                   (flag(&members, "shift") ? LEAT_AUGMENT_SHIFT : 0) |
                   (flag(&members, "brightness") ? LEAT_AUGMENT_BRIGHTNESS : 0),
        .balance = flag(&members, "balance"),
        .learning_rate = number(&members, "learning_rate", 0, HUGE_VAL),
        .momentum = number(&members, "momentum", 0, 1),
        .weight_decay = number(&members, "weight_decay", 0, HUGE_VAL),
    };
    network = integer(&members, "network", 0, INT32_MAX);
    shard = integer(&members, "shard", 0, INT32_MAX);
    if (members.bad)
        return damaged(model, "list of options", error);
    if (network == LEAT_NETWORK_VERSION && shard == LEAT_TRAINING_SHARD)
        return true;
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_UNSUPPORTED,
                "model '%s' is of another network than this Leat's (made by Leat %s); train a new "
                "one",
                model->name, model->leat_version);
    return false;
}

char *leat_model_record_begins_with(const LeatStoredModel *model)
{
    g_autoptr(JsonNode) root = parse(model->options, JSON_NODE_OBJECT);
    JsonNode *node =
        root ? json_object_get_member(json_node_get_object(root), "begins_with") : NULL;
    bool is_text =
        node && JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING;

    return is_text ? g_strdup(json_node_get_string(node)) : NULL;
}

float *leat_model_record_parameters(const LeatStoredModel *model, GError **error)
{
    LeatTrainingOptions options;
    LeatNetworkShape shape;
    float *parameters;

    /* For the version of the network. */
    if (!leat_model_record_options(model, &options, error) ||
        !leat_model_record_shape(model, &shape, error))
        return NULL;
    parameters = g_new(float, leat_network_parameters(shape));
    if (leat_network_unpack(shape, model->weights, model->weight_bytes, model->sha256, parameters,
                            error))
        return parameters;
    g_prefix_error(error, "model '%s': ", model->name);
    g_free(parameters);
    return NULL;
}
