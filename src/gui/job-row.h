/* SPDX-License-Identifier: MIT */
/* One job: what it does, how far it is, how long it may still take, and a button to cancel it. Main
 * thread. */
#ifndef LEAT_GUI_JOB_ROW_H
#define LEAT_GUI_JOB_ROW_H

#include "gui/job-item.h"

#include <adwaita.h>

#define LEAT_TYPE_JOB_ROW (leat_job_row_get_type())
G_DECLARE_FINAL_TYPE(LeatJobRow, leat_job_row, LEAT, JOB_ROW, AdwActionRow)

GtkWidget *leat_job_row_new(LeatJobItem *item);

/* "Running, 34 of 100, 12 s left"; free with g_free. `error`, why it failed, may be NULL. */
char *leat_job_text(const LeatJobInfo *info, const char *error);

#endif
