/* SPDX-License-Identifier: MIT */
#include "gui/model-loader.h"

#include "app/external-model.h"
#include "app/live-predictor.h"
#include "gui/background.h"
#include "store/store-model.h"

/* What is loaded; the thread's, then the main loop's. */
typedef struct {
    char *path, *model;
    LeatPredictor predictor;
    bool number;
    GError *error;
} Load;

struct LeatModelLoader {
    LeatModelLoaded loaded;
    void *data;
    char *path, *model; /* wanted; NULL for none */
    LeatPipeline *pipeline;
    bool in_use, number;
    LeatBackground *background; /* one at a time */
};

static void free_load(void *data)
{
    Load *load = data;

    if (load->predictor.free)
        load->predictor.free(load->predictor.data);
    g_clear_error(&load->error);
    g_free(load->path);
    g_free(load->model);
    g_free(load);
}

/* A program tells probabilities. */
static bool is_number(const char *path, const char *model)
{
    g_autoptr(LeatStore) store =
        leat_external_model_is_one(model) ? NULL : leat_store_open(path, NULL, NULL);
    g_autoptr(GPtrArray) models = store ? leat_store_models(store, NULL) : NULL;

    for (guint i = 0; models && i < models->len; i++) {
        const LeatStoredModel *found = models->pdata[i];

        if (g_str_equal(found->name, model))
            return found->kind == LEAT_STORED_NUMBER;
    }
    return false;
}

/* On the thread. */
static void *load_model(void *data)
{
    Load *load = data;

    if (leat_live_predictor_open(load->path, load->model, &load->predictor, &load->error))
        load->number = is_number(load->path, load->model);
    return load;
}

static void begin(LeatModelLoader *loader);

static void take(void *result, void *target)
{
    LeatModelLoader *loader = target;
    Load *load = result;
    bool wanted =
        g_strcmp0(load->path, loader->path) == 0 && g_strcmp0(load->model, loader->model) == 0;

    g_clear_pointer(&loader->background, leat_background_free);
    if (wanted && load->error) {
        leat_model_loader_set(loader, NULL, NULL);
        loader->loaded(load->error, loader->data);
    } else if (wanted && loader->pipeline) {
        leat_pipeline_set_predictor(loader->pipeline, &load->predictor);
        load->predictor = (LeatPredictor){0};
        loader->in_use = true;
        loader->number = load->number;
        loader->loaded(NULL, loader->data);
    } else {
        begin(loader);
    }
    free_load(load);
}

static void begin(LeatModelLoader *loader)
{
    LeatBackgroundCall call = {"load-model", load_model, take, free_load, NULL, NULL};
    Load *load;
    g_autoptr(GError) error = NULL;

    if (!loader->model || !loader->pipeline || loader->in_use || loader->background)
        return;
    load = g_new0(Load, 1);
    load->path = g_strdup(loader->path);
    load->model = g_strdup(loader->model);
    call.data = load;
    loader->background = leat_background_new(&call, loader, &error);
    if (loader->background)
        return;
    free_load(load);
    leat_model_loader_set(loader, NULL, NULL);
    loader->loaded(error, loader->data);
}

void leat_model_loader_set(LeatModelLoader *loader, const char *path, const char *model)
{
    g_free(loader->path);
    g_free(loader->model);
    loader->path = model ? g_strdup(path) : NULL;
    loader->model = g_strdup(model);
    if (loader->in_use && loader->pipeline && !model)
        leat_pipeline_set_predictor(loader->pipeline, NULL);
    /* Another one takes its place when it is there. */
    loader->in_use = false;
    begin(loader);
}

const char *leat_model_loader_model(const LeatModelLoader *loader)
{
    return loader->model;
}

bool leat_model_loader_is_in_use(const LeatModelLoader *loader)
{
    return loader->in_use;
}

bool leat_model_loader_reads_number(const LeatModelLoader *loader)
{
    return loader->number;
}

void leat_model_loader_set_pipeline(LeatModelLoader *loader, LeatPipeline *pipeline)
{
    loader->pipeline = pipeline;
    loader->in_use = false;
    begin(loader);
}

LeatModelLoader *leat_model_loader_new(LeatModelLoaded loaded, void *data)
{
    LeatModelLoader *loader = g_new0(LeatModelLoader, 1);

    loader->loaded = loaded;
    loader->data = data;
    return loader;
}

void leat_model_loader_free(LeatModelLoader *loader)
{
    if (!loader)
        return;
    leat_background_free(loader->background);
    g_free(loader->path);
    g_free(loader->model);
    g_free(loader);
}
