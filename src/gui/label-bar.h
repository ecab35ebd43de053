/* SPDX-License-Identifier: MIT */
/* The controls for labels in the playback: which class is given, what would be labelled, and the
 * buttons, which are the actions of the group "bands". Main thread.
 *
 * Signals:
 *   "chosen" (guint place)        the user chose that class of the list
 *   "added" (const char *name)    another one was added, and is chosen */
#ifndef LEAT_GUI_LABEL_BAR_H
#define LEAT_GUI_LABEL_BAR_H

#include "gui/label-classes.h"

#include <adwaita.h>

#define LEAT_TYPE_LABEL_BAR (leat_label_bar_get_type())
G_DECLARE_FINAL_TYPE(LeatLabelBar, leat_label_bar, LEAT, LABEL_BAR, AdwBin)

/* They must outlive it. Shows them as they are now. */
void leat_label_bar_set_classes(LeatLabelBar *bar, LeatLabelClasses *classes);

/* Shows it, without a signal. */
void leat_label_bar_choose(LeatLabelBar *bar, guint place);

/* NULL when there is no class yet. Valid until the classes change. */
const char *leat_label_bar_class(LeatLabelBar *bar);

/* What is said of which frames. */
void leat_label_bar_set_text(LeatLabelBar *bar, const char *text);

#endif
