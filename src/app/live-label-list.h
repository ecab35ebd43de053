/* SPDX-License-Identifier: MIT */
/* The labels of the live picture that are not done with, in the order in which they were made: what
 * each has yet to be written of, and the latest that can still be taken back. Not locked: whoever
 * has the list holds a lock of theirs over each call; only what an order's `writing` points to is
 * the writing thread's between leat_live_label_list_orders and leat_live_label_list_obeyed.
 *
 * For live-labels.c. */
#ifndef LEAT_APP_LIVE_LABEL_LIST_H
#define LEAT_APP_LIVE_LABEL_LIST_H

#include "app/live-labels.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct LeatLiveLabelList LeatLiveLabelList;

LeatLiveLabelList *leat_live_label_list_new(void);
void leat_live_label_list_free(LeatLiveLabelList *list);

/* Returns its number. `recording` is 0 while it is not known. */
int64_t leat_live_label_list_add(LeatLiveLabelList *list, const LeatLiveLabel *label,
                                 const char *path, int64_t recording);

/* What is recorded has this id now; or has ended, which ends its labels. */
void leat_live_label_list_set_recording(LeatLiveLabelList *list, int64_t recording);
void leat_live_label_list_end_recording(LeatLiveLabelList *list, int64_t now_ns);

/* False when there is nothing to do about it. */
bool leat_live_label_list_close(LeatLiveLabelList *list, int64_t number, int64_t to_ns);
bool leat_live_label_list_undo(LeatLiveLabelList *list, int64_t number);

/* Whether labels wait to be written or taken off. */
bool leat_live_label_list_waits(const LeatLiveLabelList *list);

/* When what waits is to be looked at without being asked, ns from now. */
int64_t leat_live_label_list_patience(const LeatLiveLabelList *list);

/* What has something to do, in its order: of LeatLabelOrder. `last`: nothing will come after. */
GArray *leat_live_label_list_orders(LeatLiveLabelList *list, bool last);

/* They have been obeyed. Forgets what is over, and of the rest what is too old to be taken back. */
void leat_live_label_list_obeyed(LeatLiveLabelList *list, const GArray *orders);

#endif
