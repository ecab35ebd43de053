/* SPDX-License-Identifier: MIT */
/* How often durations of each length came, drawn as bars over a scale of powers of two. Main
 * thread. */
#ifndef LEAT_GUI_TIME_HISTOGRAM_H
#define LEAT_GUI_TIME_HISTOGRAM_H

#include "base/histogram.h"

#include <adwaita.h>

#define LEAT_TYPE_TIME_HISTOGRAM (leat_time_histogram_get_type())
G_DECLARE_FINAL_TYPE(LeatTimeHistogram, leat_time_histogram, LEAT, TIME_HISTOGRAM, AdwBin)

/* Property: "title". */

/* Shows what it holds now; NULL for nothing. */
void leat_time_histogram_show(LeatTimeHistogram *view, const LeatHistogram *histogram);

#endif
