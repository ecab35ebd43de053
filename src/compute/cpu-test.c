/* SPDX-License-Identifier: MIT */
#include "compute/cpu-test.h"

#include "compute/cpu-test-kernel.h"

#include <string.h>

static bool run_unit(LeatWorkUnit *unit, GError **error)
{
    LeatCpuTest test;
    uint64_t checksum = 0;

    memcpy(&test, unit->input, sizeof test);
    for (uint32_t round = 0; round < test.rounds; round++) {
        if (leat_work_unit_is_cancelled(unit))
            return false;
        checksum = leat_cpu_test_combine(
            checksum, leat_cpu_test_round(test.seed, unit->unit, round, test.size));
    }
    memcpy(unit->output, &checksum, sizeof checksum);
    unit->output_bytes = sizeof checksum;
    return true;
}

const LeatWorkKind leat_cpu_test_kind = {.name = "cpu-test", .run = run_unit};

static uint64_t combine_outputs(LeatWorkset *workset, unsigned units)
{
    uint64_t checksum = 0;

    for (unsigned unit = 0; unit < units; unit++) {
        uint64_t value;
        size_t bytes;
        const void *output = leat_workset_output(workset, unit, &bytes);

        g_assert(bytes == sizeof value);
        memcpy(&value, output, sizeof value);
        checksum = leat_cpu_test_combine(checksum, value);
    }
    return checksum;
}

bool leat_cpu_test_run(LeatExecutor *executor, const LeatCpuTest *test, unsigned units,
                       LeatCancel *cancel, LeatProgressFunc progress, void *data,
                       uint64_t *checksum, GError **error)
{
    LeatWorkset *workset = leat_workset_new(executor,
                                            &(LeatWorksetOptions){
                                                .kind = leat_cpu_test_kind.name,
                                                .input_bytes = sizeof *test,
                                                .units = units,
                                                .output_bytes = sizeof *checksum,
                                            },
                                            error);
    bool good;

    if (!workset)
        return false;
    memcpy(leat_workset_input(workset), test, sizeof *test);
    good = leat_workset_run(workset, units, cancel, progress, data, error);
    if (good)
        *checksum = combine_outputs(workset, units);
    leat_workset_free(workset);
    return good;
}
