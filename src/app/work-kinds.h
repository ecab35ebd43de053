/* SPDX-License-Identifier: MIT */
/* The work kinds of the program `leat`: what it hands to its executors, and what `leat worker`
 * finds the kinds in. Tests and benchmarks have tables of their own. Any thread. */
#ifndef LEAT_APP_WORK_KINDS_H
#define LEAT_APP_WORK_KINDS_H

#include "compute/work.h"

/* NULL-terminated. */
const LeatWorkKind *const *leat_work_kinds(void);

#endif
