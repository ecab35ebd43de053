/* SPDX-License-Identifier: MIT */
#include "faults.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

/* The linker's --wrap gives these their names. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*func)(void *), void *data);
int __real_eventfd(unsigned count, int flags);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*func)(void *), void *data);
int __wrap_eventfd(unsigned count, int flags);

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
