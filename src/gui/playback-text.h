/* SPDX-License-Identifier: MIT */
/* What the playback says. Free each with g_free. */
#ifndef LEAT_GUI_PLAYBACK_TEXT_H
#define LEAT_GUI_PLAYBACK_TEXT_H

#include "app/player.h"
#include "gui/timeline-span.h"

#include <stdbool.h>

/* "0:12.345", "1:02:03.000" */
char *leat_playback_time(int64_t ns);

/* Such a one, however many digits it has, or a duration as on the command line: "90", "1.5m". */
bool leat_playback_parse_time(const char *text, int64_t *ns);

/* "2 frames lost: the disk was too slow" */
char *leat_playback_mark(const LeatMark *mark);

/* What is at a place along a timeline: its time and the marks there, a line each. `marks` may be
 * NULL. */
char *leat_playback_marks(GPtrArray *marks, const LeatTimelineSpan *span, double x);

/* "mouse 97 % · model-1", "gauge 3.5 · model-1"; NULL when no model spoke of the frame. */
char *leat_playback_prediction(const LeatPlayerStatus *status);

/* "0:12.345 / 1:02.000", and the frame's number: "Frame 371" */
char *leat_playback_position(const LeatPlayerStatus *status);
char *leat_playback_frame(const LeatPlayerStatus *status);

#endif
