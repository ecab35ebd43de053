/* SPDX-License-Identifier: MIT */
/* One recording played: the picture, the timeline, and what moves along it. Main thread.
 *
 * Keys: Space plays and pauses; Left and Right go a frame, with Shift a second; Home and End; L
 * goes to the next loss, with Shift to the one before. Those for labels are in playback-labels.c,
 * those for the queue of frames to label in playback-queue.c. */
#ifndef LEAT_GUI_PLAYBACK_VIEW_H
#define LEAT_GUI_PLAYBACK_VIEW_H

#include "gui/context.h"

#include <adwaita.h>
#include <stdbool.h>
#include <stdint.h>

#define LEAT_TYPE_PLAYBACK_VIEW (leat_playback_view_get_type())
G_DECLARE_FINAL_TYPE(LeatPlaybackView, leat_playback_view, LEAT, PLAYBACK_VIEW, AdwBin)

/* Signal "job" (LeatJobItem *item): something was begun that takes a while. */

/* Once, first. */
void leat_playback_view_set_up(LeatPlaybackView *view, const LeatContext *context);

void leat_playback_view_open(LeatPlaybackView *view, const char *path, int64_t recording,
                             const char *name);
void leat_playback_view_close(LeatPlaybackView *view);

/* The recording that is open, 0 for none. */
int64_t leat_playback_view_recording(LeatPlaybackView *view);
void leat_playback_view_set_name(LeatPlaybackView *view, const char *name);

/* Holds at that frame. */
void leat_playback_view_go_to(LeatPlaybackView *view, int64_t seq);

/* Out of sight it pauses; a recording that is open has the keys once it is in sight. */
void leat_playback_view_set_shown(LeatPlaybackView *view, bool shown);

#endif
