/* SPDX-License-Identifier: MIT */
/* Threads: start and join.
 *
 * Thread 1 is started and joined before 2, 3 and 4 start, so that its two lines always come first.
 * The other three run side by side: the order of their lines is the scheduler's to choose.
 *
 * Run: build/examples/threads */
#include "base/clock.h"
#include "concurrency/cancel.h"
#include "concurrency/thread.h"

#include <stdio.h>

enum { THREADS = 4 };

/* What a thread is given. It must live until the thread has been joined. */
typedef struct {
    int number;
    LeatCancel *cancel;
} Task;

static void run(void *data)
{
    const Task *task = data;

    printf("Thread %d starting ...\n", task->number);
    /* The wait of the example: a second in which this thread needs no core. */
    leat_cancel_wait(task->cancel, LEAT_NS_PER_S);
    printf("Thread %d finishing.\n", task->number);
}

static void print_state(LeatThread *thread)
{
    LeatThreadInfo info = leat_thread_get_info(thread);

    printf("(%s is %s)\n", info.name, leat_thread_state_name(info.state));
}

int main(void)
{
    LeatThread *threads[THREADS];
    Task tasks[THREADS];
    GError *error = NULL;
    LeatCancel *cancel = leat_cancel_new(NULL, &error);

    for (int i = 0; i < THREADS && !error; i++) {
        char name[16];

        g_snprintf(name, sizeof name, "thread-%d", i + 1);
        tasks[i] = (Task){.number = i + 1, .cancel = cancel};
        threads[i] = leat_thread_new(name, LEAT_THREAD_NORMAL, run, &tasks[i], &error);
    }
    if (error) {
        fprintf(stderr, "%s\n", error->message);
        return 1;
    }

    print_state(threads[0]); /* New */
    if (leat_thread_start(threads[0], &error)) {
        leat_thread_join(threads[0]);
        print_state(threads[0]); /* Dead */
        for (int i = 1; i < THREADS && !error; i++)
            leat_thread_start(threads[i], &error);
    }
    if (error)
        fprintf(stderr, "%s\n", error->message);

    /* Frees join. A program that ended before its threads would cut them off. */
    for (int i = 0; i < THREADS; i++)
        leat_thread_free(threads[i]);
    leat_cancel_unref(cancel);
    g_clear_error(&error);
    return 0;
}
