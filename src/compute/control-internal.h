/* SPDX-License-Identifier: MIT */
/* What an executor and its workers share while they work: who may take units, which unit is next,
 * and where each worker is. It is made of lock-free atomics, since it also lies in memory that
 * processes share. The executor writes what is above the workers, a worker its own entry. */
#ifndef LEAT_COMPUTE_CONTROL_INTERNAL_H
#define LEAT_COMPUTE_CONTROL_INTERNAL_H

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static_assert(ATOMIC_LLONG_LOCK_FREE == 2 && ATOMIC_INT_LOCK_FREE == 2, "processes share these");

/* Writers do not share a cache line. */
#define LEAT_CONTROL_LINE 64

typedef enum {
    LEAT_ROUND_GOES_ON,
    LEAT_ROUND_FAILED,    /* a unit failed: no new ones, but those before it may fail, too */
    LEAT_ROUND_CANCELLED, /* units that look at their cancel end at once */
} LeatRoundStop;

typedef struct {
    _Alignas(LEAT_CONTROL_LINE) atomic_llong unit; /* in hand now, or -1 */
    atomic_llong start_ns;                         /* of that unit; written before it */
    atomic_ullong done;                            /* units, ever */
    atomic_int tid;                                /* 0: there is no such worker now */
} LeatControlWorker;

typedef struct {
    _Alignas(LEAT_CONTROL_LINE) atomic_ullong next; /* the first unit that nobody has claimed */
    _Alignas(LEAT_CONTROL_LINE) atomic_int stop;    /* LeatRoundStop */
    atomic_uint limit;  /* workers from this index on take no new units */
    atomic_ullong done; /* units, ever */
    LeatControlWorker workers[];
} LeatControl;

size_t leat_control_bytes(unsigned workers);

/* On zeroed memory. */
void leat_control_init(LeatControl *control, unsigned workers);

/* False when worker `index` gets no unit: none of `units` is left, the round stops, or the limit is
 * for others. */
bool leat_control_claim(LeatControl *control, unsigned index, unsigned units, unsigned *unit);

#endif
