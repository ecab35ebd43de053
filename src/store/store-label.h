/* SPDX-License-Identifier: MIT */
/* Labels: what a person says of a range of frames, by their sequence numbers. A label names a class
 * ("empty", "mouse at feeder"), or gives a number ("gauge" is 3.5).
 *
 * A frame is of one class at most, and has one number of each name at most: a label that is added
 * over others of its kind takes their place there, and what is left of them stays. Neighbours that
 * say the same become one.
 *
 * A label may be given to frames before they are committed. Thread and waiting as in store.h. */
#ifndef LEAT_STORE_STORE_LABEL_H
#define LEAT_STORE_STORE_LABEL_H

#include "store/store-edit.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Free with leat_label_free. */
typedef struct {
    int64_t id; /* 0 before it is stored; changes when labels around it do */
    int64_t recording;
    char *name;
    bool has_value; /* a number, not a class */
    double value;
    int64_t first, last; /* sequence numbers */
    int64_t created_wall_ns;
} LeatLabel;

LeatLabel *leat_label_copy(const LeatLabel *label);
void leat_label_free(LeatLabel *label);

/* False with INVALID for a name that cannot be one: empty, over 200 bytes, with control
 * characters. Any thread. */
bool leat_label_check_name(const char *name, GError **error);

/* False with INVALID for a name, a number or a range that cannot be. Any thread. */
bool leat_label_check(const LeatLabel *label, GError **error);

/* LeatLabel in the order of their first frames, free with g_ptr_array_unref. `recording` -1 for
 * those of all. */
GPtrArray *leat_store_labels(LeatStore *store, int64_t recording, GError **error);

/* The rest needs a store that was opened to edit. `label`'s id is ignored, and its created_wall_ns
 * filled in when 0. */
bool leat_store_add_label(LeatStore *store, const LeatLabel *label, GError **error);

/* All of them, or none. LeatLabel. */
bool leat_store_add_labels(LeatStore *store, const GPtrArray *labels, GError **error);

/* Takes the label off the frames first..last; `name` NULL for every label. `removed` (may be NULL)
 * is the number of sequence numbers that it was taken off. */
bool leat_store_remove_label(LeatStore *store, int64_t recording, const char *name, int64_t first,
                             int64_t last, int64_t *removed, GError **error);

/* Makes these the recording's labels, whatever it had: the way back of an undo. LeatLabel. */
bool leat_store_set_labels(LeatStore *store, int64_t recording, const GPtrArray *labels,
                           GError **error);

/* Makes `labels` (LeatLabel, classes within first..last) what these frames are of, whatever they
 * were; numbers stay. `before` is what they were, cut to first..last: given to this again, it takes
 * the change back. Free it with g_ptr_array_unref. */
bool leat_store_set_classes(LeatStore *store, int64_t recording, int64_t first, int64_t last,
                            const GPtrArray *labels, GPtrArray **before, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LeatLabel, leat_label_free)

#endif
