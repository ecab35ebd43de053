/* SPDX-License-Identifier: MIT */
/* Keeps the program going while something that the window has already freed comes to its end: the
 * main loop waits for nothing, but is there to hear of it. Main thread. */
#ifndef LEAT_GUI_HOLD_H
#define LEAT_GUI_HOLD_H

/* Once for each leat_hold_end. Without an application, as in a test, they do nothing. */
void leat_hold_begin(void);

/* Given `data` for nothing, so that it can be a callback. */
void leat_hold_end(void *data);

#endif
