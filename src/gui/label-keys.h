/* SPDX-License-Identifier: MIT */
/* The keys 1 to 9 of a window, told apart as tapped and held. They are the window's as long as
 * nothing takes them for text, and `wanted` says so. Main thread. */
#ifndef LEAT_GUI_LABEL_KEYS_H
#define LEAT_GUI_LABEL_KEYS_H

#include <gtk/gtk.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct LeatLabelKeys LeatLabelKeys;

/* One that is down for longer is held. */
#define LEAT_LABEL_KEYS_HELD_MS 300

/* `key` counts from 0. Times are CLOCK_MONOTONIC. A key is tapped, or it is held and then let go.
 */
typedef struct {
    bool (*wanted)(int key, void *data); /* whether it does something now */
    void (*tapped)(int key, int64_t pressed_ns, void *data);
    void (*held)(int key, int64_t pressed_ns, void *data); /* and still is */
    void (*let_go)(int key, int64_t now_ns, void *data);
    void *data;
} LeatLabelKeysFuncs;

LeatLabelKeys *leat_label_keys_new(GtkWindow *window, const LeatLabelKeysFuncs *funcs);

/* Nothing is called any more. NULL is fine; the window may be gone. */
void leat_label_keys_free(LeatLabelKeys *keys);

/* As if what is down were let go: its release may never be seen. */
void leat_label_keys_let_go(LeatLabelKeys *keys);

#endif
