/* SPDX-License-Identifier: MIT */
/* What is to be seen along a recording's time: where frames were lost, where the source was away,
 * and what is labelled. Plain values. */
#ifndef LEAT_APP_TIMELINE_H
#define LEAT_APP_TIMELINE_H

#include "store/store.h"

#include <glib.h>
#include <stdint.h>

typedef enum {
    LEAT_MARK_LOSS,
    LEAT_MARK_HOLE,  /* the source was away */
    LEAT_MARK_LABEL, /* what a person said of these frames */
} LeatMarkKind;

typedef struct {
    LeatMarkKind kind;
    int64_t from_ns, to_ns; /* since the recording's first frame; as long as nothing is shown, or as
                             * the labelled frames are */
    int64_t after;          /* the first frame after a loss, else the last before it */
    int64_t count;          /* frames lost; 0 for a hole and a label */
    char *text;             /* the reason, or the label's name */
} LeatMark;

/* LeatMark, each kind in the order of time; free with g_ptr_array_unref. Reads the file: for a
 * thread that may wait. */
GPtrArray *leat_timeline_read(LeatStore *store, const LeatRecording *recording, GError **error);

#endif
