/* SPDX-License-Identifier: MIT */
/* The Frame Recording Controller: where and how frames are kept, and what has become of them. Main
 * thread. */
#ifndef LEAT_GUI_RECORDING_GROUP_H
#define LEAT_GUI_RECORDING_GROUP_H

#include "gui/context.h"

#include <adwaita.h>

#define LEAT_TYPE_RECORDING_GROUP (leat_recording_group_get_type())
G_DECLARE_FINAL_TYPE(LeatRecordingGroup, leat_recording_group, LEAT, RECORDING_GROUP,
                     AdwPreferencesGroup)

/* Once. A library without a path gets leat.leat in the user's folder of videos. */
void leat_recording_group_set_up(LeatRecordingGroup *group, const LeatContext *context);

/* Asks how the next recording is to be made. */
void leat_recording_group_create_new(LeatRecordingGroup *group);

/* How it is made that begins next; the path is left out. Valid until it is set up anew. */
LeatRecordingRequest leat_recording_group_request(LeatRecordingGroup *group);

/* Starts a recording as it is set up here. */
void leat_recording_group_start(LeatRecordingGroup *group);

#endif
