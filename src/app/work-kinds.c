/* SPDX-License-Identifier: MIT */
#include "app/work-kinds.h"

#include "compute/cpu-test.h"
#include "model/evaluation.h"

static const LeatWorkKind *const kinds[] = {
    &leat_cpu_test_kind,
    &leat_model_kind,
    NULL,
};

const LeatWorkKind *const *leat_work_kinds(void)
{
    return kinds;
}
