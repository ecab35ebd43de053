/* SPDX-License-Identifier: MIT */
/* One call that may wait, made on a thread of its own and answered on the main loop, so that the
 * window never waits for a disk or a device. Made and freed on the main thread. */
#ifndef LEAT_GUI_BACKGROUND_H
#define LEAT_GUI_BACKGROUND_H

#include <glib.h>

typedef struct LeatBackground LeatBackground;

typedef struct {
    const char *name;                         /* of the thread, at most 15 bytes */
    void *(*work)(void *data);                /* on the thread */
    void (*done)(void *result, void *target); /* on the main loop; the result is now the target's */
    void (*destroy)(void *result); /* a result that nobody took, on either; NULL for none */
    void *data;                    /* what to work on, the thread's until it is done */
    void (*free_data)(void *data); /* NULL leaves it alone */
} LeatBackgroundCall;

/* Calls `done` once, unless it is freed before. Takes `data`, also when it fails. */
LeatBackground *leat_background_new(const LeatBackgroundCall *call, void *target, GError **error);

/* Never waits: a call under way goes on, and its result and data are freed on its thread, unless
 * the program ends before. What has to be done is to be waited for, by its `done`. May be called
 * from there. NULL is fine. */
void leat_background_free(LeatBackground *background);

#endif
