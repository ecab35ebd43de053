/* SPDX-License-Identifier: MIT */
/* Where times lie along a slider, for what is drawn below it. Main thread. */
#ifndef LEAT_GUI_TIMELINE_SPAN_H
#define LEAT_GUI_TIMELINE_SPAN_H

#include <gtk/gtk.h>
#include <stdint.h>

typedef struct {
    double left, width; /* where the slider's middle can be, in a widget's logical px */
    int64_t duration_ns;
} LeatTimelineSpan;

LeatTimelineSpan leat_timeline_span(GtkRange *range, GtkWidget *widget, int64_t duration_ns);

/* Both stay within the slider. */
double leat_timeline_span_x(const LeatTimelineSpan *span, int64_t ns);
int64_t leat_timeline_span_ns(const LeatTimelineSpan *span, double x);

#endif
