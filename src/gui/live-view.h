/* SPDX-License-Identifier: MIT */
/* The live picture with what must be known while looking at it: the state of the source and of the
 * recording, the rate and the losses; and when there is no picture, what to do. Main thread. */
#ifndef LEAT_GUI_LIVE_VIEW_H
#define LEAT_GUI_LIVE_VIEW_H

#include "gui/session-controller.h"

#include <adwaita.h>

#define LEAT_TYPE_LIVE_VIEW (leat_live_view_get_type())
G_DECLARE_FINAL_TYPE(LeatLiveView, leat_live_view, LEAT, LIVE_VIEW, AdwBin)

/* Once. */
void leat_live_view_set_controller(LeatLiveView *view, LeatSessionController *controller);

/* What the picture is labelled with, NULL for nothing; `lit` while that goes on. */
void leat_live_view_set_label(LeatLiveView *view, const char *text, bool lit);

/* Whether there is no picture. */
bool leat_live_view_is_empty(LeatLiveView *view);

#endif
