/* SPDX-License-Identifier: MIT */
/* Labels made while a recording goes on: a queue of them, each written into the library as its
 * frames are committed. A label names a stretch of time by the clock that frames are captured by
 * (CLOCK_MONOTONIC), which may lie in the past, and may still go on; its frames are found in the
 * file by the times that they were captured at, so that it is exact whatever was lost or skipped.
 *
 * None is lost: one that goes on ends with the recording, what was made is written after it, and
 * one that cannot be written is told.
 *
 * Made, commanded and freed on the main loop's thread; no command waits. It has a thread, from the
 * first label on, with a connection of its own. */
#ifndef LEAT_APP_LIVE_LABELS_H
#define LEAT_APP_LIVE_LABELS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct LeatLiveLabels LeatLiveLabels;

/* How many labels can be taken back; of older ones that is forgotten. */
#define LEAT_LIVE_LABELS_KEPT 16

typedef struct {
    const char *name;
    bool has_value; /* a number, not a class */
    double value;
    int64_t from_ns, to_ns; /* up to and without to_ns; LEAT_FOREVER while it goes on */
} LeatLiveLabel;

/* On the main loop. Either may be NULL. */
typedef struct {
    void (*changed)(void *data); /* frames were labelled, or nothing waits any more */
    /* A label was not written, or not taken off (`undone`). */
    void (*failed)(const char *name, bool undone, const GError *error, void *data);
    void *data;
} LeatLiveLabelsCallbacks;

/* `context` NULL is the default one. */
LeatLiveLabels *leat_live_labels_new(const LeatLiveLabelsCallbacks *callbacks,
                                     GMainContext *context, GError **error);

/* Writes what can still be written, and waits for that. NULL is fine. */
void leat_live_labels_free(LeatLiveLabels *labels);

/* In place of leat_live_labels_free, and without a wait: it is freed once what can be written is,
 * and then `gone` is called, from the loop where that has to go on until then. Nothing else is
 * called any more; what fails is told in the log. */
void leat_live_labels_let_go(LeatLiveLabels *labels, void (*gone)(void *data), void *data);

/* A recording into the library at `path` was asked for: labels made from now on are of it. */
void leat_live_labels_begin(LeatLiveLabels *labels, const char *path);

/* It has this id, now that it has frames. */
void leat_live_labels_set_recording(LeatLiveLabels *labels, int64_t recording);

/* It has ended, at `now_ns`, and is committed, as far as it could be. */
void leat_live_labels_end(LeatLiveLabels *labels, int64_t now_ns);

/* The label's number, for the next two; 0 with INVALID for a name or a number that cannot be,
 * NOT_FOUND when nothing is being recorded. */
int64_t leat_live_labels_add(LeatLiveLabels *labels, const LeatLiveLabel *label, GError **error);

/* One that goes on ends at `to_ns`; of another nothing changes. */
void leat_live_labels_close(LeatLiveLabels *labels, int64_t number, int64_t to_ns);

/* Takes it off, or does not write it. What it took the place of comes back. */
void leat_live_labels_undo(LeatLiveLabels *labels, int64_t number);

/* Frames of the current or last recording that have the class. */
int64_t leat_live_labels_frames(LeatLiveLabels *labels, const char *name);

/* Whether labels wait to be written or taken off. */
bool leat_live_labels_wait(LeatLiveLabels *labels);

#endif
