/* SPDX-License-Identifier: MIT */
#include "concurrency/lock.h"

#include "base/clock.h"
#include "base/error.h"
#include "concurrency/thread.h"

#include <errno.h>
#include <time.h>

bool leat_lock_init(LeatLock *lock, GError **error)
{
    pthread_condattr_t attributes;
    int failure = pthread_mutex_init(&lock->mutex, NULL);

    if (failure) {
        leat_error_set_errno(error, failure, "cannot make a lock");
        return false;
    }
    failure = pthread_condattr_init(&attributes);
    if (!failure) {
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
        failure = pthread_cond_init(&lock->changed, &attributes);
        pthread_condattr_destroy(&attributes);
    }
    if (failure) {
        pthread_mutex_destroy(&lock->mutex);
        leat_error_set_errno(error, failure, "cannot make a lock");
        return false;
    }
    return true;
}

void leat_lock_finish(LeatLock *lock)
{
    pthread_cond_destroy(&lock->changed);
    pthread_mutex_destroy(&lock->mutex);
}

void leat_lock_acquire(LeatLock *lock)
{
    int failure = pthread_mutex_lock(&lock->mutex);

    g_assert(failure == 0);
}

void leat_lock_release(LeatLock *lock)
{
    int failure = pthread_mutex_unlock(&lock->mutex);

    g_assert(failure == 0);
}

bool leat_lock_wait(LeatLock *lock, int64_t deadline_ns)
{
    int failure;

    leat_thread_begin_wait();
    if (deadline_ns == LEAT_FOREVER) {
        failure = pthread_cond_wait(&lock->changed, &lock->mutex);
    } else {
        struct timespec deadline = {
            .tv_sec = MAX(deadline_ns, 0) / LEAT_NS_PER_S,
            .tv_nsec = MAX(deadline_ns, 0) % LEAT_NS_PER_S,
        };

        failure = pthread_cond_timedwait(&lock->changed, &lock->mutex, &deadline);
    }
    leat_thread_end_wait();
    g_assert(failure == 0 || failure == ETIMEDOUT);
    return failure == 0;
}

void leat_lock_wake(LeatLock *lock)
{
    pthread_cond_broadcast(&lock->changed);
}

void leat_lock_release_and_wake(LeatLock *lock)
{
    leat_lock_release(lock);
    pthread_cond_broadcast(&lock->changed);
}
