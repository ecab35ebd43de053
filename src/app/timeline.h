/* SPDX-License-Identifier: MIT */
/* What is to be seen along a recording's time: where frames were lost, where the source was away,
 * what is labelled, and what a model said. Plain values. */
#ifndef LEAT_APP_TIMELINE_H
#define LEAT_APP_TIMELINE_H

#include "store/store.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
    LEAT_MARK_LOSS,
    LEAT_MARK_HOLE,       /* the source was away */
    LEAT_MARK_LABEL,      /* what a person said of these frames */
    LEAT_MARK_PREDICTION, /* what a model said of them: the same of each */
} LeatMarkKind;

typedef struct {
    LeatMarkKind kind;
    int64_t from_ns, to_ns; /* since the recording's first frame; as long as nothing is shown, or as
                             * the labelled frames are */
    int64_t after;          /* the first frame after a loss, else the last before it */
    int64_t count;          /* frames lost, else 0 */
    int64_t first, last;    /* frames of a label or a prediction */
    char *text;             /* the reason, or the label's name; of a number with its value */
    bool number;            /* a label that gives a number */
} LeatMark;

/* More can not be told apart on a screen. Of losses and labels the rest is not marked; predictions
 * are told more coarsely. */
#define LEAT_MOST_MARKS 5000

/* LeatMark, each kind in the order of time; free with g_ptr_array_unref. Reads the file: for a
 * thread that may wait. */
GPtrArray *leat_timeline_read(LeatStore *store, const LeatRecording *recording, GError **error);

/* The loss or hole that ends next after a place, or last before it; NULL where there is none, or no
 * marks. */
const LeatMark *leat_timeline_find_loss(const GPtrArray *marks, int64_t position_ns, bool next);

#endif
