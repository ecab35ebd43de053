/* SPDX-License-Identifier: MIT */
#include "gui/cpu-test-runs.h"

#include <glib/gi18n.h>

/* Enough for the work to be shared out evenly, and for a progress that moves. */
#define LEAST_UNITS 32

typedef struct {
    LeatCpuTestWork work;
    LeatCpuTestRun run;
} Entry;

struct LeatCpuTestRuns {
    GArray *entries;
};

/* Products of two matrices of the usual size, in all units together. */
static unsigned rounds_of(LeatCpuTestWork work)
{
    static const unsigned rounds[] = {1920, 19200, 115200};

    return rounds[work];
}

LeatCpuTestSeries leat_cpu_test_runs_request(LeatCpuTestWork work, LeatExecutorKind executor,
                                             unsigned cores)
{
    LeatCpuTestSeries series;

    leat_cpu_test_series_init(&series);
    series.executor = executor;
    series.units = MAX(LEAST_UNITS, series.units);
    series.test.rounds = MAX(1, rounds_of(work) / series.units);
    series.run_count = 1;
    series.workers[0] = cores;
    return series;
}

LeatCpuTestRuns *leat_cpu_test_runs_new(void)
{
    LeatCpuTestRuns *runs = g_new0(LeatCpuTestRuns, 1);

    runs->entries = g_array_new(FALSE, FALSE, sizeof(Entry));
    return runs;
}

void leat_cpu_test_runs_free(LeatCpuTestRuns *runs)
{
    if (!runs)
        return;
    g_array_unref(runs->entries);
    g_free(runs);
}

static Entry *entry_at(const LeatCpuTestRuns *runs, guint i)
{
    return &g_array_index(runs->entries, Entry, i);
}

static int by_workers(const void *a, const void *b)
{
    const Entry *first = a, *second = b;

    return (first->run.workers > second->run.workers) - (first->run.workers < second->run.workers);
}

void leat_cpu_test_runs_add(LeatCpuTestRuns *runs, LeatCpuTestWork work, const LeatCpuTestRun *run)
{
    Entry entry = {work, *run};

    for (guint i = runs->entries->len; i-- > 0;) {
        const Entry *old = entry_at(runs, i);

        if (old->work == work && old->run.executor == run->executor &&
            old->run.workers == run->workers)
            g_array_remove_index(runs->entries, i);
    }
    g_array_append_val(runs->entries, entry);
    g_array_sort(runs->entries, by_workers);
}

LeatCpuTestRun *leat_cpu_test_runs_compare(const LeatCpuTestRuns *runs, LeatCpuTestWork work,
                                           LeatExecutorKind executor, unsigned *count)
{
    LeatCpuTestRun *found = g_new(LeatCpuTestRun, runs->entries->len);

    *count = 0;
    for (guint i = 0; i < runs->entries->len; i++) {
        const Entry *entry = entry_at(runs, i);

        if (entry->work != work || entry->run.executor != executor)
            continue;
        /* In order of cores: without one core first, there is nothing to compare with. */
        if (*count == 0 && entry->run.workers != 1)
            break;
        found[*count] = entry->run;
        found[*count].speedup = found[0].wall_s / MAX(entry->run.wall_s, 1e-9);
        (*count)++;
    }
    return found;
}

char *leat_cpu_test_runs_line(const LeatCpuTestRun *run)
{
    return g_strdup_printf(_("Time taken using %u CPU core(s): %.2f seconds"), run->workers,
                           run->wall_s);
}
