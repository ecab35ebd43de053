/* SPDX-License-Identifier: MIT */
/* What a round costs on worker processes: a round of one empty unit for each worker, from the call
 * to its return, workers in the background class as always.
 *
 * Beside it, in the same run: a byte sent to as many processes of the same class through a pipe
 * each, and one back from each, as a program would do it that has only the kernel. usage: round
 * [WORKERS [ROUNDS]] */
#include "base/clock.h"
#include "base/histogram.h"
#include "base/quantity.h"
#include "compute/executor.h"
#include "compute/worker.h"
#include "concurrency/process.h"
#include "concurrency/thread.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_WORKERS 64

/* How many rounds of one kind before the other has its turn. */
#define TURN 1000

static bool do_nothing(LeatWorkUnit *unit, GError **error)
{
    return true;
}

static const LeatWorkKind nothing = {"nothing", do_nothing, 0};
static const LeatWorkKind *const kinds[] = {&nothing, NULL};

typedef struct {
    LeatProcess *process;
    int to, from;
} Echo;

/* The other side of a pipe: gives each byte back. */
static int echo(void)
{
    char byte;

    while (read(STDIN_FILENO, &byte, 1) == 1)
        if (write(STDOUT_FILENO, &byte, 1) != 1)
            return 1;
    return 0;
}

static bool start_echo(Echo *echo_process)
{
    static const char *const command[] = {"/proc/self/exe", "--echo", NULL};
    int to[2], from[2];

    if (pipe2(to, O_CLOEXEC) < 0 || pipe2(from, O_CLOEXEC) < 0)
        return false;
    const LeatProcessFd fds[] = {{to[0], STDIN_FILENO}, {from[1], STDOUT_FILENO}};
    const LeatProcessOptions options = {
        .fds = fds, .fd_count = 2, .sched_class = LEAT_THREAD_BACKGROUND};
    echo_process->process = leat_process_start(command, &options, NULL);
    echo_process->to = to[1];
    echo_process->from = from[0];
    close(to[0]);
    close(from[1]);
    return echo_process->process != NULL;
}

static void stop_echo(Echo *echo_process)
{
    close(echo_process->to);
    close(echo_process->from);
    leat_process_free(echo_process->process);
}

static void time_echoes(Echo *echoes, int workers, LeatHistogram *times)
{
    for (int i = 0; i < TURN; i++) {
        int64_t start_ns = leat_clock_now_ns();
        char byte = 'x';
        for (int worker = 0; worker < workers; worker++)
            if (write(echoes[worker].to, &byte, 1) != 1)
                abort();
        for (int worker = 0; worker < workers; worker++)
            if (read(echoes[worker].from, &byte, 1) != 1)
                abort();
        leat_histogram_record(times, leat_clock_now_ns() - start_ns);
    }
}

static void time_rounds(LeatWorkset *workset, int workers, LeatHistogram *times)
{
    for (int i = 0; i < TURN; i++) {
        int64_t start_ns = leat_clock_now_ns();
        if (!leat_workset_run(workset, (unsigned)workers, NULL, NULL, NULL, NULL))
            abort();
        leat_histogram_record(times, leat_clock_now_ns() - start_ns);
    }
}

static void print(const char *name, const LeatHistogram *histogram, const char *end)
{
    printf("  \"%s_us\": {\"p50\": %.2f, \"p99\": %.2f}%s\n", name,
           (double)leat_histogram_percentile(histogram, 0.5) / 1000,
           (double)leat_histogram_percentile(histogram, 0.99) / 1000, end);
}

int main(int argc, char **argv)
{
    static const char *const command[] = {"/proc/self/exe", "--worker", NULL};
    if (argc > 1 && strcmp(argv[1], "--worker") == 0)
        return leat_worker_main(kinds);
    if (argc > 1 && strcmp(argv[1], "--echo") == 0)
        return echo();
    int64_t workers_given = 2, rounds = 50000;
    GError *error = NULL;
    if ((argc > 1 && !leat_parse_integer(argv[1], 1, MAX_WORKERS, &workers_given, &error)) ||
        (argc > 2 && !leat_parse_integer(argv[2], 1, INT32_MAX, &rounds, &error))) {
        fprintf(stderr, "%s\n", error->message);
        return 2;
    }
    int workers = (int)workers_given;

    const LeatExecutorOptions options = {.kind = LEAT_EXECUTOR_PROCESSES,
                                         .workers = (unsigned)workers,
                                         .kinds = kinds,
                                         .worker_command = command};
    const LeatWorksetOptions work = {.kind = "nothing", .units = (unsigned)workers};
    LeatExecutor *executor = leat_executor_new(&options, &error);
    LeatWorkset *workset = executor ? leat_workset_new(executor, &work, &error) : NULL;
    if (!workset) {
        fprintf(stderr, "%s\n", error->message);
        return 1;
    }
    LeatExecutorOptions on_threads = options;
    on_threads.kind = LEAT_EXECUTOR_THREADS;
    LeatExecutor *threads = leat_executor_new(&on_threads, &error);
    LeatWorkset *thread_work = threads ? leat_workset_new(threads, &work, &error) : NULL;
    if (!thread_work) {
        fprintf(stderr, "%s\n", error->message);
        return 1;
    }
    Echo echoes[MAX_WORKERS];
    for (int i = 0; i < workers; i++)
        if (!start_echo(&echoes[i]))
            return 1;
    LeatHistogram *round_times = leat_histogram_new(NULL), *thread_times = leat_histogram_new(NULL),
                  *echo_times = leat_histogram_new(NULL);

    for (int64_t i = 0; i < rounds; i += TURN) {
        time_rounds(workset, workers, round_times);
        time_rounds(thread_work, workers, thread_times);
        time_echoes(echoes, workers, echo_times);
    }

    printf("{\n  \"bench\": \"round\", \"workers\": %d, \"rounds\": %d,\n", workers, (int)rounds);
    print("processes", round_times, ",");
    print("threads", thread_times, ",");
    print("pipe", echo_times, "");
    printf("}\n");
    leat_histogram_free(round_times);
    leat_histogram_free(thread_times);
    leat_histogram_free(echo_times);
    for (int i = 0; i < workers; i++)
        stop_echo(&echoes[i]);
    leat_workset_free(thread_work);
    leat_executor_free(threads);
    leat_workset_free(workset);
    leat_executor_free(executor);
    return 0;
}
