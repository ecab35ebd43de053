/* SPDX-License-Identifier: MIT */
/* What a developer asks of the window by the environment variable LEAT_DEBUG, a list of
 *
 *     loop    name each handler of ours that holds the main loop too long (gui/loop-watch.h)
 *     report  tell of each recording what the window made of it (gui/debug-report.h)
 *
 * Main thread. */
#ifndef LEAT_GUI_DEBUG_H
#define LEAT_GUI_DEBUG_H

#include "gui/loop-watch.h"

#include <stdbool.h>

/* NULL when that is not asked for, or cannot be, which is told in the log. */
LeatLoopWatch *leat_debug_watch_loop(void);

bool leat_debug_reports(void);

#endif
