/* SPDX-License-Identifier: MIT */
#include "app/external-program.h"

#include "base/clock.h"
#include "base/error.h"
#include "concurrency/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* A frame at a time is quicker than the 64 KiB that a pipe has at first. */
#define PIPE_BYTES (1 << 20)

#define COMPLAINT_BYTES 200

enum { IN, OUT, COMPLAINTS, PIPES };

struct LeatExternalProgram {
    /* Set once. */
    const char *const *command;
    int hurry_fd;

    /* Any thread. */
    atomic_llong end_ns; /* LEAT_FOREVER until told to hurry */

    /* The owner's. */
    LeatProcess *process; /* NULL: none runs */
    int pipes[PIPES];     /* this side's ends; -1: closed */
    char line[LEAT_EXTERNAL_LINE + 1];
    size_t used;
    char complaint[COMPLAINT_BYTES + 1], last_complaint[COMPLAINT_BYTES + 1];
    size_t complaint_used;
};

LeatExternalProgram *leat_external_program_new(const char *const *command, GError **error)
{
    LeatExternalProgram *program = calloc(1, sizeof *program);

    if (!program)
        return leat_error_no_memory(error, sizeof *program, "a program");
    program->command = command;
    for (int i = 0; i < PIPES; i++)
        program->pipes[i] = -1;
    atomic_init(&program->end_ns, LEAT_FOREVER);
    program->hurry_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (program->hurry_fd >= 0)
        return program;
    leat_error_set_errno(error, errno, "cannot make an event descriptor");
    free(program);
    return NULL;
}

void leat_external_program_free(LeatExternalProgram *program)
{
    if (!program)
        return;
    if (program->process)
        g_free(leat_external_program_end(program, NULL));
    close(program->hurry_fd);
    free(program);
}

bool leat_external_program_runs(const LeatExternalProgram *program)
{
    return program->process != NULL;
}

void leat_external_program_hurry(LeatExternalProgram *program, int64_t deadline_ns)
{
    long long end_ns = atomic_load(&program->end_ns);

    while (deadline_ns < end_ns &&
           !atomic_compare_exchange_weak(&program->end_ns, &end_ns, deadline_ns))
        ;
    (void)eventfd_write(program->hurry_fd, 1);
}

