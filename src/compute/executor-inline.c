/* SPDX-License-Identifier: MIT */
#include "compute/executor-internal.h"

#include "base/clock.h"

#include <unistd.h>

static bool start(LeatExecutor *executor, const LeatExecutorOptions *options, GError **error)
{
    return true;
}

static void stop(LeatExecutor *executor)
{
}

/* The scratch is the workset's whole state. */
static bool open_workset(LeatWorkset *workset, GError **error)
{
    LeatMemory *scratch = g_new0(LeatMemory, 1);

    if (!leat_memory_init_heap(scratch, workset->scratch_bytes, "scratch memory", error)) {
        g_free(scratch);
        return false;
    }
    workset->state = scratch;
    return true;
}

static void close_workset(LeatWorkset *workset)
{
    LeatMemory *scratch = workset->state;

    leat_memory_finish(scratch);
    g_free(scratch);
}

static bool run(LeatRound *round, GError **error)
{
    LeatWorkset *workset = round->workset;
    LeatExecutor *executor = workset->executor;
    LeatControl *control = executor->control;
    const LeatUnitWorker worker = {
        .area = &workset->area,
        .control = control,
        .units = round->units,
        .scratch = ((LeatMemory *)workset->state)->data,
        .scratch_bytes = workset->scratch_bytes,
        .cancel = round->cancel,
        .unit_deadline_ns = executor->unit_deadline_ns,
        .trace = executor->trace,
    };
    int64_t tick_ns = leat_clock_now_ns() + LEAT_ROUND_TICK_NS;
    unsigned unit;

    /* Rounds may be run by one thread after the other. */
    atomic_store(&control->workers[0].tid, gettid());
    while (leat_control_claim(control, 0, round->units, &unit)) {
        GError *failure = NULL;

        if (leat_cancel_is_set(round->cancel)) {
            atomic_store(&control->stop, LEAT_ROUND_CANCELLED);
            break;
        }
        if (!leat_unit_run(&worker, unit, &failure))
            leat_round_fail(round, unit, failure);
        if (round->progress && leat_clock_now_ns() >= tick_ns) {
            leat_round_tell_progress(round);
            tick_ns = leat_clock_now_ns() + LEAT_ROUND_TICK_NS;
        }
    }
    return true;
}

static void limit_changed(LeatExecutor *executor)
{
}

const LeatExecutorOps leat_executor_inline_ops = {
    .start = start,
    .stop = stop,
    .init_memory = leat_executor_init_private,
    .open = open_workset,
    .close = close_workset,
    .run = run,
    .limit_changed = limit_changed,
};
