/* SPDX-License-Identifier: MIT */
/* The switch that holds a session's capture still. Any thread; it owns its lock. */
#ifndef LEAT_PIPELINE_PAUSE_SWITCH_H
#define LEAT_PIPELINE_PAUSE_SWITCH_H

#include "concurrency/cancel.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct LeatPauseSwitch LeatPauseSwitch;

/* Off. Once `stop` is triggered it is off for good. */
LeatPauseSwitch *leat_pause_switch_new(LeatCancel *stop, GError **error);
void leat_pause_switch_free(LeatPauseSwitch *pause);

void leat_pause_switch_set(LeatPauseSwitch *pause, bool on);
bool leat_pause_switch_is_on(LeatPauseSwitch *pause);

/* Waits until it is off or the timeout has passed (ns; 0 does not wait). */
void leat_pause_switch_wait(LeatPauseSwitch *pause, int64_t timeout_ns);

#endif