static void close_pipe(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* This side's ends do not block; the program's do, as programs expect. */
static bool make_pipes(LeatExternalProgram *program, int theirs[PIPES], GError **error)
{
    for (int i = 0; i < PIPES; i++) {
        int ends[2];

        if (pipe2(ends, O_CLOEXEC) < 0) {
            leat_error_set_errno(error, errno, "cannot make a pipe");
            return false;
        }
        program->pipes[i] = ends[i == IN ? 1 : 0];
        theirs[i] = ends[i == IN ? 0 : 1];
        (void)fcntl(program->pipes[i], F_SETFL, O_NONBLOCK);
    }
    (void)fcntl(program->pipes[IN], F_SETPIPE_SZ, PIPE_BYTES);
    return true;
}

bool leat_external_program_start(LeatExternalProgram *program, GError **error)
{
    int theirs[PIPES] = {-1, -1, -1};

    program->used = program->complaint_used = 0;
    program->last_complaint[0] = '\0';
    if (make_pipes(program, theirs, error)) {
        const LeatProcessFd fds[] = {{theirs[IN], STDIN_FILENO},
                                     {theirs[OUT], STDOUT_FILENO},
                                     {theirs[COMPLAINTS], STDERR_FILENO}};

        program->process = leat_process_start(program->command,
                                              &(LeatProcessOptions){
                                                  .fds = fds,
                                                  .fd_count = G_N_ELEMENTS(fds),
                                                  .sched_class = LEAT_THREAD_BACKGROUND,
                                              },
                                              error);
    }
    for (int i = 0; i < PIPES; i++) {
        close_pipe(&theirs[i]);
        if (!program->process)
            close_pipe(&program->pipes[i]);
    }
    return program->process != NULL;
}

static void take_complaint(LeatExternalProgram *program, char c)
{
    if (c != '\n') {
        if (program->complaint_used < COMPLAINT_BYTES)
            program->complaint[program->complaint_used++] = c;
        return;
    }
    program->complaint[program->complaint_used] = '\0';
    program->complaint_used = 0;
    if (*g_strchug(program->complaint))
        memcpy(program->last_complaint, program->complaint, sizeof program->complaint);
}

/* Whatever it complains of is taken, so that it never waits for somebody to listen. */
static void take_complaints(LeatExternalProgram *program)
{
    char text[1024];
    ssize_t got;

    while ((got = read(program->pipes[COMPLAINTS], text, sizeof text)) > 0)
        for (ssize_t i = 0; i < got; i++)
            take_complaint(program, text[i]);
    if (got == 0)
        close_pipe(&program->pipes[COMPLAINTS]);
}

/* Waits until it can be written to (if so wanted) or has written something. */
static LeatTalk wait_for(LeatExternalProgram *program, bool writing, int64_t deadline_ns)
{
    for (;;) {
        int64_t end_ns = atomic_load(&program->end_ns), now_ns = leat_clock_now_ns();
        int64_t left_ns = MIN(deadline_ns, end_ns) - now_ns;
        const struct timespec timeout = {left_ns / LEAT_NS_PER_S, left_ns % LEAT_NS_PER_S};
        struct pollfd polls[] = {
            {.fd = writing ? program->pipes[IN] : -1, .events = POLLOUT},
            {.fd = program->pipes[OUT], .events = POLLIN},
            {.fd = program->pipes[COMPLAINTS], .events = POLLIN},
            {.fd = end_ns == LEAT_FOREVER ? program->hurry_fd : -1, .events = POLLIN},
        };

        if (left_ns <= 0)
            return end_ns <= deadline_ns ? LEAT_TALK_HURRIED : LEAT_TALK_LATE;
        leat_thread_begin_wait();
        if (ppoll(polls, G_N_ELEMENTS(polls), &timeout, NULL) < 0)
            for (size_t i = 0; i < G_N_ELEMENTS(polls); i++)
                polls[i].revents = 0;
        leat_thread_end_wait();
        if (polls[2].revents)
            take_complaints(program);
        if (polls[0].revents || polls[1].revents)
            return LEAT_TALK_LINE;
    }
}

/* Takes what it has written. False as long as that is no whole line, and nothing has gone wrong. */
static bool take_line(LeatExternalProgram *program, LeatTalk *talk)
{
    ssize_t got = read(program->pipes[OUT], program->line + program->used,
                       LEAT_EXTERNAL_LINE - program->used);
    char *end;

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    *talk = LEAT_TALK_ENDED;
    if (got <= 0)
        return true;
    program->used += (size_t)got;
    end = memchr(program->line, '\n', program->used);
    *talk = LEAT_TALK_LONG;
    if (!end)
        return program->used == LEAT_EXTERNAL_LINE;
    /* What is behind it answers what was not asked. */
    *talk = end + 1 == program->line + program->used ? LEAT_TALK_LINE : LEAT_TALK_EARLY;
    if (end > program->line && end[-1] == '\r')
        end--;
    *end = '\0';
    return true;
}

static bool give(const LeatExternalProgram *program, const uint8_t *bytes, size_t size,
                 size_t *given)
{
    ssize_t written;

    if (*given == size)
        return true;
    written = write(program->pipes[IN], bytes + *given, size - *given);
    if (written < 0)
        return errno == EAGAIN || errno == EINTR;
    *given += (size_t)written;
    return true;
}

LeatTalk leat_external_program_talk(LeatExternalProgram *program, const uint8_t *bytes, size_t size,
                                    int64_t deadline_ns, const char **line)
{
    size_t given = 0;
    LeatTalk talk;

    *line = program->line;
    program->used = 0;
    for (;;) {
        talk = wait_for(program, given < size, deadline_ns);
        if (talk != LEAT_TALK_LINE)
            return talk;
        if (take_line(program, &talk))
            return talk == LEAT_TALK_LINE && given < size ? LEAT_TALK_EARLY : talk;
        if (!give(program, bytes, size, &given))
            return LEAT_TALK_ENDED;
    }
}

static char *describe(const LeatProcessEnd *end)
{
    if (end->exited)
        return g_strdup_printf("ended with exit status %d", end->status);
    if (end->status == SIGKILL)
        return NULL;
    return g_strdup_printf("was ended by signal %d (%s)", end->status, sigdescr_np(end->status));
}

/* As far as it can be shown. */
static char *complaint_of(LeatExternalProgram *program)
{
    char *text;

    take_complaint(program, '\n');
    text = g_utf8_make_valid(program->last_complaint, -1);
    for (char *c = text; *c; c++)
        if (g_ascii_iscntrl(*c))
            *c = ' ';
    g_strchomp(text);
    if (*text)
        return text;
    g_free(text);
    return NULL;
}

char *leat_external_program_end(LeatExternalProgram *program, char **complaint)
{
    LeatProcessEnd end = {0};

    /* What it has started, too: it has a session of its own. One that is ending by itself keeps the
     * end that it has. */
    kill(-leat_process_pid(program->process), SIGKILL);
    leat_process_kill(program->process, SIGKILL);
    leat_process_join(program->process, NULL, LEAT_FOREVER, &end);
    leat_process_free(program->process);
    program->process = NULL;
    if (program->pipes[COMPLAINTS] >= 0)
        take_complaints(program);
    for (int i = 0; i < PIPES; i++)
        close_pipe(&program->pipes[i]);
    if (complaint)
        *complaint = complaint_of(program);
    return describe(&end);
}
