/* SPDX-License-Identifier: MIT */
/* Ends what waits for an X display when a cancel is triggered. The X library waits without end for
 * each answer, deaf to all but its connection's end; so that connection is shut down, and the wait
 * fails. It belongs to x11grab, which hands it to nobody: it is known by where it leads to, and by
 * not having been there before the watch. A trigger in the instant between the making of the watch
 * and that of the connection finds nothing to shut down.
 *
 * Made before the display is opened, freed before it is closed, by the thread that does so. */
#ifndef LEAT_MEDIA_SCREEN_WATCH_H
#define LEAT_MEDIA_SCREEN_WATCH_H

#include "concurrency/cancel.h"
#include "media/screen-display.h"

typedef struct LeatScreenWatch LeatScreenWatch;

LeatScreenWatch *leat_screen_watch_new(const LeatDisplay *display, LeatCancel *cancel,
                                       GError **error);

/* To be called when the display is open: from now on only its own connection is meant, and not one
 * that somebody else makes to the same display later. */
void leat_screen_watch_opened(LeatScreenWatch *watch);

void leat_screen_watch_free(LeatScreenWatch *watch);

#endif
