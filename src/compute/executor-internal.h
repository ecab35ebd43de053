/* SPDX-License-Identifier: MIT */
/* What stands behind compute/executor.h: the common part, and the operations of each executor. A
 * new one (MPI, say) is a table of these and a line in executor.c. */
#ifndef LEAT_COMPUTE_EXECUTOR_INTERNAL_H
#define LEAT_COMPUTE_EXECUTOR_INTERNAL_H

#include "compute/executor.h"
#include "compute/memory-internal.h"
#include "compute/unit-internal.h"
#include "concurrency/thread.h"

#include <stdatomic.h>

/* How often a round that waits looks around: for progress, and for a limit that was raised. */
#define LEAT_ROUND_TICK_NS (100 * LEAT_NS_PER_MS)

typedef struct LeatExecutorOps LeatExecutorOps;

struct LeatExecutor {
    /* Set once. */
    const LeatExecutorOps *ops;
    LeatExecutorKind kind;
    unsigned workers;
    const LeatWorkKind *const *kinds;
    int64_t unit_deadline_ns;
    LeatThreadClass sched_class;
    LeatTrace *trace;
    LeatMemory control_memory;
    LeatControl *control; /* in control_memory */
    void *state;          /* of the operations */

    /* Any thread. */
    atomic_ullong retried, restarted;

    /* The owner's. */
    unsigned worksets;
};

struct LeatWorkset {
    /* Set once. */
    LeatExecutor *executor;
    LeatWorkArea area;
    LeatMemory input, output; /* output: the records, then the units' outputs */
    unsigned units;
    size_t scratch_bytes;
    void *state; /* of the operations */

    /* The owner's. */
    unsigned round_units; /* of the last round, if it went well */
};

/* A round that runs. */
typedef struct {
    LeatWorkset *workset;
    unsigned units;
    LeatCancel *cancel;
    LeatProgressFunc progress;
    void *progress_data;
    unsigned long long done_before; /* control's count at the start */
    unsigned last_progress;
    int64_t tell_again_ns; /* when to tell it though it has not changed */

    /* Of the unit with the lowest number that failed; under the executor's lock, where it has one.
     */
    unsigned failed_unit;
    GError *failure;
} LeatRound;

struct LeatExecutorOps {
    /* Makes `state`; the workers in control->workers have their tid when it returns. On failure
     * nothing is left behind. */
    bool (*start)(LeatExecutor *executor, const LeatExecutorOptions *options, GError **error);
    void (*stop)(LeatExecutor *executor);
    bool (*init_memory)(LeatMemory *memory, size_t bytes, bool read_only, const char *what,
                        GError **error);
    /* The workset's buffers are there; close undoes open. */
    bool (*open)(LeatWorkset *workset, GError **error);
    void (*close)(LeatWorkset *workset);
    /* Does the units, or sets the round's failure. False with an error when there is no doing them.
     * Units that went well have their record when it returns, and nobody is in a unit. */
    bool (*run)(LeatRound *round, GError **error);
    /* Any thread: control->limit has risen or fallen. */
    void (*limit_changed)(LeatExecutor *executor);
};

extern const LeatExecutorOps leat_executor_inline_ops;
extern const LeatExecutorOps leat_executor_threads_ops;
extern const LeatExecutorOps leat_executor_processes_ops;

/* Keeps the failure of the lowest unit, and stops the round. Takes the error. */
void leat_round_fail(LeatRound *round, unsigned unit, GError *error);

/* Tells the progress when it has changed, or was not told for a tick. On the thread that runs the
 * round. */
void leat_round_tell_progress(LeatRound *round);

/* Memory that is this process's alone, for init_memory. */
bool leat_executor_init_private(LeatMemory *memory, size_t bytes, bool read_only, const char *what,
                                GError **error);

#endif
