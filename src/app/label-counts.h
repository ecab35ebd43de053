/* SPDX-License-Identifier: MIT */
/* Which labels a library has, and how many of its frames each was given to: what can be learned.
 * Waits for the disk: not for the main thread of a window. */
#ifndef LEAT_APP_LABEL_COUNTS_H
#define LEAT_APP_LABEL_COUNTS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    char *name;
    bool number; /* it gives a number, and names no class */
    int64_t frames;
} LeatLabelCount;

/* LeatLabelCount: the classes in order of their names, then the numbers. Lost frames do not count.
 * Free with g_ptr_array_unref. */
GPtrArray *leat_label_counts_read(const char *path, GError **error);

typedef enum {
    LEAT_CHOICE_FINE,
    LEAT_CHOICE_EMPTY,      /* nothing is chosen */
    LEAT_CHOICE_FEW_FRAMES, /* of one of them: LEAT_DATASET_MIN_FRAMES are needed */
    LEAT_CHOICE_MIXED,      /* classes and numbers together */
    LEAT_CHOICE_NUMBERS,    /* more than one number */
    LEAT_CHOICE_ONE_CLASS,  /* nothing to tell it apart from */
} LeatLabelChoice;

/* Whether the labels that are `chosen` (one flag for each) can be learned together. `which` is the
 * one with too few frames, or the only one. Any thread. */
LeatLabelChoice leat_label_counts_check(const GPtrArray *counts, const bool *chosen,
                                        const LeatLabelCount **which);

#endif
