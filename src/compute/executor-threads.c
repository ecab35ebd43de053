/* SPDX-License-Identifier: MIT */
#include "compute/executor-internal.h"

#include "base/clock.h"
#include "base/error.h"
#include "concurrency/lock.h"

#include <stdlib.h>
#include <unistd.h>

typedef struct {
    LeatExecutor *executor;
    unsigned index;
    LeatThread *thread;
} Worker;

/* A workset's state is the scratch of each worker, an array of LeatMemory. */
typedef struct {
    /* Set once. */
    Worker *workers;

    atomic_bool limit_changed; /* any thread: the round is to wake those who may take units now */

    LeatLock lock; /* for what follows */
    unsigned started;
    LeatRound *round; /* NULL while there is none */
    unsigned working; /* workers that take units of it */
    bool quit;
} Threads;

static bool units_are_left(const LeatRound *round)
{
    const LeatControl *control = round->workset->executor->control;

    return atomic_load(&control->stop) == LEAT_ROUND_GOES_ON &&
           atomic_load(&control->next) < round->units;
}

/* Takes units until there is none for this worker. */
static void do_units(Threads *threads, Worker *worker, LeatRound *round)
{
    LeatWorkset *workset = round->workset;
    LeatExecutor *executor = worker->executor;
    LeatControl *control = executor->control;
    const LeatUnitWorker in_round = {
        .area = &workset->area,
        .control = control,
        .index = worker->index,
        .units = round->units,
        .scratch = ((LeatMemory *)workset->state)[worker->index].data,
        .scratch_bytes = workset->scratch_bytes,
        .cancel = round->cancel,
        .unit_deadline_ns = executor->unit_deadline_ns,
        .trace = executor->trace,
    };
    unsigned unit;

    while (leat_control_claim(control, worker->index, round->units, &unit)) {
        GError *failure = NULL;

        if (leat_cancel_is_set(round->cancel)) {
            atomic_store(&control->stop, LEAT_ROUND_CANCELLED);
            break;
        }
        if (!leat_unit_run(&in_round, unit, &failure)) {
            leat_lock_acquire(&threads->lock);
            leat_round_fail(round, unit, failure);
            leat_lock_release(&threads->lock);
        }
    }
}

static void work(void *data)
{
    Worker *worker = data;
    Threads *threads = worker->executor->state;
    LeatControl *control = worker->executor->control;

    leat_lock_acquire(&threads->lock);
    atomic_store(&control->workers[worker->index].tid, gettid());
    threads->started++;
    leat_lock_wake(&threads->lock);
    while (!threads->quit) {
        LeatRound *round = threads->round;

        if (!round || !units_are_left(round) || worker->index >= atomic_load(&control->limit)) {
            leat_lock_wait(&threads->lock, LEAT_FOREVER);
            continue;
        }
        threads->working++;
        leat_lock_release(&threads->lock);
        do_units(threads, worker, round);
        leat_lock_acquire(&threads->lock);
        threads->working--;
        if (threads->working == 0 && !units_are_left(round))
            leat_lock_wake(&threads->lock);
    }
    leat_lock_release(&threads->lock);
}

static void stop(LeatExecutor *executor)
{
    Threads *threads = executor->state;

    leat_lock_acquire(&threads->lock);
    threads->quit = true;
    leat_lock_wake(&threads->lock);
    leat_lock_release(&threads->lock);
    for (unsigned i = 0; i < executor->workers; i++)
        leat_thread_free(threads->workers[i].thread);
    leat_lock_finish(&threads->lock);
    free(threads->workers);
    free(threads);
}

static bool start_worker(LeatExecutor *executor, unsigned index, GError **error)
{
    Threads *threads = executor->state;
    Worker *worker = &threads->workers[index];
    char *name = g_strdup_printf("compute-%u", index);

    worker->executor = executor;
    worker->index = index;
    worker->thread = leat_thread_new(name, executor->sched_class, work, worker, error);
    g_free(name);
    return worker->thread && leat_thread_start(worker->thread, error);
}

static bool start(LeatExecutor *executor, const LeatExecutorOptions *options, GError **error)
{
    Threads *threads = calloc(1, sizeof *threads);

    if (!threads) {
        leat_error_no_memory(error, sizeof *threads, "an executor's threads");
        return false;
    }
    atomic_init(&threads->limit_changed, false);
    if (!leat_lock_init(&threads->lock, error)) {
        free(threads);
        return false;
    }
    threads->workers = calloc(executor->workers, sizeof *threads->workers);
    if (!threads->workers) {
        leat_error_no_memory(error, executor->workers * sizeof *threads->workers,
                             "an executor's threads");
        leat_lock_finish(&threads->lock);
        free(threads);
        return false;
    }
    executor->state = threads;
    for (unsigned i = 0; i < executor->workers; i++) {
        if (!start_worker(executor, i, error)) {
            stop(executor);
            return false;
        }
    }
    leat_lock_acquire(&threads->lock);
    while (threads->started < executor->workers)
        leat_lock_wait(&threads->lock, LEAT_FOREVER);
    leat_lock_release(&threads->lock);
    return true;
}

static void close_workset(LeatWorkset *workset)
{
    LeatMemory *scratch = workset->state;

    for (unsigned i = 0; i < workset->executor->workers; i++)
        leat_memory_finish(&scratch[i]);
    free(scratch);
}

static bool open_workset(LeatWorkset *workset, GError **error)
{
    unsigned workers = workset->executor->workers;
    LeatMemory *scratch = calloc(workers, sizeof *scratch);

    if (!scratch) {
        leat_error_no_memory(error, workers * sizeof *scratch, "scratch memory");
        return false;
    }
    for (unsigned i = 0; i < workers; i++)
        scratch[i].fd = -1;
    workset->state = scratch;
    for (unsigned i = 0; i < workers; i++) {
        if (!leat_memory_init_heap(&scratch[i], workset->scratch_bytes, "scratch memory", error)) {
            close_workset(workset);
            return false;
        }
    }
    return true;
}

static bool run(LeatRound *round, GError **error)
{
    Threads *threads = round->workset->executor->state;
    int64_t tick_ns = leat_clock_now_ns() + LEAT_ROUND_TICK_NS;

    leat_lock_acquire(&threads->lock);
    threads->round = round;
    leat_lock_wake(&threads->lock);
    while (threads->working > 0 || units_are_left(round)) {
        if (leat_lock_wait(&threads->lock, tick_ns) || leat_clock_now_ns() < tick_ns)
            continue;
        leat_lock_release(&threads->lock);
        leat_round_tell_progress(round);
        tick_ns = leat_clock_now_ns() + LEAT_ROUND_TICK_NS;
        leat_lock_acquire(&threads->lock);
        if (atomic_exchange(&threads->limit_changed, false))
            leat_lock_wake(&threads->lock);
    }
    threads->round = NULL;
    leat_lock_release(&threads->lock);
    return true;
}

static void limit_changed(LeatExecutor *executor)
{
    Threads *threads = executor->state;

    /* Without the lock: whoever changes the limit protects the live side, and must not wait for a
     * worker that has the lock and is given no core. */
    atomic_store(&threads->limit_changed, true);
}

const LeatExecutorOps leat_executor_threads_ops = {
    .start = start,
    .stop = stop,
    .init_memory = leat_executor_init_private,
    .open = open_workset,
    .close = close_workset,
    .run = run,
    .limit_changed = limit_changed,
};
