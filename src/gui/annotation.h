/* SPDX-License-Identifier: MIT */
/* What the model in use says of the live picture, looked at no more often than a person can read.
 * A plain value of whoever shows it; main thread. */
#ifndef LEAT_GUI_ANNOTATION_H
#define LEAT_GUI_ANNOTATION_H

#include "base/prediction.h"
#include "gui/session-controller.h"

#include <glib.h>
#include <stdbool.h>

typedef struct {
    bool any;                  /* something was said */
    bool stale;                /* a while ago */
    bool number;               /* the score is a number, no probability */
    LeatPrediction prediction; /* what */

    int64_t looked_ns, said_ns; /* its own */
} LeatAnnotation;

/* False when it is too soon to look again, and nothing has changed. All zeros at first. */
bool leat_annotation_look(LeatAnnotation *annotation, LeatSessionController *session);

/* "mouse 97 %", "gauge 3.5"; free with g_free. NULL when nothing was said. */
char *leat_annotation_text(const LeatAnnotation *annotation);

#endif
