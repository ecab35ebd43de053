/* SPDX-License-Identifier: MIT */
/* What is said of a recording, as bands of colour below its timeline: the classes that a person
 * gave, the numbers, and what a model said. Classes are drawn over empty ground, resized at their
 * edges and selected with the pointer; it asks for that by signals and changes nothing itself. Main
 * thread.
 *
 * Signals:
 *   "drawn" (gint64 from_ns, gint64 to_ns)
 *   "resized" (gint64 ns, gboolean end)  the selected band, at its beginning or its end
 *   "selected" ()                        another band, or none */
#ifndef LEAT_GUI_LABEL_STRIP_H
#define LEAT_GUI_LABEL_STRIP_H

#include "app/timeline.h"

#include <gtk/gtk.h>
#include <stdint.h>

#define LEAT_TYPE_LABEL_STRIP (leat_label_strip_get_type())
G_DECLARE_FINAL_TYPE(LeatLabelStrip, leat_label_strip, LEAT, LABEL_STRIP, GtkWidget)

/* It lies along this slider, which must outlive it. */
void leat_label_strip_set_range(LeatLabelStrip *strip, GtkRange *range);

void leat_label_strip_set_duration(LeatLabelStrip *strip, int64_t ns);
void leat_label_strip_set_position(LeatLabelStrip *strip, int64_t ns);

/* LeatMark; takes a reference. NULL for none. What is selected stays as far as it is there. */
void leat_label_strip_set_marks(LeatLabelStrip *strip, GPtrArray *marks);

/* Which colours they have: the classes, NULL-terminated; copied. */
void leat_label_strip_set_classes(LeatLabelStrip *strip, const char *const *classes);

/* The class that is drawn: its place. */
void leat_label_strip_set_class(LeatLabelStrip *strip, unsigned place);

/* What is marked to be labelled, -1 for none. */
void leat_label_strip_set_part(LeatLabelStrip *strip, int64_t from_ns, int64_t to_ns);

/* The band that is selected; NULL for none. */
const LeatMark *leat_label_strip_selected(LeatLabelStrip *strip);
void leat_label_strip_unselect(LeatLabelStrip *strip);

/* The class that is shown at a frame; NULL for none. */
const LeatMark *leat_label_strip_find(LeatLabelStrip *strip, int64_t seq);

#endif
