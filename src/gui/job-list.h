/* SPDX-License-Identifier: MIT */
/* The jobs of a window as a GListModel of LeatJobItem, the newest first, so that any page can show
 * how they stand and cancel them. Main thread. */
#ifndef LEAT_GUI_JOB_LIST_H
#define LEAT_GUI_JOB_LIST_H

#include "gui/job-item.h"

#include <gio/gio.h>

#define LEAT_TYPE_JOB_LIST (leat_job_list_get_type())
G_DECLARE_FINAL_TYPE(LeatJobList, leat_job_list, LEAT, JOB_LIST, GObject)

LeatJobList *leat_job_list_new(void);

/* Before the job is started. The job stays its maker's, who may free it from its completion on.
 * `title` is for people ("Exporting “cage 3”"). The item is the list's. */
LeatJobItem *leat_job_list_add(LeatJobList *list, LeatJob *job, const char *title);

/* How many have not ended. */
guint leat_job_list_count_active(LeatJobList *list);

#endif
