/* SPDX-License-Identifier: MIT */
/* Labelling as every front end has it: by time or by frame, checked against the frames that there
 * are; labels in and out as CSV.
 *
 * Opens the file for each call and waits for the disk: not for the main thread of a window. */
#ifndef LEAT_APP_LABELS_H
#define LEAT_APP_LABELS_H

#include "store/store-label.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    const char *recording; /* id or name */
    const char *label;     /* its name */
    bool has_value;        /* a number, not a class */
    double value;
    bool by_time;
    int64_t from_ns, to_ns; /* by_time: since the first frame, up to and without to_ns;
                             * 0 and LEAT_FOREVER for all */
    int64_t first, last;    /* else: frames; 0 and INT64_MAX for all */
    bool remove;            /* take it off instead */
} LeatLabelRequest;

typedef struct {
    int64_t first, last; /* the first and the last of the frames in the range */
    int64_t frames;      /* how many there are in it */
    int64_t missing;     /* frames in it that were lost */
} LeatLabelResult;

/* INVALID for a name, value or range that cannot be; NOT_FOUND when the range has no frames, which
 * says whether they were lost or never there. */
bool leat_labels_change(const char *path, const LeatLabelRequest *request, LeatLabelResult *result,
                        GError **error);

/* Adds the rows of a CSV file: first, last, label, and value where there is one; the first line
 * names the columns, in any order. All rows are added, or none; the error names the line. */
bool leat_labels_import(const char *path, const char *recording, const char *csv, int64_t *labels,
                        GError **error);

/* Never replaces a file. */
bool leat_labels_export(const char *path, const char *recording, const char *csv, int64_t *labels,
                        GError **error);

/* The names of the classes of a library, each once, in the order of the labels; NULL-terminated,
 * the caller's. Empty for one that cannot be read: whoever plays it tells why. */
char **leat_labels_classes(const char *path);

#endif
