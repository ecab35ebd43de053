/* SPDX-License-Identifier: MIT */
/* What runs at a moment: the threads with their shares of a core, the worker processes, and the
 * links of a session with their rates. Each share and rate is of the time since the meter's last
 * reading, so that two that look at different paces do not disturb one another.
 *
 * Threads and links are read apart: the threads' facts lie in files of the kernel, which a window's
 * loop must not wait for. A meter belongs to one thread at a time. */
#ifndef LEAT_APP_SNAPSHOT_H
#define LEAT_APP_SNAPSHOT_H

#include "concurrency/thread.h"
#include "pipeline/pipeline.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    LeatThreadInfo info; /* of a worker process: its main thread */
    bool process;
    double share; /* of a core: 1 is all of one */
} LeatThreadFact;

typedef struct LeatThreadMeter LeatThreadMeter;

LeatThreadMeter *leat_thread_meter_new(void);
void leat_thread_meter_free(LeatThreadMeter *meter);

/* The registered threads in order of creation, then the processes that they have started, as an
 * array of `count` to be freed with free(). NULL and 0 when memory runs out. What is seen for the
 * first time counts from its start. */
LeatThreadFact *leat_thread_meter_read(LeatThreadMeter *meter, size_t *count);

typedef struct {
    LeatLinkFigures figures;
    double rate; /* items that left it, 1/s */
} LeatLinkFact;

typedef struct {
    int64_t at_ns;
    uint64_t out[LEAT_PIPELINE_LINKS];
} LeatLinkMeter;

/* Once for each pipeline, which is new: rates are of the time from here. */
void leat_link_meter_begin(LeatLinkMeter *meter);

/* On the pipeline's thread; takes no more than each link's lock. Returns their number. */
int leat_link_meter_read(LeatLinkMeter *meter, LeatPipeline *pipeline,
                         LeatLinkFact facts[LEAT_PIPELINE_LINKS]);

#endif
