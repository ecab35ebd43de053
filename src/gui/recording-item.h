/* SPDX-License-Identifier: MIT */
/* One recording of the library, as an item of a list. It stays the same while the recording grows
 * or is renamed. Main thread.
 *
 * Property "name" (string). Signal "changed" (): anything of it, the thumbnail too. */
#ifndef LEAT_GUI_RECORDING_ITEM_H
#define LEAT_GUI_RECORDING_ITEM_H

#include "store/store.h"

#include <gdk/gdk.h>

#define LEAT_TYPE_RECORDING_ITEM (leat_recording_item_get_type())
G_DECLARE_FINAL_TYPE(LeatRecordingItem, leat_recording_item, LEAT, RECORDING_ITEM, GObject)

/* Takes the recording. */
LeatRecordingItem *leat_recording_item_new(LeatRecording *recording);
void leat_recording_item_update(LeatRecordingItem *item, LeatRecording *recording);

/* Valid until the next update. */
const LeatRecording *leat_recording_item_recording(LeatRecordingItem *item);
int64_t leat_recording_item_id(LeatRecordingItem *item);
const char *leat_recording_item_name(LeatRecordingItem *item);

/* Frames that were lost at any stage. */
int64_t leat_recording_item_lost(LeatRecordingItem *item);

/* NULL while there is none. */
GdkTexture *leat_recording_item_thumbnail(LeatRecordingItem *item);
void leat_recording_item_set_thumbnail(LeatRecordingItem *item, GdkTexture *texture);

/* "300 frames · 2 lost · 7.2 MB"; free with g_free. */
char *leat_recording_item_summary(LeatRecordingItem *item);

/* When it was begun, by the clock and calendar here; free with g_free. */
char *leat_recording_item_date(LeatRecordingItem *item);

#endif
