/* SPDX-License-Identifier: MIT */
/* The CPU test's window, "Multiprocessing Computation": how many cores, by which executor, and what
 * came of it. With threading on, the test is a job of the window that it was opened from, governed
 * for the sake of the live picture; with threading off it runs on the main loop, and everything
 * stands still meanwhile. Main thread. */
#ifndef LEAT_GUI_CPU_TEST_WINDOW_H
#define LEAT_GUI_CPU_TEST_WINDOW_H

#include "gui/context.h"

#include <adwaita.h>

#define LEAT_TYPE_CPU_TEST_WINDOW (leat_cpu_test_window_get_type())
G_DECLARE_FINAL_TYPE(LeatCpuTestWindow, leat_cpu_test_window, LEAT, CPU_TEST_WINDOW, AdwWindow)

/* Hidden when it is closed, so that its results stay; it goes with its parent. */
LeatCpuTestWindow *leat_cpu_test_window_new(GtkWindow *parent, const LeatContext *context);

#endif
