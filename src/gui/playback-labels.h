/* SPDX-License-Identifier: MIT */
/* Labelling what is played: the strip of bands, the controls below it, the keys and the writing of
 * what they ask for. Made by the playback view for its widgets; main thread. */
#ifndef LEAT_GUI_PLAYBACK_LABELS_H
#define LEAT_GUI_PLAYBACK_LABELS_H

#include "app/player.h"
#include "gui/context.h"
#include "gui/label-bar.h"
#include "gui/label-strip.h"

typedef struct LeatPlaybackLabels LeatPlaybackLabels;

typedef struct {
    GtkWidget *view; /* which has the keys and the actions "bands" */
    LeatLabelStrip *strip;
    LeatLabelBar *bar;
    /* A key 1 to 9 comes here first, as its class; true when that was all it was meant for. */
    bool (*answered)(const char *label, void *data);
    void *data;
} LeatPlaybackLabelsPlace;

LeatPlaybackLabels *leat_playback_labels_new(const LeatPlaybackLabelsPlace *place,
                                             const LeatContext *context);

/* Never waits: what was asked for is written first, for which the program goes on. NULL is fine. */
void leat_playback_labels_free(LeatPlaybackLabels *labels);

/* What is played now; the player must stay until another one comes, NULL for none. */
void leat_playback_labels_open(LeatPlaybackLabels *labels, const char *path, int64_t recording,
                               LeatPlayer *player);

/* The player stands elsewhere, or has found other marks (a reference is taken; NULL for none). */
void leat_playback_labels_show(LeatPlaybackLabels *labels, const LeatPlayerStatus *status);
void leat_playback_labels_mark(LeatPlaybackLabels *labels, GPtrArray *marks);

/* Gives one frame a class. */
void leat_playback_labels_give(LeatPlaybackLabels *labels, int64_t seq, const char *label);

/* The page is shown: other pages may have changed the classes. */
void leat_playback_labels_reload(LeatPlaybackLabels *labels);

#endif
