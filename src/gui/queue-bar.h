/* SPDX-License-Identifier: MIT */
/* Where one is in the queue of frames to label, with the actions of the group "queue". Main
 * thread. */
#ifndef LEAT_GUI_QUEUE_BAR_H
#define LEAT_GUI_QUEUE_BAR_H

#include <adwaita.h>

#define LEAT_TYPE_QUEUE_BAR (leat_queue_bar_get_type())
G_DECLARE_FINAL_TYPE(LeatQueueBar, leat_queue_bar, LEAT, QUEUE_BAR, AdwBin)

/* NULL hides it. */
void leat_queue_bar_set_text(LeatQueueBar *bar, const char *text);

#endif
