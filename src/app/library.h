/* SPDX-License-Identifier: MIT */
/* What can be done with a library file once it is recorded: export and verify. (Listing and
 * looking are leat_store_list and its neighbours.) They may take long: run them on a thread that
 * may wait, with progress and a cancel. */
#ifndef LEAT_APP_LIBRARY_H
#define LEAT_APP_LIBRARY_H

#include "base/progress.h"
#include "concurrency/cancel.h"
#include "store/store.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    const char *recording;     /* id or name */
    const char *out;           /* NAME.mkv, NAME.mp4, NAME.csv, or a folder (NAME/) */
    bool by_label;             /* of a folder: a folder in it for each class, and no other frames */
    int64_t from_ns, to_ns;    /* since the recording's first frame; 0 and LEAT_FOREVER for all */
    LeatProgressFunc progress; /* in frames; may be NULL */
    void *data;
} LeatExportRequest;

typedef struct {
    int64_t frames, bytes; /* exported */
} LeatExportResult;

/* Never replaces a file, and leaves no half of one: what was begun is removed when it fails or is
 * cancelled. A folder is created, or must be empty. From the middle of an h264 recording the
 * export starts at the key frame before `from_ns`. */
bool leat_library_export(const char *path, const LeatExportRequest *request, LeatCancel *cancel,
                         LeatExportResult *result, GError **error);

/* Free what it holds with leat_verify_result_clear. */
typedef struct {
    int64_t recordings, frames; /* checked */
    GPtrArray *faults;          /* char *, a sentence each */
} LeatVerifyResult;

/* Checks the database, each ledger against its rows, and decodes every frame, in which `progress`
 * counts. True when it could check, whatever it found. */
bool leat_library_verify(const char *path, LeatProgressFunc progress, void *data,
                         LeatCancel *cancel, LeatVerifyResult *result, GError **error);
void leat_verify_result_clear(LeatVerifyResult *result);

#endif
