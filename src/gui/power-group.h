/* SPDX-License-Identifier: MIT */
/* Computational Power: the cores and their test, the switch that takes threading away, and a meter
 * of what that does to the window. Main thread. */
#ifndef LEAT_GUI_POWER_GROUP_H
#define LEAT_GUI_POWER_GROUP_H

#include "gui/context.h"

#include <adwaita.h>

#define LEAT_TYPE_POWER_GROUP (leat_power_group_get_type())
G_DECLARE_FINAL_TYPE(LeatPowerGroup, leat_power_group, LEAT, POWER_GROUP, AdwPreferencesGroup)

/* Once. */
void leat_power_group_set_up(LeatPowerGroup *group, const LeatContext *context);

/* Opens the CPU test's window. */
void leat_power_group_test_cpu(LeatPowerGroup *group);

#endif
