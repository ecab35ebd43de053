/* SPDX-License-Identifier: MIT */
/* The commands that move along what is played: the actions "playback" and their keys. Made by the
 * playback view; main thread. */
#ifndef LEAT_GUI_PLAYBACK_TRANSPORT_H
#define LEAT_GUI_PLAYBACK_TRANSPORT_H

#include "app/player.h"

#include <gtk/gtk.h>

typedef struct LeatPlaybackTransport LeatPlaybackTransport;

/* `view` has the keys and the actions. */
LeatPlaybackTransport *leat_playback_transport_new(GtkWidget *view);

/* NULL is fine. */
void leat_playback_transport_free(LeatPlaybackTransport *transport);

/* What is played now, nothing being marked; the player must stay until another one comes, NULL for
 * none. */
void leat_playback_transport_open(LeatPlaybackTransport *transport, LeatPlayer *player);

/* The player stands elsewhere, or has found other marks (a reference is taken). */
void leat_playback_transport_show(LeatPlaybackTransport *transport, const LeatPlayerStatus *status);
void leat_playback_transport_mark(LeatPlaybackTransport *transport, GPtrArray *marks);

#endif
