/* SPDX-License-Identifier: MIT */
/* Tells when a camera may have come or gone. Main thread. */
#ifndef LEAT_GUI_DEVICE_WATCH_H
#define LEAT_GUI_DEVICE_WATCH_H

typedef struct LeatDeviceWatch LeatDeviceWatch;

/* Calls `changed` once things have been quiet for a moment: a camera brings several devices, and
 * its owner and rights are set after it is there. */
LeatDeviceWatch *leat_device_watch_new(void (*changed)(void *data), void *data);

/* NULL is fine. */
void leat_device_watch_free(LeatDeviceWatch *watch);

#endif
