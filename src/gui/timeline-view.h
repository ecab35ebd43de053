/* SPDX-License-Identifier: MIT */
/* A recording's time as a slider, with losses drawn below in red, and holes. What the pointer is on
 * is told in a tooltip. Main thread. */
#ifndef LEAT_GUI_TIMELINE_VIEW_H
#define LEAT_GUI_TIMELINE_VIEW_H

#include "app/timeline.h"

#include <adwaita.h>
#include <stdint.h>

#define LEAT_TYPE_TIMELINE_VIEW (leat_timeline_view_get_type())
G_DECLARE_FINAL_TYPE(LeatTimelineView, leat_timeline_view, LEAT, TIMELINE_VIEW, AdwBin)

/* Signal "sought" (gint64 ns): the user wants to see that time. */

void leat_timeline_view_set_duration(LeatTimelineView *view, int64_t ns);

/* `text` is the place in words, for those who do not see it. */
void leat_timeline_view_set_position(LeatTimelineView *view, int64_t ns, const char *text);

/* LeatMark; takes a reference. NULL for none. */
void leat_timeline_view_set_marks(LeatTimelineView *view, GPtrArray *marks);

/* The slider, along which other things may be drawn. */
GtkRange *leat_timeline_view_range(LeatTimelineView *view);

#endif
