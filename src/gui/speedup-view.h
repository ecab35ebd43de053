/* SPDX-License-Identifier: MIT */
/* Shows the speed-up of a CPU test over the number of cores, beside the ideal. Main thread. */
#ifndef LEAT_GUI_SPEEDUP_VIEW_H
#define LEAT_GUI_SPEEDUP_VIEW_H

#include "app/cpu-test.h"

#include <gtk/gtk.h>

#define LEAT_TYPE_SPEEDUP_VIEW (leat_speedup_view_get_type())
G_DECLARE_FINAL_TYPE(LeatSpeedupView, leat_speedup_view, LEAT, SPEEDUP_VIEW, GtkWidget)

/* `runs` with their speed-up, in order of workers; copied. */
void leat_speedup_view_set_runs(LeatSpeedupView *view, const LeatCpuTestRun *runs, unsigned count);

#endif
