/* SPDX-License-Identifier: MIT */
/* The Labels group of the Live page: what the picture shows, said by a key or a button, as it
 * happens or just after. It adds "win.label-1" to "win.label-9", "win.undo-label" and
 * "win.undo-last-label" to the window. Main thread. */
#ifndef LEAT_GUI_LABELS_GROUP_H
#define LEAT_GUI_LABELS_GROUP_H

#include "gui/context.h"
#include "gui/recording-group.h"

#include <adwaita.h>

#define LEAT_TYPE_LABELS_GROUP (leat_labels_group_get_type())
G_DECLARE_FINAL_TYPE(LeatLabelsGroup, leat_labels_group, LEAT, LABELS_GROUP, AdwPreferencesGroup)

/* Once, when it is in its window, whose actions are given; "start-recording" must be among them.
 * `recording_group` says how a recording is made that a label begins. */
void leat_labels_group_set_up(LeatLabelsGroup *group, const LeatContext *context,
                              GActionMap *actions, LeatRecordingGroup *recording_group);

/* Whether the page is shown: the keys are its own. */
void leat_labels_group_set_shown(LeatLabelsGroup *group, bool shown);

#endif
