/* SPDX-License-Identifier: MIT */
#include "compute/executor-internal.h"

#include "base/clock.h"
#include "base/error.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    const LeatExecutorOps *ops;
} executors[] = {
    [LEAT_EXECUTOR_INLINE] = {"inline", &leat_executor_inline_ops},
    [LEAT_EXECUTOR_THREADS] = {"threads", &leat_executor_threads_ops},
    [LEAT_EXECUTOR_PROCESSES] = {"processes", &leat_executor_processes_ops},
};

const char *leat_executor_kind_name(LeatExecutorKind kind)
{
    return executors[kind].name;
}

bool leat_executor_kind_parse(const char *text, LeatExecutorKind *kind, GError **error)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(executors); i++) {
        if (strcmp(executors[i].name, text) == 0) {
            *kind = (LeatExecutorKind)i;
            return true;
        }
    }
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                "'%s' is not an executor; there are inline, threads and processes", text);
    return false;
}

unsigned leat_executor_count_cores(void)
{
    cpu_set_t cores;

    if (sched_getaffinity(0, sizeof cores, &cores) < 0)
        return 1;
    return (unsigned)MAX(CPU_COUNT(&cores), 1);
}

static unsigned count_workers(const LeatExecutorOptions *options)
{
    if (options->kind == LEAT_EXECUTOR_INLINE)
        return 1;
    if (options->workers == 0)
        return MIN(leat_executor_count_cores(), LEAT_EXECUTOR_MAX_WORKERS);
    return options->workers;
}

LeatExecutor *leat_executor_new(const LeatExecutorOptions *options, GError **error)
{
    unsigned workers = count_workers(options);
    LeatExecutor *executor;

    g_assert(options->kind < G_N_ELEMENTS(executors) && options->kinds);
    if (workers > LEAT_EXECUTOR_MAX_WORKERS) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "%u workers are too many; there may be %d", workers, LEAT_EXECUTOR_MAX_WORKERS);
        return NULL;
    }
    executor = calloc(1, sizeof *executor);
    if (!executor)
        return leat_error_no_memory(error, sizeof *executor, "an executor");
    executor->ops = executors[options->kind].ops;
    executor->kind = options->kind;
    executor->workers = workers;
    executor->kinds = options->kinds;
    executor->unit_deadline_ns = options->unit_deadline_ns;
    executor->sched_class = options->normal_priority ? LEAT_THREAD_NORMAL : LEAT_THREAD_BACKGROUND;
    executor->trace = options->trace;
    atomic_init(&executor->retried, 0);
    atomic_init(&executor->restarted, 0);
    if (!executor->ops->init_memory(&executor->control_memory, leat_control_bytes(workers), false,
                                    "an executor's state", error)) {
        free(executor);
        return NULL;
    }
    executor->control = executor->control_memory.data;
    leat_control_init(executor->control, workers);
    if (!executor->ops->start(executor, options, error)) {
        leat_memory_finish(&executor->control_memory);
        free(executor);
        return NULL;
    }
    return executor;
}

void leat_executor_free(LeatExecutor *executor)
{
    if (!executor)
        return;
    g_assert(executor->worksets == 0);
    executor->ops->stop(executor);
    leat_memory_finish(&executor->control_memory);
    free(executor);
}

void leat_executor_set_limit(LeatExecutor *executor, unsigned limit)
{
    unsigned allowed = CLAMP(limit, 1, executor->workers);

    if (atomic_exchange(&executor->control->limit, allowed) != allowed)
        executor->ops->limit_changed(executor);
}

LeatExecutorFigures leat_executor_figures(LeatExecutor *executor)
{
    LeatExecutorFigures figures = {
        .kind = executor->kind,
        .workers = executor->workers,
        .limit = atomic_load(&executor->control->limit),
        .units_done = atomic_load(&executor->control->done),
        .retried = atomic_load(&executor->retried),
        .restarted = atomic_load(&executor->restarted),
    };

    for (unsigned i = 0; i < executor->workers; i++)
        if (atomic_load(&executor->control->workers[i].unit) >= 0)
            figures.running++;
    return figures;
}

unsigned leat_executor_workers(LeatExecutor *executor, LeatWorkerInfo *workers, unsigned room)
{
    for (unsigned i = 0; i < MIN(room, executor->workers); i++) {
        LeatControlWorker *entry = &executor->control->workers[i];

        workers[i] = (LeatWorkerInfo){
            .tid = atomic_load(&entry->tid),
            .unit = atomic_load(&entry->unit),
            .units_done = atomic_load(&entry->done),
        };
    }
    return executor->workers;
}

bool leat_executor_init_private(LeatMemory *memory, size_t bytes, bool read_only, const char *what,
                                GError **error)
{
    return leat_memory_init_heap(memory, bytes, what, error);
}
