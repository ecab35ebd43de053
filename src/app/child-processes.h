/* SPDX-License-Identifier: MIT */
/* The processes that this one has started, worker processes above all, described as threads are:
 * by the kernel's word on their main thread. Any thread. */
#ifndef LEAT_APP_CHILD_PROCESSES_H
#define LEAT_APP_CHILD_PROCESSES_H

#include "concurrency/thread.h"

#include <stddef.h>

/* Those that the first `count` of `infos`, this process's threads, have started, behind them in the
 * array, which is from malloc and is made larger for them; `children` receives their number. NULL
 * when memory runs out; `infos` is then as it was. */
LeatThreadInfo *leat_child_processes_append(LeatThreadInfo *infos, size_t count, size_t *children);

#endif
