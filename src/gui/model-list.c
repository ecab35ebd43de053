/* SPDX-License-Identifier: MIT */
#include "gui/model-list.h"

#include "base/log.h"
#include "gui/background.h"

struct _LeatModelList {
    GObject parent_instance;

    LeatLibraryModel *library;
    GPtrArray *models; /* LeatStoredModel, the newest first */
    LeatBackground *background;
    bool again; /* read it once more, since it was asked for meanwhile */
};

G_DEFINE_FINAL_TYPE(LeatModelList, leat_model_list, G_TYPE_OBJECT)

static guint loaded_signal;

static GPtrArray *new_models(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)leat_stored_model_free);
}

/* On the thread. A library that cannot be read is told of by its model. */
static void *read_models(void *path)
{
    g_autoptr(LeatStore) store = leat_store_open(path, NULL, NULL);
    g_autoptr(GPtrArray) models = store ? leat_store_models(store, NULL) : NULL;
    GPtrArray *newest_first = new_models();

    if (!models)
        return newest_first;
    g_ptr_array_set_free_func(models, NULL);
    for (guint i = models->len; i > 0; i--) {
        LeatStoredModel *model = models->pdata[i - 1];

        /* A library never starts a program: that is for who uses it to name. */
        if (model->kind == LEAT_STORED_EXTERNAL)
            leat_stored_model_free(model);
        else
            g_ptr_array_add(newest_first, model);
    }
    return newest_first;
}

static void free_models(void *models)
{
    g_ptr_array_unref(models);
}

static void take(void *result, void *target)
{
    LeatModelList *list = target;

    g_clear_pointer(&list->background, leat_background_free);
    g_ptr_array_unref(list->models);
    list->models = result;
    if (list->again)
        leat_model_list_refresh(list);
    else
        g_signal_emit(list, loaded_signal, 0);
}

void leat_model_list_refresh(LeatModelList *list)
{
    LeatBackgroundCall call = {"list-models", read_models, take, free_models, NULL, g_free};
    const char *path = leat_library_model_path(list->library);
    g_autoptr(GError) error = NULL;

    list->again = list->background != NULL;
    if (list->background || !path)
        return;
    call.data = g_strdup(path);
    list->background = leat_background_new(&call, list, &error);
    if (!list->background)
        leat_log(LEAT_LOG_ERROR, "%s", error->message);
}

static void library_changed(LeatModelList *list)
{
    g_ptr_array_set_size(list->models, 0);
    leat_model_list_refresh(list);
    g_signal_emit(list, loaded_signal, 0);
}

bool leat_model_list_is_read(LeatModelList *list)
{
    return !list->background;
}

const GPtrArray *leat_model_list_models(LeatModelList *list)
{
    return list->models;
}

const LeatStoredModel *leat_model_list_find(LeatModelList *list, const char *name)
{
    for (guint i = 0; i < list->models->len; i++) {
        const LeatStoredModel *model = list->models->pdata[i];

        if (g_strcmp0(model->name, name) == 0)
            return model;
    }
    return NULL;
}

static void leat_model_list_dispose(GObject *object)
{
    LeatModelList *list = LEAT_MODEL_LIST(object);

    g_clear_pointer(&list->background, leat_background_free);
    g_clear_object(&list->library);
    G_OBJECT_CLASS(leat_model_list_parent_class)->dispose(object);
}

static void leat_model_list_finalize(GObject *object)
{
    g_ptr_array_unref(LEAT_MODEL_LIST(object)->models);
    G_OBJECT_CLASS(leat_model_list_parent_class)->finalize(object);
}

static void leat_model_list_class_init(LeatModelListClass *class)
{
    G_OBJECT_CLASS(class)->dispose = leat_model_list_dispose;
    G_OBJECT_CLASS(class)->finalize = leat_model_list_finalize;
    loaded_signal = g_signal_new("loaded", LEAT_TYPE_MODEL_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void leat_model_list_init(LeatModelList *list)
{
    list->models = new_models();
}

LeatModelList *leat_model_list_new(LeatLibraryModel *library)
{
    LeatModelList *list = g_object_new(LEAT_TYPE_MODEL_LIST, NULL);

    list->library = g_object_ref(library);
    g_signal_connect_object(library, "changed", G_CALLBACK(library_changed), list,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(library, "loaded", G_CALLBACK(leat_model_list_refresh), list,
                            G_CONNECT_SWAPPED);
    leat_model_list_refresh(list);
    return list;
}
