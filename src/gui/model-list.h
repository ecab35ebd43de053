/* SPDX-License-Identifier: MIT */
/* The models of a window's library, read on a thread: when the library is another one, and when it
 * was read anew. Main thread.
 *
 * Signal "loaded" (): they may have changed. */
#ifndef LEAT_GUI_MODEL_LIST_H
#define LEAT_GUI_MODEL_LIST_H

#include "gui/library-model.h"
#include "store/store-model.h"

#define LEAT_TYPE_MODEL_LIST (leat_model_list_get_type())
G_DECLARE_FINAL_TYPE(LeatModelList, leat_model_list, LEAT, MODEL_LIST, GObject)

LeatModelList *leat_model_list_new(LeatLibraryModel *library);

/* LeatStoredModel without weights, the newest first. The list's, until "loaded". */
const GPtrArray *leat_model_list_models(LeatModelList *list);

/* NULL when there is none of that name. */
const LeatStoredModel *leat_model_list_find(LeatModelList *list, const char *name);

/* Nothing is being read: what it has is what there is. */
bool leat_model_list_is_read(LeatModelList *list);

void leat_model_list_refresh(LeatModelList *list);

#endif
