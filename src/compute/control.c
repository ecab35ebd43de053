/* SPDX-License-Identifier: MIT */
#include "compute/control-internal.h"

size_t leat_control_bytes(unsigned workers)
{
    return sizeof(LeatControl) + workers * sizeof(LeatControlWorker);
}

void leat_control_init(LeatControl *control, unsigned workers)
{
    atomic_init(&control->next, 0);
    atomic_init(&control->stop, LEAT_ROUND_GOES_ON);
    atomic_init(&control->limit, workers);
    atomic_init(&control->done, 0);
    for (unsigned i = 0; i < workers; i++) {
        atomic_init(&control->workers[i].unit, -1);
        atomic_init(&control->workers[i].start_ns, 0);
        atomic_init(&control->workers[i].done, 0);
        atomic_init(&control->workers[i].tid, 0);
    }
}

bool leat_control_claim(LeatControl *control, unsigned index, unsigned units, unsigned *unit)
{
    unsigned long long claimed;

    if (atomic_load(&control->stop) != LEAT_ROUND_GOES_ON || index >= atomic_load(&control->limit))
        return false;
    claimed = atomic_fetch_add(&control->next, 1);
    if (claimed >= units)
        return false;
    *unit = (unsigned)claimed;
    return true;
}
