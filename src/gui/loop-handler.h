/* SPDX-License-Identifier: MIT */
/* Who holds the main loop, by the look of its stack. */
#ifndef LEAT_GUI_LOOP_HANDLER_H
#define LEAT_GUI_LOOP_HANDLER_H

#include "gui/own-symbols.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* How many functions, the handler first and each called by the one before, may name it. */
#define LEAT_LOOP_HANDLER_CALLS 4

typedef enum {
    LEAT_LOOP_OURS,
    LEAT_LOOP_TOOLKIT, /* none of ours: GTK's layout and drawing above all */
    LEAT_LOOP_WINDOWS, /* GTK, called by one of ours, makes or ends widgets, all at once */
} LeatLoopHolder;

typedef struct {
    LeatLoopHolder holder;
    LeatOwnSymbol calls[LEAT_LOOP_HANDLER_CALLS];
    int count;
    bool at_lock; /* it waits for a lock, of ours, GLib's or the C library's: held for a few
                     instructions */
} LeatLoopHandler;

typedef struct LeatLoopHandlers LeatLoopHandlers;

/* In the function that runs the loop, or in one that it calls before: what is on the stack by then
 * is not a handler. The rest is for any thread, one at a time. */
LeatLoopHandlers *leat_loop_handlers_new(GError **error);
void leat_loop_handlers_free(LeatLoopHandlers *handlers);

/* `frames` are return addresses, the innermost first. */
LeatLoopHandler leat_loop_handlers_find(LeatLoopHandlers *handlers, void *const *frames, int depth);

/* True for the same handler; what it calls may differ. */
bool leat_loop_handler_is_same(const LeatLoopHandler *one, const LeatLoopHandler *other);

/* Leaves only the calls that both have in common. */
void leat_loop_handler_narrow(LeatLoopHandler *handler, const LeatLoopHandler *other);

/* "live-view.c:update > show_badge"; free with g_free. */
char *leat_loop_handler_name(const LeatLoopHandler *handler);

#endif
