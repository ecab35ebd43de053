/* SPDX-License-Identifier: MIT */
/* What `leat run --stats` shows of a session's concurrency, on stderr: each thread with its state
 * and its share of a core, each link with its rate, fill and losses. Main thread. */
#ifndef LEAT_CLI_RUN_STATS_H
#define LEAT_CLI_RUN_STATS_H

#include "app/session.h"
#include "base/clock.h"

#include <stdint.h>

#define LEAT_RUN_STATS_MIN_NS (LEAT_NS_PER_S / 10)

typedef struct LeatRunStats LeatRunStats;

/* Prints each time `interval_ns` has passed. The session must outlive it. */
LeatRunStats *leat_run_stats_new(LeatSession *session, int64_t interval_ns);

/* NULL is fine. */
void leat_run_stats_free(LeatRunStats *stats);

#endif
