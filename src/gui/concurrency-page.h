/* SPDX-License-Identifier: MIT */
/* The Concurrency page: the threads, links and jobs of the studio at work. Main thread. */
#ifndef LEAT_GUI_CONCURRENCY_PAGE_H
#define LEAT_GUI_CONCURRENCY_PAGE_H

#include "gui/context.h"

#include <adwaita.h>

#define LEAT_TYPE_CONCURRENCY_PAGE (leat_concurrency_page_get_type())
G_DECLARE_FINAL_TYPE(LeatConcurrencyPage, leat_concurrency_page, LEAT, CONCURRENCY_PAGE, AdwBin)

/* Once, before the window is shown. `actions` is the window's, for commands of this page. */
void leat_concurrency_page_set_up(LeatConcurrencyPage *page, const LeatContext *context,
                                  GActionMap *actions);

/* Told when the page comes into view or leaves it: one that is not seen need not work. */
void leat_concurrency_page_set_shown(LeatConcurrencyPage *page, bool shown);

#endif
