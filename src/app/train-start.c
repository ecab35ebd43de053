/* SPDX-License-Identifier: MIT */
#include "app/train-start.h"

#include "app/model-record.h"
#include "base/error.h"
#include "store/store.h"

#include <string.h>

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

bool leat_train_start_with(const LeatStoredModel *model, const LeatDataset *dataset, float **start,
                           GError **error)
{
    if (!same_labels(dataset, model, error))
        return false;
    *start = leat_model_record_parameters(model, error);
    return *start != NULL;
}

bool leat_train_start_again(const LeatStoredModel *model, const char *path, float **start,
                            GError **error)
{
    g_autofree char *begins_with = leat_model_record_begins_with(model);
    g_autoptr(LeatStore) store = NULL;
    g_autoptr(LeatStoredModel) parent = NULL;

    if (!begins_with)
        return true;
    if (!model->parent_name) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND,
                    "model '%s' began with the weights of another, which was removed", model->name);
        return false;
    }
    store = leat_store_open(path, NULL, error);
    parent = store ? leat_store_find_model(store, model->parent_name, error) : NULL;
    *start = parent ? leat_model_record_parameters(parent, error) : NULL;
    return *start != NULL;
}
