/* SPDX-License-Identifier: MIT */
/* The Camera Capturing Controller: which source, and the buttons that start, stop and close it
 * (through the window's actions). Main thread. */
#ifndef LEAT_GUI_CAMERA_GROUP_H
#define LEAT_GUI_CAMERA_GROUP_H

#include "gui/session-controller.h"

#include <adwaita.h>

#define LEAT_TYPE_CAMERA_GROUP (leat_camera_group_get_type())
G_DECLARE_FINAL_TYPE(LeatCameraGroup, leat_camera_group, LEAT, CAMERA_GROUP, AdwPreferencesGroup)

/* Once. Looks for cameras, then chooses `source`, or when that is NULL the one of last time
 * (`usual`, NULL for none) or the best that was found, and starts it where `start` says so. */
void leat_camera_group_set_controller(LeatCameraGroup *group, LeatSessionController *controller,
                                      const char *source, const char *usual, bool start);

/* Chooses a source and starts it. */
void leat_camera_group_open(LeatCameraGroup *group, const char *source);

/* Starts what is chosen; tells through the controller what is wrong with it. */
void leat_camera_group_start(LeatCameraGroup *group);

/* Keeps the source as it is while `locked`. */
void leat_camera_group_set_locked(LeatCameraGroup *group, bool locked);

/* Looks for cameras again. */
void leat_camera_group_refresh(LeatCameraGroup *group);

#endif
