/* SPDX-License-Identifier: MIT */
/* The threads and worker processes as a GListModel of LeatThreadItem, in the order in which they
 * were first seen. One that has ended stays for a little as Dead, to be seen. Main thread. */
#ifndef LEAT_GUI_THREAD_LIST_H
#define LEAT_GUI_THREAD_LIST_H

#include "gui/thread-item.h"

#include <gio/gio.h>

#define LEAT_TYPE_THREAD_LIST (leat_thread_list_get_type())
G_DECLARE_FINAL_TYPE(LeatThreadList, leat_thread_list, LEAT, THREAD_LIST, GObject)

/* How many updates a thread that has ended stays. */
#define LEAT_THREAD_LIST_MOURNS 12

LeatThreadList *leat_thread_list_new(void);

/* Makes the list so, item by item. */
void leat_thread_list_update(LeatThreadList *list, const LeatThreadFact *facts, size_t count);

#endif
