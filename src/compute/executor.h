/* SPDX-License-Identifier: MIT */
/* An executor maps a work kind (compute/work.h) over N units, on workers that it owns:
 *
 *     inline      the calling thread, and nothing else
 *     threads     a fixed pool of threads of this process
 *     processes   worker processes: this program, started as `leat worker`
 *
 * All of them give the same bytes in the same order of units. Workers run below capture and window
 * in priority. A worker process may die: its unit is done by another one, a new worker starts, and
 * only a unit that kills three workers fails its round.
 *
 * A workset is one computation on an executor: a kind, a shared input, and an output slot a unit.
 * Its buffers stay from round to round, and workers see them without a copy, so that an iterative
 * computation writes its input, runs a round, reads the outputs, and so on at little cost.
 *
 * An executor and its worksets belong to one thread at a time, and one round runs at a time; what
 * is marked "any thread" may be called beside it. Free the worksets first. */
#ifndef LEAT_COMPUTE_EXECUTOR_H
#define LEAT_COMPUTE_EXECUTOR_H

#include "compute/work.h"
#include "base/progress.h"
#include "concurrency/cancel.h"
#include "concurrency/trace.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LEAT_EXECUTOR_MAX_WORKERS 256

/* How many workers a unit may kill. */
#define LEAT_EXECUTOR_MAX_DEATHS 3

typedef struct LeatExecutor LeatExecutor;
typedef struct LeatWorkset LeatWorkset;

typedef enum {
    LEAT_EXECUTOR_INLINE,
    LEAT_EXECUTOR_THREADS,
    LEAT_EXECUTOR_PROCESSES,
} LeatExecutorKind;

typedef struct {
    LeatExecutorKind kind;
    unsigned workers;                 /* 0: one for each core; inline has one, whatever is asked */
    const LeatWorkKind *const *kinds; /* NULL-terminated; must outlive the executor */

    /* A unit that takes longer fails: in a process the worker is killed, and the unit done again as
     * after any death; elsewhere the unit sees its cancel, and the round fails once it returns.
     * Wall time in ns; 0 for none. */
    int64_t unit_deadline_ns;

    bool normal_priority; /* run at the process's own priority, not below: to compare */
    LeatTrace *trace;     /* each unit becomes a slice; may be NULL; must outlive the executor */

    /* For processes. */
    const char *const *worker_command; /* NULL: this program with the argument "worker" */
    size_t memory_limit; /* what a worker may allocate beside the worksets, bytes; 0: no limit */
} LeatExecutorOptions;

/* "inline", "threads", "processes". Any thread. */
const char *leat_executor_kind_name(LeatExecutorKind kind);

/* False with LEAT_ERROR_INVALID, which names those that there are. Any thread. */
bool leat_executor_kind_parse(const char *text, LeatExecutorKind *kind, GError **error);

/* How many cores this process may use, at least 1. Any thread. */
unsigned leat_executor_count_cores(void);

/* All workers start, or none is left behind. Errors name the worker and the cause. */
LeatExecutor *leat_executor_new(const LeatExecutorOptions *options, GError **error);

/* Ends the workers, and waits for them; on a busy machine they may be given a core only after long.
 * Not for the main thread. NULL is fine. */
void leat_executor_free(LeatExecutor *executor);

/* At most this many workers (at least 1) take new units from now on, also in the round that runs; a
 * unit that has begun is finished; more workers begin within a tenth of a second. The governor's
 * handle. Any thread; never waits. */
void leat_executor_set_limit(LeatExecutor *executor, unsigned limit);

typedef struct {
    LeatExecutorKind kind;
    unsigned workers, limit;
    unsigned running;    /* workers that are in a unit now */
    uint64_t units_done; /* since the start, in all rounds */
    uint64_t retried;    /* units that were begun again, since their worker died */
    uint64_t restarted;  /* workers that took the place of one that died */
} LeatExecutorFigures;

/* Any thread. */
LeatExecutorFigures leat_executor_figures(LeatExecutor *executor);

typedef struct {
    int tid; /* the kernel's number of the thread, or of the worker process; 0: there is none now */
    int64_t unit; /* that it is in now, or -1 */
    uint64_t units_done;
} LeatWorkerInfo;

/* Fills in at most `room` workers and returns how many there are. Any thread. */
unsigned leat_executor_workers(LeatExecutor *executor, LeatWorkerInfo *workers, unsigned room);

typedef struct {
    const char *kind;     /* name, in the executor's table */
    size_t input_bytes;   /* may be 0 */
    unsigned units;       /* the most that a round may have, at least 1 */
    size_t output_bytes;  /* the most that a unit may return; may be 0 */
    size_t scratch_bytes; /* for each worker; 0: what the kind asks for */
} LeatWorksetOptions;

/* Reserves the buffers, and makes them known to the workers. */
LeatWorkset *leat_workset_new(LeatExecutor *executor, const LeatWorksetOptions *options,
                              GError **error);
void leat_workset_free(LeatWorkset *workset);

/* The shared input, for the caller to write between rounds; zero at first. */
void *leat_workset_input(LeatWorkset *workset);

/* Does the units 0 to `units` - 1 and waits for them. False with the error of the first unit that
 * failed, with LEAT_ERROR_CANCELLED, or with what befell the workers; the outputs are then void,
 * and the next round starts afresh. A cancel is seen at once; the units that have begun are waited
 * for, but a worker process that takes more than a second over it is killed.
 *
 * `progress` is told how many of the units have ended, on the calling thread, at the end and about
 * ten times a second before, whether it has changed or not (inline: only between units). A limit
 * that is set there counts at once. `cancel` and `progress` may be NULL. */
bool leat_workset_run(LeatWorkset *workset, unsigned units, LeatCancel *cancel,
                      LeatProgressFunc progress, void *data, GError **error);

/* What a unit of the last round returned, `bytes` long; valid until the next round. */
const void *leat_workset_output(LeatWorkset *workset, unsigned unit, size_t *bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LeatExecutor, leat_executor_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LeatWorkset, leat_workset_free)

#endif
