/* SPDX-License-Identifier: MIT */
/* A pool with futures: two threads, kept for eight tasks.
 *
 * Starting a thread costs more than a small task. A pool starts a few and hands them one task after
 * the other. Each task comes with a future: the place where its result will be. Taking the futures
 * in the order of the tasks gives the results in that order, whichever thread was faster.
 *
 * Run: build/examples/pool */
#include "concurrency/pool.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { THREADS = 2, TASKS = 8 };

/* Counts the primes below a number by trial, which takes a while. Runs on a thread of the pool. */
static void *count_primes(void *data, LeatCancel *cancel, GError **error)
{
    int limit = *(const int *)data;
    int *count = malloc(sizeof *count);

    if (!count)
        return NULL;
    *count = 0;
    for (int number = 2; number < limit; number++) {
        bool prime = true;

        /* Whoever frees the pool early need not wait for the end. */
        if (!leat_cancel_check(cancel, error)) {
            free(count);
            return NULL;
        }
        for (int divisor = 2; prime && divisor * divisor <= number; divisor++)
            prime = number % divisor != 0;
        *count += prime;
    }
    return count;
}

static void take(LeatFuture *future, int limit)
{
    GError *error = NULL;
    void *result = NULL;

    if (leat_future_take(future, &result, &error) && result)
        printf("%6d primes below %d\n", *(int *)result, limit);
    else
        printf("the task for %d ended without a result: %s\n", limit,
               error ? error->message : "out of memory");
    g_clear_error(&error);
    free(result);
}

int main(void)
{
    LeatFuture *futures[TASKS] = {NULL};
    int limits[TASKS];
    GError *error = NULL;
    LeatPool *pool = leat_pool_new("primes", LEAT_THREAD_BACKGROUND, THREADS, TASKS, NULL, &error);

    for (int i = 0; i < TASKS && !error; i++) {
        limits[i] = 20000 * (i + 1);
        futures[i] = leat_pool_submit(pool, count_primes, &limits[i], free, &error);
    }
    if (error)
        fprintf(stderr, "%s\n", error->message);
    for (int i = 0; i < TASKS; i++) {
        if (!futures[i])
            continue;
        take(futures[i], limits[i]);
        leat_future_unref(futures[i]);
    }
    if (pool)
        leat_pool_free(pool);
    g_clear_error(&error);
    return 0;
}
