/* SPDX-License-Identifier: MIT */
/* A unit as every executor does it, in this process or in a worker. */
#ifndef LEAT_COMPUTE_UNIT_INTERNAL_H
#define LEAT_COMPUTE_UNIT_INTERNAL_H

#include "compute/control-internal.h"
#include "compute/work.h"
#include "concurrency/cancel.h"
#include "concurrency/trace.h"

#include <stdatomic.h>
#include <stdint.h>

struct LeatWorkStop {
    const LeatCancel *cancel; /* the round's; NULL in a worker process, which has `round` alone */
    const atomic_int *round;  /* LeatRoundStop */
    int64_t deadline_ns;      /* LEAT_FOREVER: none */
};

/* What became of a unit in this round. Written by its worker, `done` last. */
typedef struct {
    atomic_ullong done; /* the bytes that it returned plus 1; 0: not done */
    int64_t start_ns, end_ns;
    int64_t tid;
} LeatUnitRecord;

/* The buffers of a workset, as seen from this process. */
typedef struct {
    const LeatWorkKind *kind;
    void *input;
    size_t input_bytes;
    uint8_t *output;
    size_t output_bytes; /* of a unit */
    size_t stride;       /* from one unit's output to the next one's */
    LeatUnitRecord *records;
} LeatWorkArea;

/* One worker in one round. */
typedef struct {
    const LeatWorkArea *area;
    LeatControl *control;
    unsigned index; /* the worker's, in control */
    unsigned units; /* of the round */
    void *scratch;
    size_t scratch_bytes;
    const LeatCancel *cancel;
    int64_t unit_deadline_ns; /* how long a unit may take, or 0 */
    LeatTrace *trace;
} LeatUnitWorker;

/* Does a unit and notes it in its record. Errors are of this domain, and name the unit. */
bool leat_unit_run(const LeatUnitWorker *worker, unsigned unit, GError **error);

/* "unit 3 of 8 of 'kind'"; free with g_free. */
char *leat_unit_describe(const char *kind, unsigned unit, unsigned units);

/* "1.5 s"; free with g_free. */
char *leat_unit_describe_time(int64_t ns);

#endif
