/* SPDX-License-Identifier: MIT */
/* Computational Power: the cores, the switch that takes threading away, and a meter of what that
 * does to the window. Main thread. */
#ifndef LEAT_GUI_POWER_GROUP_H
#define LEAT_GUI_POWER_GROUP_H

#include "gui/session-controller.h"

#include <adwaita.h>

#define LEAT_TYPE_POWER_GROUP (leat_power_group_get_type())
G_DECLARE_FINAL_TYPE(LeatPowerGroup, leat_power_group, LEAT, POWER_GROUP, AdwPreferencesGroup)

/* Once. */
void leat_power_group_set_controller(LeatPowerGroup *group, LeatSessionController *controller);

#endif
