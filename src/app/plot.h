/* SPDX-License-Identifier: MIT */
/* The plots of the CPU test and of the study, as SVG files. An existing file is replaced. Any
 * thread. */
#ifndef LEAT_APP_PLOT_H
#define LEAT_APP_PLOT_H

#include "app/cpu-test.h"
#include "app/study.h"

#include <glib.h>
#include <stdbool.h>

/* True when the file can be written: to be asked before hours of computing. Makes it, empty. */
bool leat_plot_check(const char *path, GError **error);

/* Speed-up over workers, beside the ideal. */
bool leat_plot_speedup(const char *path, const LeatCpuTestSeries *series, GError **error);

/* For each run of the study: the longest gap of the main loop, and the share of the due frames that
 * were shown and stored while the cores computed. */
bool leat_plot_study(const char *path, const LeatStudyReport *report, GError **error);

#endif
