/* SPDX-License-Identifier: MIT */
/* Something done to a library on a thread of its own: a recording is renamed, deleted, exported.
 * Main thread. */
#ifndef LEAT_GUI_LIBRARY_TASK_H
#define LEAT_GUI_LIBRARY_TASK_H

#include "gui/job-list.h"

#include <glib.h>
#include <stdint.h>

typedef enum {
    LEAT_TASK_RENAME,
    LEAT_TASK_DELETE,
    LEAT_TASK_EXPORT,
} LeatTaskKind;

/* Strings are copied. */
typedef struct {
    LeatTaskKind kind;
    const char *path;       /* of the library */
    int64_t recording;      /* its number */
    const char *name;       /* its name */
    const char *text;       /* the new name; where to export to */
    int64_t from_ns, to_ns; /* of an export */
} LeatTaskRequest;

typedef struct LeatLibraryTask LeatLibraryTask;

/* `error` NULL when it was done; CANCELLED is one too. It may free the task. */
typedef void (*LeatTaskDone)(LeatLibraryTask *task, const GError *error, void *data);

/* Begins. `jobs` may be NULL: then it is not listed, and `item` is NULL. */
LeatLibraryTask *leat_library_task_new(const LeatTaskRequest *request, LeatJobList *jobs,
                                       LeatTaskDone done, void *data, GError **error);

/* One that runs is cancelled and waited for; `done` is not called any more. NULL is fine. */
void leat_library_task_free(LeatLibraryTask *task);

/* In place of that for one that runs, and without a wait: it goes on to its end, for which the
 * program goes on, and is freed then. `done` is not called; a failure is logged. */
void leat_library_task_let_go(LeatLibraryTask *task);

/* The copies are the task's. */
const LeatTaskRequest *leat_library_task_request(const LeatLibraryTask *task);

/* The list's. */
LeatJobItem *leat_library_task_item(LeatLibraryTask *task);

#endif
