/* SPDX-License-Identifier: MIT */
/* One entry of the source picker: something found on this machine, or, with no spec, the entry for
 * a file or an address that the user types. Main thread. */
#ifndef LEAT_GUI_SOURCE_CHOICE_H
#define LEAT_GUI_SOURCE_CHOICE_H

#include <gio/gio.h>

#define LEAT_TYPE_SOURCE_CHOICE (leat_source_choice_get_type())
G_DECLARE_FINAL_TYPE(LeatSourceChoice, leat_source_choice, LEAT, SOURCE_CHOICE, GObject)

/* NULL for the entry that the user fills in. Property "name" is for people. */
const char *leat_source_choice_spec(LeatSourceChoice *choice);

/* What a camera can do ("MJPG 1280x720@30", NULL-terminated); NULL for what takes any size and
 * rate. */
const char *const *leat_source_choice_formats(LeatSourceChoice *choice);

/* Puts what leat_source_list found (NULL: nothing yet), the test pattern and the entry to fill in
 * into a list of LeatSourceChoice, in place of what is there: all at once, and only if it differs,
 * since a view that shows it would close. `kept` (may be NULL) stays, marked as gone, where it was
 * not found. */
void leat_source_choices_fill(GListStore *choices, GPtrArray *found, LeatSourceChoice *kept);

/* The position of the choice with this spec, the entry to fill in when there is none. */
guint leat_source_choices_find(GListModel *choices, const char *spec);

/* The position to begin with: `usual` where there is such a one (NULL for none), or else the first
 * camera, or else the test pattern. */
guint leat_source_choices_best(GListModel *choices, const char *usual);

#endif
