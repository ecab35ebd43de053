/* SPDX-License-Identifier: MIT */
/* How whatever takes long tells how far it is. */
#ifndef LEAT_BASE_PROGRESS_H
#define LEAT_BASE_PROGRESS_H

#include <stdint.h>

/* `done` of `total`, of what the function says that takes it: units, frames, ... Called now and
 * then on the thread that works. */
typedef void (*LeatProgressFunc)(int64_t done, int64_t total, void *data);

#endif
