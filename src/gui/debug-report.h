/* SPDX-License-Identifier: MIT */
/* For measurements: tells on stdout, as one line of JSON for each recording, what became of the
 * window meanwhile: the main loop's gaps, the long ones also one by one with when they began, and
 * the pictures that were drawn. Times are whole microseconds, so that no language writes them in
 * its own way; when is by the monotonic clock. Main thread. */
#ifndef LEAT_GUI_DEBUG_REPORT_H
#define LEAT_GUI_DEBUG_REPORT_H

#include "gui/session-controller.h"

typedef struct LeatDebugReport LeatDebugReport;

/* NULL unless it is asked for (gui/debug.h). */
LeatDebugReport *leat_debug_report_new(LeatSessionController *session);

/* NULL is fine. */
void leat_debug_report_free(LeatDebugReport *report);

#endif
