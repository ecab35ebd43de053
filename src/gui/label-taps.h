/* SPDX-License-Identifier: MIT */
/* What a tapped or held key, or a button, says of the live picture: the label, the recording that
 * it begins where none goes on, and what the user is told of it. Main thread. */
#ifndef LEAT_GUI_LABEL_TAPS_H
#define LEAT_GUI_LABEL_TAPS_H

#include "gui/context.h"

#include <gtk/gtk.h>

typedef struct LeatLabelTaps LeatLabelTaps;

/* `widget` is in a window, whose actions are given; "start-recording" must be among them. */
LeatLabelTaps *leat_label_taps_new(GtkWidget *widget, const LeatContext *context,
                                   GActionMap *actions);

/* NULL is fine. */
void leat_label_taps_free(LeatLabelTaps *taps);

/* Times are CLOCK_MONOTONIC. */

/* The class of the `past_s` seconds up to at_ns; with `carry` it also goes on from there, until it
 * is tapped again. */
void leat_label_taps_tap(LeatLabelTaps *taps, const char *name, int64_t at_ns, int past_s,
                         bool carry);

/* The class from at_ns on, until leat_label_taps_let_go. */
void leat_label_taps_hold(LeatLabelTaps *taps, const char *name, int64_t at_ns);
void leat_label_taps_let_go(LeatLabelTaps *taps, int64_t now_ns);

/* The number of the `past_s` seconds up to now. */
void leat_label_taps_number(LeatLabelTaps *taps, const char *name, double value, int past_s);

/* Takes back the last label of all. */
void leat_label_taps_undo(LeatLabelTaps *taps);

#endif
