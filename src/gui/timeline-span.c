/* SPDX-License-Identifier: MIT */
#include "gui/timeline-span.h"

LeatTimelineSpan leat_timeline_span(GtkRange *range, GtkWidget *widget, int64_t duration_ns)
{
    GdkRectangle trough;
    double x, y;

    gtk_range_get_range_rect(range, &trough);
    gtk_widget_translate_coordinates(GTK_WIDGET(range), widget, trough.x, trough.y, &x, &y);
    return (LeatTimelineSpan){x, MAX(trough.width, 1), duration_ns};
}

double leat_timeline_span_x(const LeatTimelineSpan *span, int64_t ns)
{
    double share = span->duration_ns > 0 ? (double)ns / (double)span->duration_ns : 0;

    return span->left + span->width * CLAMP(share, 0, 1);
}

int64_t leat_timeline_span_ns(const LeatTimelineSpan *span, double x)
{
    return (int64_t)(CLAMP((x - span->left) / span->width, 0, 1) * (double)span->duration_ns);
}
