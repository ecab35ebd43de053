/* SPDX-License-Identifier: MIT */
/* The buffers of worksets: on the heap, or in a sealed memfd that worker processes map. Zero at
 * first, aligned to 64 bytes. One owner. */
#ifndef LEAT_COMPUTE_MEMORY_INTERNAL_H
#define LEAT_COMPUTE_MEMORY_INTERNAL_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

#define LEAT_MEMORY_ALIGNMENT 64

typedef struct {
    void *data;
    size_t bytes; /* of `data`, at least what was asked for and at least 1 */
    bool mapped;
    int fd; /* -1: not shared */
} LeatMemory;

/* Rounded up to the alignment; false when that is too large for a size_t. */
bool leat_memory_round_up(size_t bytes, size_t *rounded);

/* `what` is named in the error. On failure `memory` is empty, which finish takes. */
bool leat_memory_init_heap(LeatMemory *memory, size_t bytes, const char *what, GError **error);

/* The memory is there from the start: a worker that writes to it is never killed for the lack of
 * it. Its size cannot change. `read_only`: nobody else can map it to write. */
bool leat_memory_init_shared(LeatMemory *memory, size_t bytes, bool read_only, const char *what,
                             GError **error);

/* Maps what another process shares; takes over `fd`, also on failure. */
bool leat_memory_init_mapped(LeatMemory *memory, int fd, size_t bytes, bool writable,
                             const char *what, GError **error);

void leat_memory_finish(LeatMemory *memory);

#endif
