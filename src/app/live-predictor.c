/* SPDX-License-Identifier: MIT */
#include "app/live-predictor.h"

#include "app/external-model.h"
#include "app/model-record.h"
#include "app/sample-frame.h"

typedef struct {
    GPtrArray *labels;
    LeatNetworkShape shape;
    LeatNetwork *network;
    LeatScaler *scaler;
    char name[LEAT_PREDICTION_NAME], sha256[65];
    float scores[LEAT_NETWORK_MAX_OUTPUTS];
    uint8_t pixels[LEAT_SAMPLE_BYTES];
} Live;

static bool predict(void *data, LeatFrame *frame, LeatPrediction *prediction, GError **error)
{
    Live *live = data;
    unsigned best;

    if (!leat_sample_from_frame(live->scaler, frame, live->pixels, error))
        return false;
    leat_network_predict(live->network, live->pixels, 1, live->scores);
    best = leat_network_best(live->scores, live->shape.outputs);
    prediction->score = (double)live->scores[best];
    g_strlcpy(prediction->label, live->labels->pdata[best], sizeof(prediction->label));
    g_strlcpy(prediction->model, live->name, sizeof(prediction->model));
    g_strlcpy(prediction->sha256, live->sha256, sizeof(prediction->sha256));
    return true;
}

static void free_live(void *data)
{
    Live *live = data;

    leat_scaler_free(live->scaler);
    leat_network_free(live->network);
    g_ptr_array_unref(live->labels);
    g_free(live);
}

static bool load(Live *live, const LeatStoredModel *model, GError **error)
{
    g_autofree float *parameters = leat_model_record_parameters(model, error);

    if (!parameters || !leat_model_record_labels(model, live->labels, error) ||
        !leat_model_record_shape(model, &live->shape, error))
        return false;
    live->network = leat_network_new(live->shape, error);
    live->scaler = live->network ? leat_scaler_new(LEAT_SAMPLE_QUALITY, error) : NULL;
    if (!live->scaler)
        return false;
    leat_network_load(live->network, parameters);
    g_strlcpy(live->name, model->name, sizeof(live->name));
    g_strlcpy(live->sha256, model->sha256, sizeof(live->sha256));
    return true;
}

static bool ask_external(void *data, LeatFrame *frame, LeatPrediction *prediction, GError **error)
{
    return leat_external_model_predict(data, frame, prediction, error);
}

static void hurry_external(void *data, int64_t deadline_ns)
{
    leat_external_model_hurry(data, deadline_ns);
}

static void free_external(void *data)
{
    leat_external_model_free(data);
}

static bool open_external(const char *model, LeatPredictor *predictor, GError **error)
{
    LeatExternalModel *external = leat_external_model_new(model, NULL, error);

    *predictor = (LeatPredictor){
        .predict = ask_external, .hurry = hurry_external, .free = free_external, .data = external};
    return external != NULL;
}

bool leat_live_predictor_open(const char *path, const char *model, LeatPredictor *predictor,
                              GError **error)
{
    g_autoptr(LeatStore) store = NULL;
    g_autoptr(LeatStoredModel) found = NULL;
    Live *live;

    if (leat_external_model_is_one(model))
        return open_external(model, predictor, error);
    store = leat_store_open(path, NULL, error);
    found = store ? leat_store_find_model(store, model, error) : NULL;
    if (!found)
        return false;
    live = g_new0(Live, 1);
    live->labels = g_ptr_array_new_with_free_func(g_free);
    if (!load(live, found, error)) {
        free_live(live);
        return false;
    }
    *predictor = (LeatPredictor){.predict = predict, .free = free_live, .data = live};
    return true;
}
