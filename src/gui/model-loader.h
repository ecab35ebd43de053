/* SPDX-License-Identifier: MIT */
/* Which model says what the live picture shows: loaded on a thread, since that waits for the disk,
 * and given to each pipeline that the window has. Main thread. */
#ifndef LEAT_GUI_MODEL_LOADER_H
#define LEAT_GUI_MODEL_LOADER_H

#include "pipeline/pipeline.h"

#include <glib.h>
#include <stdbool.h>

typedef struct LeatModelLoader LeatModelLoader;

/* A model is in use now, or could not be loaded: then none is wanted any more. */
typedef void (*LeatModelLoaded)(const GError *error, void *data);

LeatModelLoader *leat_model_loader_new(LeatModelLoaded loaded, void *data);

/* Never waits: a model that is being loaded is freed on its thread. NULL is fine. */
void leat_model_loader_free(LeatModelLoader *loader);

/* As in leat_live_predictor_open; `model` NULL for none. */
void leat_model_loader_set(LeatModelLoader *loader, const char *path, const char *model);

/* What is wanted, NULL for none. Valid until it is set again. */
const char *leat_model_loader_model(const LeatModelLoader *loader);

/* The pipeline has it. */
bool leat_model_loader_is_in_use(const LeatModelLoader *loader);

/* Its score is a number that it reads, not a probability. */
bool leat_model_loader_reads_number(const LeatModelLoader *loader);

/* The one that runs; NULL before it is freed. */
void leat_model_loader_set_pipeline(LeatModelLoader *loader, LeatPipeline *pipeline);

#endif
