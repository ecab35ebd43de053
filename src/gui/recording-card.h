/* SPDX-License-Identifier: MIT */
/* A recording in the grid: its thumbnail, name and figures, and a menu of what can be done with it.
 * The menu's actions ("recordings.open" and its neighbours) take the recording's number. */
#ifndef LEAT_GUI_RECORDING_CARD_H
#define LEAT_GUI_RECORDING_CARD_H

#include "gui/recording-item.h"

#include <adwaita.h>

#define LEAT_TYPE_RECORDING_CARD (leat_recording_card_get_type())
G_DECLARE_FINAL_TYPE(LeatRecordingCard, leat_recording_card, LEAT, RECORDING_CARD, AdwBin)

GtkWidget *leat_recording_card_new(void);

/* NULL while the card waits to be used again. */
void leat_recording_card_set_item(LeatRecordingCard *card, LeatRecordingItem *item);
LeatRecordingItem *leat_recording_card_item(LeatRecordingCard *card);

#endif
