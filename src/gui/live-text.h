/* SPDX-License-Identifier: MIT */
/* What the window says about the source. */
#ifndef LEAT_GUI_LIVE_TEXT_H
#define LEAT_GUI_LIVE_TEXT_H

#include "gui/figures.h"

/* "Live", "Reconnecting in 3 s: the stream was cut", ...; free with g_free. */
char *leat_live_state(const LeatFigures *figures);

/* "640 × 480 · 30.0 frames/s · 0 lost", without the rate where nothing comes; free with g_free. */
char *leat_live_figures(const LeatFigures *figures);

/* What fits the state when there is no picture. The description is to be freed with g_free. */
typedef struct {
    const char *icon, *title;
    char *description;
    bool retry; /* offer to try again */
} LeatEmptyText;

LeatEmptyText leat_live_empty(const LeatFigures *figures);

#endif
