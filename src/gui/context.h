/* SPDX-License-Identifier: MIT */
/* What the pages of one window work on together. A plain set of borrowed pointers; the window owns
 * what they point to and frees it after its pages. Main thread. */
#ifndef LEAT_GUI_CONTEXT_H
#define LEAT_GUI_CONTEXT_H

#include "gui/job-list.h"
#include "gui/labelling.h"
#include "gui/library-model.h"
#include "gui/session-controller.h"
#include "gui/settings.h"

typedef struct {
    LeatSessionController *session; /* the live side; its signals carry failures and notes */
    LeatLibraryModel *library;      /* the file that is recorded into and looked at */
    LeatLabelling *labelling;       /* what is said of the live picture */
    LeatJobList *jobs;              /* what computes or exports in this window */
    LeatSettings *settings;         /* the program's, which all windows share */
} LeatContext;

#endif
