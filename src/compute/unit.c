/* SPDX-License-Identifier: MIT */
#include "compute/unit-internal.h"

#include "base/clock.h"
#include "base/error.h"

#include <unistd.h>

bool leat_work_unit_is_cancelled(const LeatWorkUnit *unit)
{
    const LeatWorkStop *stop = unit->stop;

    return atomic_load_explicit(stop->round, memory_order_relaxed) == LEAT_ROUND_CANCELLED ||
           leat_cancel_is_set(stop->cancel) ||
           (stop->deadline_ns != LEAT_FOREVER && leat_clock_now_ns() >= stop->deadline_ns);
}

bool leat_work_unit_check(const LeatWorkUnit *unit, GError **error)
{
    if (!leat_work_unit_is_cancelled(unit))
        return true;
    g_set_error_literal(error, LEAT_ERROR, LEAT_ERROR_CANCELLED, "cancelled");
    return false;
}

char *leat_unit_describe(const char *kind, unsigned unit, unsigned units)
{
    return g_strdup_printf("unit %u of '%s' (0 to %u)", unit, kind, units - 1);
}

char *leat_unit_describe_time(int64_t ns)
{
    return g_strdup_printf("%.3g s", (double)ns / LEAT_NS_PER_S);
}

/* The error of a unit that failed, in words that are the same in every executor. */
static void fail(const LeatUnitWorker *worker, const LeatWorkUnit *unit, GError *cause, bool late,
                 GError **error)
{
    char *name = leat_unit_describe(worker->area->kind->name, unit->unit, unit->units);

    if (leat_cancel_is_set(worker->cancel) ||
        atomic_load(&worker->control->stop) == LEAT_ROUND_CANCELLED) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_CANCELLED, "%s was cancelled", name);
    } else if (late) {
        char *time = leat_unit_describe_time(worker->unit_deadline_ns);

        g_set_error(error, LEAT_ERROR, LEAT_ERROR_FAILED, "%s hung: it took longer than %s", name,
                    time);
        g_free(time);
    } else if (cause) {
        g_set_error(error, LEAT_ERROR,
                    cause->domain == LEAT_ERROR ? cause->code : LEAT_ERROR_FAILED, "%s failed: %s",
                    name, cause->message);
    } else if (unit->output_bytes > unit->output_capacity) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_FAILED,
                    "%s returned too much: %zu bytes, where %zu fit", name, unit->output_bytes,
                    unit->output_capacity);
    } else {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_FAILED, "%s failed without saying why", name);
    }
    g_free(name);
}

bool leat_unit_run(const LeatUnitWorker *worker, unsigned number, GError **error)
{
    const LeatWorkArea *area = worker->area;
    LeatUnitRecord *record = &area->records[number];
    LeatControlWorker *entry = &worker->control->workers[worker->index];
    int64_t start_ns = leat_clock_now_ns(), end_ns;
    const LeatWorkStop stop = {
        .cancel = worker->cancel,
        .round = &worker->control->stop,
        .deadline_ns =
            worker->unit_deadline_ns > 0 ? start_ns + worker->unit_deadline_ns : LEAT_FOREVER,
    };
    LeatWorkUnit unit = {
        .input = area->input,
        .input_bytes = area->input_bytes,
        .unit = number,
        .units = worker->units,
        .output = area->output + number * area->stride,
        .output_capacity = area->output_bytes,
        .scratch = worker->scratch,
        .scratch_bytes = worker->scratch_bytes,
        .stop = &stop,
    };
    GError *cause = NULL;
    bool done, late;

    atomic_store(&entry->start_ns, start_ns);
    atomic_store(&entry->unit, number);
    done = area->kind->run(&unit, &cause);
    end_ns = leat_clock_now_ns();
    late = end_ns >= stop.deadline_ns && stop.deadline_ns != LEAT_FOREVER;
    leat_trace_slice(worker->trace, area->kind->name, number, start_ns, end_ns);
    done = done && !late && unit.output_bytes <= unit.output_capacity;
    if (done) {
        record->start_ns = start_ns;
        record->end_ns = end_ns;
        record->tid = atomic_load_explicit(&entry->tid, memory_order_relaxed);
        atomic_store(&record->done, unit.output_bytes + 1);
        atomic_fetch_add(&entry->done, 1);
        atomic_fetch_add(&worker->control->done, 1);
    } else {
        fail(worker, &unit, cause, late, error);
    }
    g_clear_error(&cause);
    atomic_store(&entry->unit, -1);
    return done;
}
