/* SPDX-License-Identifier: MIT */
/* Writing one label that was made by time while its frames were being recorded: as far as frames
 * are committed, again and again until it is whole; and taking it off again, with what it took the
 * place of coming back. Owned by one thread at a time; it waits for the disk. */
#ifndef LEAT_APP_LABEL_WRITING_H
#define LEAT_APP_LABEL_WRITING_H

#include "store/store-label.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    /* Set by the owner, who frees the name. */
    int64_t recording;
    char *name;
    bool has_value; /* a number, not a class */
    double value;
    int64_t next_ns; /* frames captured (CLOCK_MONOTONIC) from here on are still to be labelled */

    /* This file's; all zeros at first. */
    int64_t first, last; /* frames that are labelled, when there are any */
    int64_t frames;
    GPtrArray *replaced; /* LeatLabel: what was said before of these frames; NULL for nothing */
} LeatLabelWriting;

/* Labels the committed frames captured before `to_ns`. `whole` says whether frames from there on
 * are committed, too, so that none of its frames can still come. */
bool leat_label_writing_go_on(LeatLabelWriting *writing, LeatStore *store, int64_t to_ns,
                              bool *whole, GError **error);

/* Takes the label off its frames. Where it was still said, what was said before is said again; what
 * has been said since stays. */
bool leat_label_writing_take_off(LeatLabelWriting *writing, LeatStore *store, GError **error);

/* What this file put into it. */
void leat_label_writing_clear(LeatLabelWriting *writing);

#endif
