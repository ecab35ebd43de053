/* SPDX-License-Identifier: MIT */
/* The Recordings page: what the library holds, to look at, play, export and delete. Main thread. */
#ifndef LEAT_GUI_RECORDINGS_PAGE_H
#define LEAT_GUI_RECORDINGS_PAGE_H

#include "gui/context.h"

#include <adwaita.h>

#define LEAT_TYPE_RECORDINGS_PAGE (leat_recordings_page_get_type())
G_DECLARE_FINAL_TYPE(LeatRecordingsPage, leat_recordings_page, LEAT, RECORDINGS_PAGE, AdwBin)

/* Once, before the window is shown. `actions` is the window's, for commands of this page. */
void leat_recordings_page_set_up(LeatRecordingsPage *page, const LeatContext *context,
                                 GActionMap *actions);

/* Told when the page comes into view or leaves it: one that is not seen need not work. */
void leat_recordings_page_set_shown(LeatRecordingsPage *page, bool shown);

/* The window closes: what was deleted is deleted for good, each by a job of the context's. */
void leat_recordings_page_end(LeatRecordingsPage *page);

#endif
