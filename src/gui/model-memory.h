/* SPDX-License-Identifier: MIT */
/* Which model was used last, kept in the settings, and used again at the next start: one of a
 * library as soon as that library is open and has it, a program at once. A window has one. Main
 * thread. */
#ifndef LEAT_GUI_MODEL_MEMORY_H
#define LEAT_GUI_MODEL_MEMORY_H

#include "gui/context.h"
#include "gui/model-list.h"

typedef struct LeatModelMemory LeatModelMemory;

/* The context's and the list's are borrowed. */
LeatModelMemory *leat_model_memory_new(const LeatContext *context, LeatModelList *models);

/* NULL is fine. */
void leat_model_memory_free(LeatModelMemory *memory);

/* `model` is used from now on, of the library at `path`, or a program; NULL for none. */
void leat_model_memory_keep(LeatModelMemory *memory, const char *path, const char *model);

/* NULL for none; valid until another one is kept. */
const char *leat_model_memory_model(const LeatModelMemory *memory);

/* Has the session use it, once, where it is there: to be called when the models were read. */
void leat_model_memory_recall(LeatModelMemory *memory);

/* Whether it should be used and is not: its library, itself or its program is gone, or it could not
 * be loaded. Not while another library is open. */
bool leat_model_memory_is_missed(LeatModelMemory *memory);

#endif
