/* SPDX-License-Identifier: MIT */
/* A work kind: a computation that is cut into units. It is written once, and every executor runs it
 * (compute/executor.h): on the calling thread, on threads, on processes.
 *
 * A unit is pure: its output follows from the shared input and the number of the unit alone, byte
 * for byte. It may be done twice, in any order, in any process, beside any other unit, and half of
 * it may be done and thrown away. That is why the answer never depends on the executor.
 *
 * Kinds are static: they live in NULL-terminated tables of the program that uses them. A worker
 * process finds a kind by its name, in the table of its own program. */
#ifndef LEAT_COMPUTE_WORK_H
#define LEAT_COMPUTE_WORK_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct LeatWorkStop LeatWorkStop;

/* What a unit is given. The memory is the executor's, and starts at a multiple of 64 bytes. */
typedef struct {
    const void *input; /* shared by all units, nobody writes to it while a round runs */
    size_t input_bytes;
    unsigned unit, units; /* the number of this one, from 0, and how many there are */

    void *output; /* this unit's own; holds anything at first */
    size_t output_capacity;
    size_t output_bytes; /* to be set, 0 at first */

    /* The worker's own, kept from unit to unit and from round to round: zero at first, then what
     * the worker's last unit left. For what costs to set up; the output must not depend on it. */
    void *scratch;
    size_t scratch_bytes;

    const LeatWorkStop *stop; /* see leat_work_unit_is_cancelled */
} LeatWorkUnit;

/* False with an error ends the round; the error of the first unit, in order of numbers, that fails
 * is the round's. Runs on any thread of any process: it touches nothing but its unit. */
typedef bool (*LeatWorkFunc)(LeatWorkUnit *unit, GError **error);

typedef struct {
    const char *name; /* a string literal of at most 63 bytes; also the name of slices in traces */
    LeatWorkFunc run;
    size_t scratch_bytes; /* at least; a workset may ask for more */
} LeatWorkKind;

/* NULL with LEAT_ERROR_NOT_FOUND, which names the kinds that there are. */
const LeatWorkKind *leat_work_kind_find(const LeatWorkKind *const *kinds, const char *name,
                                        GError **error);

/* True when nobody waits for the unit's output any more: the round was cancelled, or the unit has
 * run past its deadline. A unit that may take longer than a tenth of a second should look from time
 * to time, and return false; it costs about as much as reading the clock. */
bool leat_work_unit_is_cancelled(const LeatWorkUnit *unit);

/* The same as a condition: false with LEAT_ERROR_CANCELLED. */
bool leat_work_unit_check(const LeatWorkUnit *unit, GError **error);

#endif
