/* SPDX-License-Identifier: MIT */
#include "concurrency/share.h"

#include <glib.h>

void leat_share_begin(LeatShare *share, int tid, unsigned index, unsigned count)
{
    unsigned cores, shares, place = 0;
    cpu_set_t own;

    share->tid = 0;
    if (count < 2 || sched_getaffinity(tid, sizeof share->cores, &share->cores) < 0)
        return;
    cores = (unsigned)CPU_COUNT(&share->cores);
    if (cores < 2)
        return;
    shares = MIN(count, cores);
    CPU_ZERO(&own);
    for (unsigned core = 0; place < cores; core++) {
        if (!CPU_ISSET(core, &share->cores))
            continue;
        if (place % shares == index % shares)
            CPU_SET(core, &own);
        place++;
    }
    if (sched_setaffinity(tid, sizeof own, &own) == 0)
        share->tid = tid;
}

void leat_share_end(LeatShare *share)
{
    if (share->tid > 0)
        sched_setaffinity(share->tid, sizeof share->cores, &share->cores);
}
