/* SPDX-License-Identifier: MIT */
#include "app/train-store.h"

#include "app/model-record.h"
#include "store/store.h"

static LeatStoredSample sample_of(const void *data, unsigned sample)
{
    return leat_dataset_sample(data, sample);
}

static char *metrics_text(const LeatTrained *trained)
{
    LeatModelOutcome outcome = {
        .result = leat_trainer_result(trained->trainer),
        .labels = leat_dataset_labels(trained->dataset),
        .executor = leat_executor_kind_name(trained->figures.kind),
        .workers = trained->figures.workers,
        .wall_s = trained->wall_s,
        .sample = sample_of,
        .data = trained->dataset,
    };

    outcome.curve = leat_trainer_curve(trained->trainer, &outcome.curve_count);
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

static LeatStoredModel *make_row(const LeatTrained *trained, int64_t frames)
{
    const LeatTrainingResult *result = leat_trainer_result(trained->trainer);
    const LeatMetrics *metrics =
        result->validation->samples > 0 ? result->validation : result->train;
    const LeatStoredModel *origin = trained->origin;
    LeatNetworkShape shape = leat_dataset_shape(trained->dataset);
    g_autoptr(GBytes) weights = leat_network_pack(shape, result->parameters);
    LeatStoredModel *model = g_new0(LeatStoredModel, 1);

    model->name = g_strdup(trained->name);
    model->kind = shape.task == LEAT_NETWORK_VALUE ? LEAT_STORED_NUMBER : LEAT_STORED_CLASSES;
    model->labels = leat_model_record_write_labels(leat_dataset_labels(trained->dataset));
    model->samples = frames;
    model->has_accuracy = shape.task == LEAT_NETWORK_CLASSES;
    model->accuracy = metrics->accuracy;
    model->options =
        leat_model_record_write_options(trained->options, origin ? origin->sha256 : NULL);
    model->metrics = metrics_text(trained);
    model->parent = origin ? origin->id : 0;
    model->weights = g_memdup2(g_bytes_get_data(weights, NULL), g_bytes_get_size(weights));
    model->weight_bytes = g_bytes_get_size(weights);
    return model;
}

char *leat_train_store(const LeatTrained *trained, GError **error)
{
    g_autoptr(GArray) frames = used_frames(trained->dataset);
    g_autoptr(LeatStore) store = leat_store_open_to_edit(trained->path, error);
    g_autoptr(LeatStoredModel) model = NULL;
    const char *after = trained->successor ? trained->origin->name : NULL;

    if (!store)
        return NULL;
    model = make_row(trained, frames->len);
    return leat_store_add_successor(store, model, after, frames, error) ? g_strdup(model->name)
                                                                        : NULL;
}
