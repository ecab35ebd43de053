/* SPDX-License-Identifier: MIT */
/* The jobs of a window as a GListModel of LeatJobItem, the newest first, so that any page can show
 * how they stand and cancel them. While a library is open, each has its row in there
 * (app/job-record.h). Main thread.
 *
 * Signal "settled" (): no job is left whose row is not written to its end. */
#ifndef LEAT_GUI_JOB_LIST_H
#define LEAT_GUI_JOB_LIST_H

#include "gui/job-item.h"

#include <gio/gio.h>

#define LEAT_TYPE_JOB_LIST (leat_job_list_get_type())
G_DECLARE_FINAL_TYPE(LeatJobList, leat_job_list, LEAT, JOB_LIST, GObject)

LeatJobList *leat_job_list_new(void);

/* The file that the rows of jobs from now on go to; NULL for none. */
void leat_job_list_set_library(LeatJobList *list, const char *path);

/* Before the job is started. The job stays its maker's, who may free it from its completion on.
 * `title` is for people ("Exporting “cage 3”"). The item is the list's. */
LeatJobItem *leat_job_list_add(LeatJobList *list, LeatJob *job, const char *title);

/* The same for one that computes, as its row tells: leat_executor_kind_name's. */
LeatJobItem *leat_job_list_add_computation(LeatJobList *list, LeatJob *job, const char *title,
                                           const char *executor, unsigned workers);

/* How many have not ended. */
guint leat_job_list_count_active(LeatJobList *list);

/* Nothing runs, and every row says so. A list that is freed before may wait for the disk. */
bool leat_job_list_is_settled(LeatJobList *list);

#endif
