/* SPDX-License-Identifier: MIT */
/* What the ways of exporting share. For this folder only; used by the one thread that exports. */
#ifndef LEAT_APP_LIBRARY_INTERNAL_H
#define LEAT_APP_LIBRARY_INTERNAL_H

#include "app/frame-notes.h"
#include "app/library.h"

/* An export under way. */
typedef struct {
    LeatStore *store;
    const LeatRecording *recording;
    const LeatExportRequest *request;
    LeatCancel *cancel; /* may be NULL */
    LeatFrameNotes *notes;
    int64_t expected; /* frames, as far as can be said before */
    LeatExportResult result;
} LeatExport;

/* True for a codec whose every frame stands alone. */
bool leat_library_is_intra(const LeatStreamInfo *stream);

/* Whether the frame lies in the time asked for. */
bool leat_export_wants(const LeatExport *export, const LeatFrameTimes *times);

/* Counts a frame that is out, and tells the progress. False when cancelled. */
bool leat_export_count(LeatExport *export, GError **error);

/* The recording's packets from the beginning of the time asked for on; the caller stops at its
 * end (leat_export_is_past). `from_key` for decoding. */
LeatStoreCursor *leat_export_packets(LeatExport *export, bool from_key, GError **error);

/* True when neither this frame nor any after it lies in the time asked for. (Leat's encoders put
 * no frame before an earlier one, so the order of decoding is that of time.) */
bool leat_export_is_past(const LeatExport *export, const LeatFrameTimes *times);

/* The ways. Each removes what it made when it fails. */
bool leat_export_container(LeatExport *export, GError **error);
bool leat_export_images(LeatExport *export, GError **error);
bool leat_export_table(LeatExport *export, GError **error);

/* frames.csv: a header, then a row a frame. */
typedef struct LeatFrameTable LeatFrameTable;

/* Creates the file `name` in the folder `folder_fd` (AT_FDCWD for the working one), never replacing
 * one; `shown` is its path for messages. */
LeatFrameTable *leat_frame_table_create(int folder_fd, const char *name, const char *shown,
                                        GError **error);
bool leat_frame_table_add(LeatFrameTable *table, const LeatFrameTimes *times,
                          const LeatFrameNotes *notes, GError **error);

/* Writes what is left, adds the file's size to `bytes` and frees the table. False when not all
 * could be written. */
bool leat_frame_table_finish(LeatFrameTable *table, int64_t *bytes, GError **error);

/* Frees it, and removes the file. NULL is fine. */
void leat_frame_table_abandon(LeatFrameTable *table);

#endif
