/* SPDX-License-Identifier: MIT */
/* What is done to recordings on the Recordings page: renaming, exporting and deleting, with their
 * dialogs, their jobs, and what is told of them. Main thread. */
#ifndef LEAT_GUI_RECORDING_TASKS_H
#define LEAT_GUI_RECORDING_TASKS_H

#include "gui/context.h"
#include "gui/job-bar.h"
#include "gui/recording-item.h"

#include <adwaita.h>
#include <stdbool.h>

#define LEAT_TYPE_RECORDING_TASKS (leat_recording_tasks_get_type())
G_DECLARE_FINAL_TYPE(LeatRecordingTasks, leat_recording_tasks, LEAT, RECORDING_TASKS, GObject)

/* `page`, which is not owned and outlives it, has the dialogs and toasts; `job_bar` shows the jobs.
 */
LeatRecordingTasks *leat_recording_tasks_new(GtkWidget *page, const LeatContext *context,
                                             LeatJobBar *job_bar);

void leat_recording_tasks_rename(LeatRecordingTasks *tasks, LeatRecordingItem *item);
void leat_recording_tasks_export(LeatRecordingTasks *tasks, LeatRecordingItem *item);

/* False, and told, for one that is being recorded; false also after the end. */
bool leat_recording_tasks_may_delete(LeatRecordingTasks *tasks, LeatRecordingItem *item);
void leat_recording_tasks_delete(LeatRecordingTasks *tasks, LeatRecordingItem *item);

/* What was deleted is deleted for good. */
void leat_recording_tasks_end(LeatRecordingTasks *tasks);

#endif
