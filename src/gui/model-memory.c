/* SPDX-License-Identifier: MIT */
#include "gui/model-memory.h"

#include "app/external-model.h"

struct LeatModelMemory {
    LeatContext context;
    LeatModelList *models;
    char *path, *model; /* path NULL for a program; both NULL for none */
    bool recalled;      /* since the library is open */
};

static bool is_program(const char *model)
{
    return leat_external_model_is_one(model);
}

/* Its library is the one that is open. */
static bool is_at_hand(const LeatModelMemory *memory)
{
    return g_strcmp0(memory->path, leat_library_model_path(memory->context.library)) == 0;
}

void leat_model_memory_recall(LeatModelMemory *memory)
{
    if (!memory->model)
        return;
    if (!is_program(memory->model) && !is_at_hand(memory)) {
        memory->recalled = false;
        return;
    }
    if (memory->recalled || leat_session_controller_model(memory->context.session))
        return;
    if (!is_program(memory->model) && !leat_model_list_find(memory->models, memory->model))
        return;
    memory->recalled = true;
    leat_session_controller_recall_model(memory->context.session, memory->path, memory->model);
}

bool leat_model_memory_is_missed(LeatModelMemory *memory)
{
    if (!memory->model || leat_session_controller_model(memory->context.session))
        return false;
    if (is_program(memory->model))
        return memory->recalled;
    if (!leat_library_model_path(memory->context.library))
        return true;
    return is_at_hand(memory) && leat_model_list_is_read(memory->models);
}

const char *leat_model_memory_model(const LeatModelMemory *memory)
{
    return memory->model;
}

static void take(LeatModelMemory *memory, char *path, char *model)
{
    g_free(memory->path);
    g_free(memory->model);
    memory->path = path;
    memory->model = model;
}

void leat_model_memory_keep(LeatModelMemory *memory, const char *path, const char *model)
{
    bool program = model && is_program(model);

    /* A path that the settings cannot hold would leave the one before to this model. */
    if (!model || (!program && (!path || !g_utf8_validate(path, -1, NULL))))
        take(memory, NULL, NULL);
    else
        take(memory, program ? NULL : g_strdup(path), g_strdup(model));
    memory->recalled = true;
    leat_settings_set_text(memory->context.settings, LEAT_SETTING_MODEL_LIBRARY, memory->path);
    leat_settings_set_text(memory->context.settings, LEAT_SETTING_MODEL, memory->model);
}

LeatModelMemory *leat_model_memory_new(const LeatContext *context, LeatModelList *models)
{
    LeatModelMemory *memory = g_new0(LeatModelMemory, 1);
    g_autofree char *model = leat_settings_text(context->settings, LEAT_SETTING_MODEL);
    g_autofree char *path = leat_settings_text(context->settings, LEAT_SETTING_MODEL_LIBRARY);

    memory->context = *context;
    memory->models = models;
    if (model && (path || is_program(model)))
        take(memory, is_program(model) ? NULL : g_strdup(path), g_strdup(model));
    return memory;
}

void leat_model_memory_free(LeatModelMemory *memory)
{
    if (!memory)
        return;
    take(memory, NULL, NULL);
    g_free(memory);
}
