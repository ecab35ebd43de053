/* SPDX-License-Identifier: MIT */
/* Whether an X display answers. The X library waits for one that is connected to but silent, and
 * for a host that does not exist, without end and deaf to any cancel; so who wants a display asks
 * here first. Any thread. */
#ifndef LEAT_MEDIA_SCREEN_DISPLAY_H
#define LEAT_MEDIA_SCREEN_DISPLAY_H

#include "concurrency/cancel.h"

#include <stdbool.h>
#include <stdint.h>

#define LEAT_DISPLAY_PORT 6000                 /* of display 0; each next one has the next port */
#define LEAT_DISPLAY_PATH "/tmp/.X11-unix/X%d" /* of a display of this machine, by its number */

typedef struct {
    char host[256]; /* empty: this machine, through a socket in the file system */
    int number;
} LeatDisplay;

/* Takes "HOST:0.0", "[::1]:0", ":0", "unix:0", "tcp/HOST:0"; false for any other name. */
bool leat_display_parse(LeatDisplay *display, const char *name);

/* Waits until the display has answered, or until it is certain that there is none to wait for: 1.
 * Returns 0 when nothing came in `timeout_ns`, -1 when cancelled. The host must have a network
 * address (leat_host_check). */
int leat_display_wait(const LeatDisplay *display, LeatCancel *cancel, int64_t timeout_ns);

#endif
