/* SPDX-License-Identifier: MIT */
/* The Live page: the picture, and beside it the groups of controls. It adds its commands to the
 * window as actions ("win.start-camera" and its neighbours). Main thread. */
#ifndef LEAT_GUI_LIVE_PAGE_H
#define LEAT_GUI_LIVE_PAGE_H

#include "gui/context.h"

#include <adwaita.h>

#define LEAT_TYPE_LIVE_PAGE (leat_live_page_get_type())
G_DECLARE_FINAL_TYPE(LeatLivePage, leat_live_page, LEAT, LIVE_PAGE, AdwBin)

/* Beside the buttons' commands there are "win.toggle-camera" and "win.toggle-recording", which
 * start or stop, for a key. */

/* Once, before the window is shown. `actions` is the window's. `source` as for --source; NULL for
 * the first camera, or else the test pattern. It is started where `start` says so. */
void leat_live_page_set_up(LeatLivePage *page, const LeatContext *context, GActionMap *actions,
                           const char *source, bool start);

/* Chooses a source and starts it. */
void leat_live_page_open(LeatLivePage *page, const char *source);

#endif
