/* SPDX-License-Identifier: MIT */
/* Recordings that were deleted and can still be had back: out of sight, with a toast that offers to
 * undo it. They are really deleted when their toast ends, or leat_deletions_finish says so. Main
 * thread. */
#ifndef LEAT_GUI_DELETIONS_H
#define LEAT_GUI_DELETIONS_H

#include "gui/library-model.h"
#include "gui/library-task.h"

#include <adwaita.h>

typedef struct LeatDeletions LeatDeletions;

/* `show` takes the toast; `begin` deletes for good. */
LeatDeletions *leat_deletions_new(LeatLibraryModel *library,
                                  void (*show)(AdwToast *toast, void *data),
                                  void (*begin)(const LeatTaskRequest *request, void *data),
                                  void *data);

/* What still waits stays. NULL is fine. */
void leat_deletions_free(LeatDeletions *deletions);

void leat_deletions_add(LeatDeletions *deletions, LeatRecordingItem *item);

/* Begins to delete for good what waits. */
void leat_deletions_finish(LeatDeletions *deletions);

#endif
