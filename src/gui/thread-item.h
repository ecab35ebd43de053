/* SPDX-License-Identifier: MIT */
/* One thread, or worker process, as a row of a table: texts for people, as properties "name",
 * "state", "share", "number" and "classes" (how the state looks). Main thread. */
#ifndef LEAT_GUI_THREAD_ITEM_H
#define LEAT_GUI_THREAD_ITEM_H

#include "app/snapshot.h"

#include <glib-object.h>

#define LEAT_TYPE_THREAD_ITEM (leat_thread_item_get_type())
G_DECLARE_FINAL_TYPE(LeatThreadItem, leat_thread_item, LEAT, THREAD_ITEM, GObject)

LeatThreadItem *leat_thread_item_new(const LeatThreadFact *fact);

/* The fact is of the same thread as the one that it was made from. */
bool leat_thread_item_is_of(LeatThreadItem *item, const LeatThreadFact *fact);

/* Tells only of what has changed. */
void leat_thread_item_update(LeatThreadItem *item, const LeatThreadFact *fact);

/* The latest. */
const LeatThreadFact *leat_thread_item_fact(LeatThreadItem *item);

/* The name of a state for people. */
const char *leat_thread_state_text(LeatThreadState state);

#endif
