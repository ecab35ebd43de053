/* SPDX-License-Identifier: MIT */
/* How one job stands, as an item of a list: it follows the job while there is one, and keeps what
 * became of it. Main thread.
 *
 * Signal "changed" (): info has changed; the last one comes with the end. */
#ifndef LEAT_GUI_JOB_ITEM_H
#define LEAT_GUI_JOB_ITEM_H

#include "compute/job.h"

#include <glib-object.h>

#define LEAT_TYPE_JOB_ITEM (leat_job_item_get_type())
G_DECLARE_FINAL_TYPE(LeatJobItem, leat_job_item, LEAT, JOB_ITEM, GObject)

/* Before the job is started. `title` is for people. */
LeatJobItem *leat_job_item_new(LeatJob *job, const char *title);

const char *leat_job_item_title(LeatJobItem *item);
LeatJobInfo leat_job_item_info(LeatJobItem *item);

/* Why it failed; NULL when it did not. */
const char *leat_job_item_error(LeatJobItem *item);

/* It has not ended. */
bool leat_job_item_is_active(LeatJobItem *item);

/* Nothing happens once it has ended. */
void leat_job_item_cancel(LeatJobItem *item);

#endif
