/* SPDX-License-Identifier: MIT */
/* What a person sees of a session while it runs, on stderr: each loss, reconnection and failure as
 * it happens, and on a terminal a line of figures. Main thread. */
#ifndef LEAT_CLI_RUN_WATCH_H
#define LEAT_CLI_RUN_WATCH_H

#include "app/session.h"

#include <stdbool.h>

typedef struct LeatRunWatch LeatRunWatch;

/* `progress`: the line of figures even where stderr is no terminal. `max_frames` 0 for no limit. */
LeatRunWatch *leat_run_watch_new(LeatSession *session, int64_t max_frames, int64_t max_duration_ns,
                                 bool progress);

/* Call it when the status has changed. */
void leat_run_watch_changed(LeatRunWatch *watch);

/* Tells what was not told yet, and removes the line. NULL is fine. */
void leat_run_watch_free(LeatRunWatch *watch);

#endif
