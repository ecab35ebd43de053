/* SPDX-License-Identifier: MIT */
#include "compute/kinds.h"

static const LeatWorkKind *const kinds[] = {
    NULL,
};

const LeatWorkKind *const *leat_work_kinds(void)
{
    return kinds;
}
