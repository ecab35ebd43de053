/* SPDX-License-Identifier: MIT */
/* The other side of the executor `processes`: what a program does that was started as a worker. The
 * executor starts it with what it needs (descriptors 3 and 4); nobody else can. */
#ifndef LEAT_COMPUTE_WORKER_H
#define LEAT_COMPUTE_WORKER_H

#include "compute/work.h"

/* Does units until the executor is gone. Returns the exit status: 0 at the end, 2 when the program
 * was not started by an executor, which it says on stderr. Call it on the main thread, before any
 * other is started. `kinds` is NULL-terminated. */
int leat_worker_main(const LeatWorkKind *const *kinds);

#endif
