/* SPDX-License-Identifier: MIT */
/* What a row to choose from offers, kept as it is while nothing has changed: a list that changes
 * makes its view forget what is chosen, close, and make its rows anew. Main thread. */
#ifndef LEAT_GUI_STRING_LIST_H
#define LEAT_GUI_STRING_LIST_H

#include <gtk/gtk.h>
#include <stdbool.h>

/* The entries from `from` on, which must be there or the end, are these from now on
 * (NULL-terminated; copied). False when they were so already; else they are all replaced at once.
 */
bool leat_string_list_set(GtkStringList *list, guint from, const char *const *texts);

#endif
