/* SPDX-License-Identifier: MIT */
/* A strip that shows how one job stands, with a button that cancels it, as long as it runs. */
#ifndef LEAT_GUI_JOB_BAR_H
#define LEAT_GUI_JOB_BAR_H

#include "gui/job-item.h"

#include <adwaita.h>

#define LEAT_TYPE_JOB_BAR (leat_job_bar_get_type())
G_DECLARE_FINAL_TYPE(LeatJobBar, leat_job_bar, LEAT, JOB_BAR, AdwBin)

/* In place of the one before. NULL is fine. */
void leat_job_bar_set_item(LeatJobBar *bar, LeatJobItem *item);

#endif
