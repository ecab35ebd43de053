/* SPDX-License-Identifier: MIT */
#include "compute/executor-internal.h"

#include "base/clock.h"
#include "base/error.h"

#include <stdlib.h>

/* Reserves input and output, and lays them out. */
static bool init_area(LeatWorkset *workset, const LeatWorksetOptions *options, GError **error)
{
    const LeatExecutorOps *ops = workset->executor->ops;
    LeatWorkArea *area = &workset->area;
    size_t records_bytes, output_bytes;

    if (!leat_memory_round_up(options->units * sizeof *area->records, &records_bytes) ||
        !leat_memory_round_up(options->output_bytes, &area->stride) ||
        __builtin_mul_overflow(area->stride, options->units, &output_bytes) ||
        __builtin_add_overflow(output_bytes, records_bytes, &output_bytes)) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_NO_MEMORY,
                    "%u units of '%s' with %zu bytes each do not fit into memory", options->units,
                    options->kind, options->output_bytes);
        return false;
    }
    if (!ops->init_memory(&workset->input, options->input_bytes, true, "input", error))
        return false;
    if (!ops->init_memory(&workset->output, output_bytes, false, "output", error)) {
        leat_memory_finish(&workset->input);
        return false;
    }
    area->input = workset->input.data;
    area->input_bytes = options->input_bytes;
    area->records = workset->output.data;
    area->output = (uint8_t *)workset->output.data + records_bytes;
    area->output_bytes = options->output_bytes;
    return true;
}

LeatWorkset *leat_workset_new(LeatExecutor *executor, const LeatWorksetOptions *options,
                              GError **error)
{
    const LeatWorkKind *kind = leat_work_kind_find(executor->kinds, options->kind, error);
    LeatWorkset *workset;

    g_assert(options->units > 0);
    if (!kind)
        return NULL;
    workset = calloc(1, sizeof *workset);
    if (!workset)
        return leat_error_no_memory(error, sizeof *workset, "a workset");
    workset->executor = executor;
    workset->units = options->units;
    workset->area.kind = kind;
    workset->scratch_bytes = MAX(options->scratch_bytes, kind->scratch_bytes);
    if (!init_area(workset, options, error)) {
        free(workset);
        return NULL;
    }
    if (!executor->ops->open(workset, error)) {
        leat_memory_finish(&workset->input);
        leat_memory_finish(&workset->output);
        free(workset);
        return NULL;
    }
    executor->worksets++;
    return workset;
}

void leat_workset_free(LeatWorkset *workset)
{
    if (!workset)
        return;
    workset->executor->ops->close(workset);
    workset->executor->worksets--;
    leat_memory_finish(&workset->input);
    leat_memory_finish(&workset->output);
    free(workset);
}

void *leat_workset_input(LeatWorkset *workset)
{
    return workset->area.input;
}

const void *leat_workset_output(LeatWorkset *workset, unsigned unit, size_t *bytes)
{
    g_assert(unit < workset->round_units);
    *bytes = (size_t)atomic_load(&workset->area.records[unit].done) - 1;
    return workset->area.output + unit * workset->area.stride;
}

void leat_round_fail(LeatRound *round, unsigned unit, GError *error)
{
    LeatControl *control = round->workset->executor->control;
    int goes_on = LEAT_ROUND_GOES_ON;

    /* A cancel that came first stays. */
    atomic_compare_exchange_strong(&control->stop, &goes_on, LEAT_ROUND_FAILED);
    if (round->failure && round->failed_unit <= unit) {
        g_error_free(error);
        return;
    }
    g_clear_error(&round->failure);
    round->failure = error;
    round->failed_unit = unit;
}

void leat_round_tell_progress(LeatRound *round)
{
    LeatControl *control = round->workset->executor->control;
    unsigned done;
    int64_t now_ns;

    if (!round->progress)
        return;
    done = (unsigned)MIN(atomic_load(&control->done) - round->done_before, round->units);
    now_ns = leat_clock_now_ns();
    if (done == round->last_progress && now_ns < round->tell_again_ns)
        return;
    round->last_progress = done;
    round->tell_again_ns = now_ns + LEAT_ROUND_TICK_NS;
    round->progress(done, round->units, round->progress_data);
}

/* Whether the units were done; consumes the round's failure. */
static bool conclude(LeatRound *round, GError **error)
{
    LeatControl *control = round->workset->executor->control;

    bool cancelled = atomic_load(&control->stop) == LEAT_ROUND_CANCELLED ||
                     (leat_cancel_is_set(round->cancel) &&
                      g_error_matches(round->failure, LEAT_ERROR, LEAT_ERROR_CANCELLED));

    /* A cancel that found nothing left to stop comes too late: what is done is done. */
    if (cancelled) {
        g_clear_error(&round->failure);
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_CANCELLED, "'%s' was cancelled",
                    round->workset->area.kind->name);
        return false;
    }
    if (round->failure) {
        g_propagate_error(error, round->failure);
        round->failure = NULL;
        return false;
    }
    return true;
}

bool leat_workset_run(LeatWorkset *workset, unsigned units, LeatCancel *cancel,
                      LeatProgressFunc progress, void *data, GError **error)
{
    LeatExecutor *executor = workset->executor;
    LeatControl *control = executor->control;
    LeatRound round = {
        .workset = workset,
        .units = units,
        .cancel = cancel,
        .progress = progress,
        .progress_data = data,
        .done_before = atomic_load(&control->done),
        .tell_again_ns = leat_clock_now_ns() + LEAT_ROUND_TICK_NS,
    };

    g_assert(units <= workset->units);
    workset->round_units = 0;
    if (!leat_cancel_check(cancel, error))
        return false;
    for (unsigned i = 0; i < units; i++)
        atomic_store_explicit(&workset->area.records[i].done, 0, memory_order_relaxed);
    atomic_store(&control->next, 0);
    atomic_store(&control->stop, LEAT_ROUND_GOES_ON);
    if (!executor->ops->run(&round, error)) {
        g_clear_error(&round.failure);
        return false;
    }
    if (!conclude(&round, error))
        return false;
    /* A worker that was killed may have ended a unit and not counted it. */
    atomic_store(&control->done, round.done_before + units);
    round.tell_again_ns = LEAT_FOREVER;
    leat_round_tell_progress(&round);
    workset->round_units = units;
    return true;
}
