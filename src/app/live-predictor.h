/* SPDX-License-Identifier: MIT */
/* A model of a library, or a program of the user's, as the pipeline asks it
 * (pipeline/predictor.h). */
#ifndef LEAT_APP_LIVE_PREDICTOR_H
#define LEAT_APP_LIVE_PREDICTOR_H

#include "pipeline/predictor.h"

#include <glib.h>
#include <stdbool.h>

/* Loads the model, which waits for the disk; of a program, "exec:COMMAND", only looks whether it is
 * there, and needs no `path`. The predictor then belongs to whoever is given it:
 * a pipeline, or call its `free`. */
bool leat_live_predictor_open(const char *path, const char *model, LeatPredictor *predictor,
                              GError **error);

#endif
