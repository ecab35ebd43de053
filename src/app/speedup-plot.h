/* SPDX-License-Identifier: MIT */
/* The plot of a CPU test: speed-up over workers, beside the ideal. Drawn into any cairo context, so
 * that a file and a window show the same. The context's thread. */
#ifndef LEAT_APP_SPEEDUP_PLOT_H
#define LEAT_APP_SPEEDUP_PLOT_H

#include "app/cpu-test.h"

#include <cairo.h>

typedef struct {
    double width, height; /* to fill, from 0, 0 */
    const char *title;    /* NULL for none */
    const char *workers;  /* what is counted on the axis below: "workers" */
    bool on_dark;         /* text in a light colour */
    unsigned most;        /* workers on the axis, at least; 0: as many as the runs had */
} LeatSpeedupPlot;

/* `runs` in any order, with their speed-up; the background is left as it is. */
void leat_speedup_plot_draw(const LeatSpeedupPlot *plot, cairo_t *cairo, const LeatCpuTestRun *runs,
                            unsigned count);

#endif
