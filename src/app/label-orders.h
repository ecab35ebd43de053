/* SPDX-License-Identifier: MIT */
/* What is to be done to labels that were made live, one look at their library after the other: the
 * part of live-labels.h that waits for the disk. Knows no lock and no thread. */
#ifndef LEAT_APP_LABEL_ORDERS_H
#define LEAT_APP_LABEL_ORDERS_H

#include "app/label-writing.h"

typedef enum {
    LEAT_LABEL_WAITING, /* to be written, or to be written further */
    LEAT_LABEL_WRITTEN, /* can be taken back */
    LEAT_LABEL_OVER,
} LeatLabelStage;

typedef struct {
    void *owner;               /* the caller's */
    const char *path;          /* of the library */
    LeatLabelWriting *writing; /* its recording 0: nothing was recorded */
    int64_t to_ns;             /* where the label ends; LEAT_FOREVER while it goes on */
    int64_t ended_ns;          /* when the recording ended; 0 before that */
    bool undone;               /* take it off */
    bool last;                 /* there will be no other look */
    LeatLabelStage stage;      /* before, and then after */
    GError *error;             /* why it failed: the stage is OVER then; the caller's to free */
} LeatLabelOrder;

/* Obeys LeatLabelOrders in their order, so that what was said later takes the place of what was
 * said before. What fails because another program has the file stays as it is, with all that comes
 * after it. Returns how many frames have each class in the recording of the last order (char * to
 * int64_t *, free with g_hash_table_unref); NULL when that cannot be told. */
GHashTable *leat_label_orders_obey(GArray *orders);

#endif
