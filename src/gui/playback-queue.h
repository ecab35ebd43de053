/* SPDX-License-Identifier: MIT */
/* The queue of frames to label next: two models are asked of a recording as a job, and the frames
 * on which they disagree are gone through, the least sure first. Made by the playback view; main
 * thread. */
#ifndef LEAT_GUI_PLAYBACK_QUEUE_H
#define LEAT_GUI_PLAYBACK_QUEUE_H

#include "gui/context.h"
#include "gui/queue-bar.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct LeatPlaybackQueue LeatPlaybackQueue;

typedef struct {
    GtkWidget *view; /* which has the keys and the actions "queue" */
    LeatQueueBar *bar;
    void (*go_to)(int64_t seq, void *data);       /* a frame is to be shown */
    void (*begun)(LeatJobItem *item, void *data); /* the comparison runs */
    void *data;
} LeatPlaybackQueuePlace;

LeatPlaybackQueue *leat_playback_queue_new(const LeatPlaybackQueuePlace *place,
                                           const LeatContext *context);

/* Waits for a comparison that runs. NULL is fine. */
void leat_playback_queue_free(LeatPlaybackQueue *queue);

/* Another recording, or with 0 none: what is compared is cancelled, the queue is closed. */
void leat_playback_queue_open(LeatPlaybackQueue *queue, const char *path, int64_t recording);

/* The frame that is to be labelled; false when there is no queue. */
bool leat_playback_queue_frame(LeatPlaybackQueue *queue, int64_t *seq);

/* On to the next one. */
void leat_playback_queue_go_on(LeatPlaybackQueue *queue);

#endif
