/* SPDX-License-Identifier: MIT */
/* For LD_PRELOAD: a library with a thread of its own from before main on, as OpenBLAS has, which
 * takes any signal that the program blocks in its own threads. */
#include <pthread.h>
#include <unistd.h>

static void *idle(void *data)
{
    for (;;)
        pause();
    return data;
}

__attribute__((constructor)) static void begin(void)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, idle, NULL) == 0)
        pthread_detach(thread);
}
