/* SPDX-License-Identifier: MIT */
#include "compute/memory-internal.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x0010
#endif

/* Files are counted in signed numbers. */
#define MAX_BYTES ((size_t)INT64_MAX / 2)

/* Less than this is not looked for: there is always that much. */
#define WORTH_A_LOOK ((size_t)64 << 20)

static const LeatMemory empty = {.fd = -1};

/* What the system can give without taking it from others. */
static size_t read_available(void)
{
    FILE *file = fopen("/proc/meminfo", "re");
    size_t available = SIZE_MAX;
    char line[128];

    while (file && available == SIZE_MAX && fgets(line, sizeof line, file))
        if (g_str_has_prefix(line, "MemAvailable:"))
            available = (size_t)g_ascii_strtoull(line + strlen("MemAvailable:"), NULL, 10) * 1024;
    if (file)
        fclose(file);
    return available;
}

/* Also refuses what the system would promise, and then kill somebody for. */
static bool plan(LeatMemory *memory, size_t bytes, const char *what, GError **error)
{
    *memory = empty;
    if (!leat_memory_round_up(MAX(bytes, 1), &memory->bytes) ||
        (bytes >= WORTH_A_LOOK && bytes > read_available())) {
        leat_error_no_memory(error, bytes, what);
        return false;
    }
    return true;
}

bool leat_memory_round_up(size_t bytes, size_t *rounded)
{
    if (bytes > MAX_BYTES)
        return false;
    *rounded = (bytes + LEAT_MEMORY_ALIGNMENT - 1) & ~(size_t)(LEAT_MEMORY_ALIGNMENT - 1);
    return true;
}

bool leat_memory_init_heap(LeatMemory *memory, size_t bytes, const char *what, GError **error)
{
    if (!plan(memory, bytes, what, error))
        return false;
    memory->data = aligned_alloc(LEAT_MEMORY_ALIGNMENT, memory->bytes);
    if (!memory->data) {
        leat_error_no_memory(error, bytes, what);
        return false;
    }
    memset(memory->data, 0, memory->bytes);
    return true;
}

bool leat_memory_init_shared(LeatMemory *memory, size_t bytes, bool read_only, const char *what,
                             GError **error)
{
    unsigned seals = F_SEAL_SHRINK | F_SEAL_GROW;
    int failure;

    if (!plan(memory, bytes, what, error))
        return false;
    memory->fd = memfd_create("leat", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (memory->fd < 0) {
        leat_error_set_errno(error, errno, "cannot share %s with worker processes", what);
        return false;
    }
    do
        failure = posix_fallocate(memory->fd, 0, (off_t)memory->bytes);
    while (failure == EINTR);
    if (failure) {
        leat_error_set_errno(error, failure, "cannot share %zu bytes of %s with worker processes",
                             memory->bytes, what);
        leat_memory_finish(memory);
        return false;
    }
    memory->data = mmap(NULL, memory->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, memory->fd, 0);
    if (memory->data == MAP_FAILED) {
        memory->data = NULL;
        leat_error_set_errno(error, errno, "cannot map %zu bytes of %s", memory->bytes, what);
        leat_memory_finish(memory);
        return false;
    }
    memory->mapped = true;
    /* A kernel before 5.1 does not know the last of them; the workers map it to read anyway. */
    if (read_only && fcntl(memory->fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE) < 0 && errno != EINVAL)
        seals = 0;
    if (seals == 0 || fcntl(memory->fd, F_ADD_SEALS, seals | F_SEAL_SEAL) < 0) {
        leat_error_set_errno(error, errno, "cannot seal the memory of %s", what);
        leat_memory_finish(memory);
        return false;
    }
    return true;
}

bool leat_memory_init_mapped(LeatMemory *memory, int fd, size_t bytes, bool writable,
                             const char *what, GError **error)
{
    *memory = empty;
    memory->fd = fd;
    memory->bytes = bytes;
    memory->data =
        mmap(NULL, bytes, writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd, 0);
    if (memory->data == MAP_FAILED) {
        memory->data = NULL;
        leat_error_set_errno(error, errno, "cannot map %zu bytes of %s", bytes, what);
        leat_memory_finish(memory);
        return false;
    }
    memory->mapped = true;
    return true;
}

void leat_memory_finish(LeatMemory *memory)
{
    if (memory->mapped)
        munmap(memory->data, memory->bytes);
    else
        free(memory->data);
    if (memory->fd >= 0)
        close(memory->fd);
    *memory = empty;
}
