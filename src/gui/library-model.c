/* SPDX-License-Identifier: MIT */
#include "gui/library-model.h"

struct _LeatLibraryModel {
    GObject parent_instance;

    char *path;
};

G_DEFINE_FINAL_TYPE(LeatLibraryModel, leat_library_model, G_TYPE_OBJECT)

static guint changed_signal;

const char *leat_library_model_path(LeatLibraryModel *library)
{
    return library->path;
}

void leat_library_model_set_path(LeatLibraryModel *library, const char *path)
{
    if (g_strcmp0(library->path, path) == 0)
        return;
    g_free(library->path);
    library->path = g_strdup(path);
    g_signal_emit(library, changed_signal, 0);
}

static void leat_library_model_finalize(GObject *object)
{
    g_free(LEAT_LIBRARY_MODEL(object)->path);
    G_OBJECT_CLASS(leat_library_model_parent_class)->finalize(object);
}

static void leat_library_model_class_init(LeatLibraryModelClass *class)
{
    G_OBJECT_CLASS(class)->finalize = leat_library_model_finalize;
    changed_signal = g_signal_new("changed", LEAT_TYPE_LIBRARY_MODEL, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
}

static void leat_library_model_init(LeatLibraryModel *library)
{
}

LeatLibraryModel *leat_library_model_new(void)
{
    return g_object_new(LEAT_TYPE_LIBRARY_MODEL, NULL);
}
