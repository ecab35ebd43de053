/* SPDX-License-Identifier: MIT */
/* Labelling the live picture: what is said of it now, and the queue in which labels wait for their
 * frames (app/live-labels.h), which it tells of each recording that begins and ends. Main thread.
 *
 * Signals:
 *   "changed" ()  what is said, how many frames were labelled, or whether labels wait */
#ifndef LEAT_GUI_LABELLING_H
#define LEAT_GUI_LABELLING_H

#include "gui/library-model.h"
#include "gui/session-controller.h"

#define LEAT_TYPE_LABELLING (leat_labelling_get_type())
G_DECLARE_FINAL_TYPE(LeatLabelling, leat_labelling, LEAT, LABELLING, GObject)

LeatLabelling *leat_labelling_new(LeatSessionController *session, LeatLibraryModel *library);

/* A recording must go on for these. Each returns the label's number, for leat_labelling_undo; 0
 * when it was not made, which was told. Times are CLOCK_MONOTONIC. */

/* From from_ns to to_ns; what goes on stays. */
int64_t leat_labelling_number(LeatLabelling *labelling, const char *name, double value,
                              int64_t from_ns, int64_t to_ns);

/* The same of a class; what goes on ends at to_ns. */
int64_t leat_labelling_past(LeatLabelling *labelling, const char *name, int64_t from_ns,
                            int64_t to_ns);

/* From from_ns on, until leat_labelling_stop or the next of its kind; what goes on ends now. */
int64_t leat_labelling_begin(LeatLabelling *labelling, const char *name, int64_t from_ns,
                             int64_t now_ns);

/* What goes on ends; returns its number, 0 when nothing does. */
int64_t leat_labelling_stop(LeatLabelling *labelling, int64_t now_ns);

void leat_labelling_undo(LeatLabelling *labelling, int64_t number);

/* The number and the name of the last label that can be taken back; 0 for none. Into this library:
 * another one has labels of its own. The name is valid until the next label. */
int64_t leat_labelling_last(LeatLabelling *labelling, const char **name);

/* The class that goes on, NULL for none; and since when. Valid until the loop turns. */
const char *leat_labelling_current(LeatLabelling *labelling, int64_t *from_ns);

/* For the badge on the picture: "mouse · 3 s"; NULL for none. `lit` while it goes on. Free with
 * g_free. */
char *leat_labelling_badge(LeatLabelling *labelling, bool *lit);

/* Frames of the current or last recording with the class. */
int64_t leat_labelling_frames(LeatLabelling *labelling, const char *name);

/* Whether labels wait to be written. */
bool leat_labelling_waits(LeatLabelling *labelling);

#endif
