/* SPDX-License-Identifier: MIT */
/* The last minute in four small graphs: the loop's gaps, the capture's rate, the record link's fill
 * and the CPU time. They go on twice a second whether they are seen or not, while a session runs.
 * Main thread. */
#ifndef LEAT_GUI_LOAD_GRAPHS_H
#define LEAT_GUI_LOAD_GRAPHS_H

#include "gui/session-controller.h"

#include <adwaita.h>

#define LEAT_TYPE_LOAD_GRAPHS (leat_load_graphs_get_type())
G_DECLARE_FINAL_TYPE(LeatLoadGraphs, leat_load_graphs, LEAT, LOAD_GRAPHS, AdwBin)

void leat_load_graphs_set_controller(LeatLoadGraphs *graphs, LeatSessionController *controller);

/* Takes one more reading, if it is time: for when no session runs. */
void leat_load_graphs_update(LeatLoadGraphs *graphs);

#endif
