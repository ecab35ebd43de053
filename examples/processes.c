/* SPDX-License-Identifier: MIT */
/* Processes: start and join, in the order of examples/threads.c.
 *
 * A process has memory of its own. What it is to do reaches it as arguments (or through a pipe, a
 * socket, a shared file), not as a pointer. So the program starts itself again, with the number of
 * the process as its argument.
 *
 * Run: build/examples/processes */
#include "base/clock.h"
#include "concurrency/cancel.h"
#include "concurrency/process.h"

#include <stdio.h>

enum { PROCESSES = 4 };

/* The child's side. */
static int run(const char *number)
{
    LeatCancel *cancel = leat_cancel_new(NULL, NULL);

    printf("Process %s starting ...\n", number);
    fflush(stdout); /* each process has a buffer of its own */
    if (cancel) {
        leat_cancel_wait(cancel, LEAT_NS_PER_S);
        leat_cancel_unref(cancel);
    }
    printf("Process %s finishing.\n", number);
    return 0;
}

static LeatProcess *start(int number, GError **error)
{
    char text[16];
    const char *const argv[] = {"/proc/self/exe", text, NULL};

    g_snprintf(text, sizeof text, "%d", number);
    return leat_process_start(argv, NULL, error);
}

static void join(LeatProcess *process)
{
    LeatProcessEnd end;

    leat_process_join(process, NULL, LEAT_FOREVER, &end);
    if (!end.exited)
        printf("It was ended by signal %d.\n", end.status);
}

int main(int argc, char **argv)
{
    LeatProcess *processes[PROCESSES] = {NULL};
    GError *error = NULL;

    if (argc > 1)
        return run(argv[1]);

    processes[0] = start(1, &error);
    if (processes[0]) {
        join(processes[0]);
        for (int i = 1; i < PROCESSES && !error; i++)
            processes[i] = start(i + 1, &error);
    }
    if (error)
        fprintf(stderr, "%s\n", error->message);
    for (int i = 1; i < PROCESSES; i++)
        if (processes[i])
            join(processes[i]);

    for (int i = 0; i < PROCESSES; i++)
        leat_process_free(processes[i]);
    g_clear_error(&error);
    return 0;
}
