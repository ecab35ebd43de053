/* SPDX-License-Identifier: MIT */
#include "faults.h"

#include <errno.h>
#include <pthread.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/socket.h>

/* The linker's --wrap gives these their names. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*func)(void *), void *data);
int __real_eventfd(unsigned count, int flags);
void *__real_aligned_alloc(size_t alignment, size_t size);
/* mmap, where sizes of files have 64 bits. */
void *__real_mmap64(void *at, size_t bytes, int protection, int flags, int fd, off_t offset);
int __real_socketpair(int domain, int type, int protocol, int ends[2]);
int __real_memfd_create(const char *name, unsigned flags);
int __real_posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
                        const posix_spawnattr_t *attributes, char *const argv[],
                        char *const environment[]);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*func)(void *), void *data);
int __wrap_eventfd(unsigned count, int flags);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
void *__wrap_mmap64(void *at, size_t bytes, int protection, int flags, int fd, off_t offset);
int __wrap_socketpair(int domain, int type, int protocol, int ends[2]);
int __wrap_memfd_create(const char *name, unsigned flags);
int __wrap_posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
                        const posix_spawnattr_t *attributes, char *const argv[],
                        char *const environment[]);

static atomic_int calls_left; /* until the one that fails; 0 or less: none */
static atomic_bool failed;

void leat_faults_arm(int n)
{
    atomic_store(&failed, false);
    atomic_store(&calls_left, n);
}

bool leat_faults_disarm(void)
{
    atomic_store(&calls_left, 0);
    return atomic_load(&failed);
}

static bool fails_now(int errnum)
{
    int left = atomic_load(&calls_left);

    while (left > 0 && !atomic_compare_exchange_weak(&calls_left, &left, left - 1))
        ;
    if (left != 1)
        return false;
    atomic_store(&failed, true);
    errno = errnum;
    return true;
}

void *__wrap_malloc(size_t size)
{
    return fails_now(ENOMEM) ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails_now(ENOMEM) ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    return fails_now(ENOMEM) ? NULL : __real_realloc(memory, size);
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*func)(void *), void *data)
{
    return fails_now(EAGAIN) ? EAGAIN : __real_pthread_create(thread, attributes, func, data);
}

int __wrap_eventfd(unsigned count, int flags)
{
    return fails_now(EMFILE) ? -1 : __real_eventfd(count, flags);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return fails_now(ENOMEM) ? NULL : __real_aligned_alloc(alignment, size);
}

void *__wrap_mmap64(void *at, size_t bytes, int protection, int flags, int fd, off_t offset)
{
    return fails_now(ENOMEM) ? MAP_FAILED : __real_mmap64(at, bytes, protection, flags, fd, offset);
}

int __wrap_socketpair(int domain, int type, int protocol, int ends[2])
{
    return fails_now(EMFILE) ? -1 : __real_socketpair(domain, type, protocol, ends);
}

int __wrap_memfd_create(const char *name, unsigned flags)
{
    return fails_now(EMFILE) ? -1 : __real_memfd_create(name, flags);
}

int __wrap_posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
                        const posix_spawnattr_t *attributes, char *const argv[],
                        char *const environment[])
{
    return fails_now(EAGAIN)
               ? EAGAIN
               : __real_posix_spawnp(pid, file, actions, attributes, argv, environment);
}
