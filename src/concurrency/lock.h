/* SPDX-License-Identifier: MIT */
/* A monitor: one mutex and one condition, waiting on CLOCK_MONOTONIC. Every blocking wait of the
 * primitives above goes through leat_lock_wait, which also marks the calling thread as Waiting in
 * the thread registry.
 *
 * Rule of the house: a file owns its lock, holds it for a few instructions, calls nothing outside
 * the file under it, and never holds two. */
#ifndef LEAT_CONCURRENCY_LOCK_H
#define LEAT_CONCURRENCY_LOCK_H

#include <glib.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
} LeatLock;

bool leat_lock_init(LeatLock *lock, GError **error);
void leat_lock_finish(LeatLock *lock);

void leat_lock_acquire(LeatLock *lock);
void leat_lock_release(LeatLock *lock);

/* Releases, waits for a wake or the deadline (CLOCK_MONOTONIC ns, or LEAT_FOREVER), acquires.
 * False when the deadline has passed. Spurious wakes happen: call it in a loop. */
bool leat_lock_wait(LeatLock *lock, int64_t deadline_ns);

/* Wakes every waiter; call with the lock held. */
void leat_lock_wake(LeatLock *lock);

/* Releases, then wakes every waiter, which finds the lock free: a hand-over takes less than half
 * the time. Only for a lock that nobody may free before this has returned. */
void leat_lock_release_and_wake(LeatLock *lock);

#endif
